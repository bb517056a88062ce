//! DINT: the per-core enables between the devices and the DW controllers.
//!
//! Source: `struct ace_dint` and its comment in Zephyr's
//! `ace30/adsp_interrupt.h`. Unverified: that `is` is the enabled part of
//! `irs`, and that all cores see the same raw status.

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::interrupt::{SOURCES, Source};
use acelab_abi::regs::dint::Array;

use crate::access::Fault;

/// What the devices drive: one 16-bit word of sub-sources per source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inputs {
    raw: [u16; SOURCES],
    /// The sources of which any sub-source is driven. Almost always there are
    /// none or one, and only these need a look.
    driven: u32,
}

impl Inputs {
    /// Drives the sub-source `bit` of `source`.
    pub(crate) fn set(&mut self, source: Source, bit: u16, level: bool) {
        if level {
            self.raw[usize::from(source.number())] |= bit;
            self.driven |= source.bit();
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Dint {
    enable: [[u16; SOURCES]; MAX_CORES],
}

/// A 16-bit register: which array, which source.
fn register(offset: u32) -> Result<(Array, usize), Fault> {
    let array = [Array::Enable, Array::Status, Array::Raw]
        .into_iter()
        .rfind(|array| offset >= *array as u32)
        .ok_or(Fault::Reserved)?;
    let index = ((offset - array as u32) / 2) as usize;
    if index < SOURCES {
        Ok((array, index))
    } else {
        Err(Fault::Reserved)
    }
}

impl Dint {
    pub(crate) fn read(&self, core: CoreId, offset: u32, inputs: &Inputs) -> Result<u16, Fault> {
        let (array, index) = register(offset)?;
        let enable = self.enable[core.index()][index];
        let raw = inputs.raw[index];
        Ok(match array {
            Array::Enable => enable,
            Array::Status => raw & enable,
            Array::Raw => raw,
        })
    }

    pub(crate) fn write(&mut self, core: CoreId, offset: u32, value: u16) -> Result<(), Fault> {
        match register(offset)? {
            (Array::Enable, index) => {
                self.enable[core.index()][index] = value;
                Ok(())
            }
            (Array::Status | Array::Raw, _) => Err(Fault::ReadOnly),
        }
    }

    /// The inputs of `core`'s DW controller, one bit per source.
    pub(crate) fn outputs(&self, core: CoreId, inputs: &Inputs) -> u32 {
        let enable = &self.enable[core.index()];
        let mut outputs = 0;
        let mut rest = inputs.driven;
        while rest != 0 {
            let index = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if enable[index] & inputs.raw[index] != 0 {
                outputs |= 1 << index;
            }
        }
        outputs
    }
}
