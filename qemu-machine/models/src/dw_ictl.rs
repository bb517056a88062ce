//! DesignWare interrupt controllers, one per core.
//!
//! Source: `struct dw_ictl_registers` in Zephyr's `intc_dw.h`, the flow enable
//! → force → mask → priority of the DW_apb_ictl. Simplified: every input has
//! priority 0, so a priority level above 0 holds back all of them. Unverified:
//! reset values (all zero here).

use acelab_abi::interrupt::SOURCES;
use acelab_abi::regs::dw_ictl::{PRIORITY_LEVEL, Reg};

use crate::access::Fault;

const INPUTS: u32 = (1 << SOURCES) - 1;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DwIctl {
    enable: u32,
    mask: u32,
    force: u32,
    priority_level: u32,
}

impl DwIctl {
    const fn status(&self, inputs: u32) -> u32 {
        (inputs | self.force) & self.enable
    }

    const fn mask_status(&self, inputs: u32) -> u32 {
        self.status(inputs) & !self.mask
    }

    /// What passes to the core; the line is high while it is not zero.
    pub(crate) const fn final_status(&self, inputs: u32) -> u32 {
        if self.priority_level == 0 {
            self.mask_status(inputs)
        } else {
            0
        }
    }

    pub(crate) fn read(&self, offset: u32, inputs: u32) -> Result<u32, Fault> {
        Ok(match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::InterruptEnable => self.enable,
            Reg::Mask => self.mask,
            Reg::Force => self.force,
            Reg::RawStatus => inputs,
            Reg::Status => self.status(inputs),
            Reg::MaskStatus => self.mask_status(inputs),
            Reg::FinalStatus => self.final_status(inputs),
            Reg::PriorityLevel => self.priority_level,
        })
    }

    pub(crate) fn write(&mut self, offset: u32, value: u32) -> Result<(), Fault> {
        match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::InterruptEnable => self.enable = value & INPUTS,
            Reg::Mask => self.mask = value & INPUTS,
            Reg::Force => self.force = value & INPUTS,
            Reg::PriorityLevel => self.priority_level = value & PRIORITY_LEVEL,
            Reg::RawStatus | Reg::Status | Reg::MaskStatus | Reg::FinalStatus => {
                return Err(Fault::ReadOnly);
            }
        }
        Ok(())
    }
}
