//! The status and error words that the host polls while booting.

use acelab_abi::regs::fw_status::Reg;
use acelab_abi::trace::EventKind;

use crate::access::{Fault, Origin};
use crate::effect::Effects;

#[derive(Debug, Default)]
pub(crate) struct FwStatus {
    pub(crate) status: u32,
    pub(crate) error: u32,
}

impl FwStatus {
    pub(crate) fn read(&self, offset: u32) -> Result<u32, Fault> {
        Ok(match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::Status => self.status,
            Reg::Error => self.error,
        })
    }

    /// A write by firmware.
    pub(crate) fn write(
        &mut self,
        offset: u32,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::Status => {
                self.status = value;
                fx.event(origin, EventKind::StatusWord { status: value });
            }
            Reg::Error => {
                self.error = value;
                fx.event(origin, EventKind::ErrorWord { error: value });
            }
        }
        Ok(())
    }
}
