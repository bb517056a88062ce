//! DfPMCCU: power gating of the cores and of the shared domains.
//!
//! Source: `struct ace_dfpmccu` in Zephyr's `ace30/adsp_shim.h`. Simplified:
//! the shared domains follow their requests at once and gate nothing.

use acelab_abi::regs::pmc::{CORES, DOMAINS, Reg};

use crate::access::{Fault, Origin};
use crate::power::Power;

#[derive(Debug, Default)]
pub(crate) struct Pmc {
    domains: u16,
}

impl Pmc {
    pub(crate) fn read(&self, offset: u32, power: &Power) -> Result<u16, Fault> {
        Ok(match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::DomainControl | Reg::DomainStatus => self.domains,
            Reg::CoreControl => power.kept_powered(),
            Reg::CoreStatus => power.powered(),
        })
    }

    pub(crate) fn write(
        &mut self,
        offset: u32,
        value: u16,
        power: &mut Power,
        origin: &Origin,
    ) -> Result<(), Fault> {
        match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::DomainControl => self.domains = value & DOMAINS,
            Reg::CoreControl => power.keep_powered(value & CORES, origin.now),
            Reg::DomainStatus | Reg::CoreStatus => return Err(Fault::ReadOnly),
        }
        Ok(())
    }
}
