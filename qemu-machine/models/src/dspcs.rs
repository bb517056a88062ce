//! DSPCS and DSPBR: the registers of power and boot control of the cores.
//!
//! Source: `struct dspcs` in Zephyr's `ace30/adsp_boot.h`. The watchdogs are
//! absent. BCTL and BADDR are kept and do nothing; of BATTR the boot ROM looks
//! at SLAVE_CORE.

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::regs::dspcs::{
    BOOT_OFFSET, BOOT_STRIDE, BootReg, CAPABILITY, CONTROL, CONTROL_STRIDE, CPA, SLAVE_CORE, SPA,
};

use crate::access::{Fault, Origin};
use crate::effect::Effects;
use crate::power::Power;

#[derive(Clone, Copy, Debug, Default)]
struct BootRecord {
    control: u32,
    address: u32,
    attributes: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Dspcs {
    boot: [BootRecord; MAX_CORES],
}

enum Register {
    Capability,
    Control(CoreId),
    Boot(CoreId, BootReg),
}

fn register(offset: u32, power: &Power) -> Result<Register, Fault> {
    let core = |index: u32| {
        let core = u8::try_from(index).ok().and_then(CoreId::new);
        core.filter(|core| power.exists(*core))
            .ok_or(Fault::Reserved)
    };
    if let Some(offset) = offset.checked_sub(BOOT_OFFSET) {
        let reg = BootReg::at(offset % BOOT_STRIDE).ok_or(Fault::Reserved)?;
        return Ok(Register::Boot(core(offset / BOOT_STRIDE)?, reg));
    }
    let core = core(offset / CONTROL_STRIDE)?;
    match offset % CONTROL_STRIDE {
        CAPABILITY => Ok(Register::Capability),
        CONTROL => Ok(Register::Control(core)),
        _ => Err(Fault::Reserved),
    }
}

impl Dspcs {
    pub(crate) fn read(&self, offset: u32, power: &Power) -> Result<u32, Fault> {
        Ok(match register(offset, power)? {
            Register::Capability => 0,
            Register::Control(core) => {
                (if power.is_requested(core) { SPA } else { 0 })
                    | (if power.is_active(core) { CPA } else { 0 })
            }
            Register::Boot(core, reg) => {
                let boot = &self.boot[core.index()];
                match reg {
                    BootReg::Capability => 0,
                    BootReg::Control => boot.control,
                    BootReg::Address => boot.address,
                    BootReg::Attributes => boot.attributes,
                    BootReg::WatchdogControl | BootReg::WatchdogPointer => {
                        return Err(Fault::Reserved);
                    }
                }
            }
        })
    }

    pub(crate) fn write(
        &mut self,
        offset: u32,
        value: u32,
        power: &mut Power,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        match register(offset, power)? {
            Register::Capability => return Err(Fault::ReadOnly),
            Register::Control(core) => power.request_active(core, value & SPA != 0, origin, fx),
            Register::Boot(core, reg) => {
                let boot = &mut self.boot[core.index()];
                match reg {
                    BootReg::Capability => return Err(Fault::ReadOnly),
                    BootReg::Control => boot.control = value,
                    BootReg::Address => boot.address = value,
                    BootReg::Attributes => boot.attributes = value,
                    BootReg::WatchdogControl | BootReg::WatchdogPointer => {
                        return Err(Fault::Reserved);
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the boot ROM is to take the path of a secondary core.
    pub(crate) const fn is_secondary(&self, core: CoreId) -> bool {
        self.boot[core.index()].attributes & SLAVE_CORE != 0
    }
}
