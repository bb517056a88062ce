//! Looking at firmware registers.

use acelab_abi::regs::dmw;

use super::runner::{Halt, Runner};
use crate::case::register::Register;
use crate::target::Space;

impl Runner<'_> {
    /// Compares a register with what it must be now.
    pub(super) fn register(&mut self, step: &Register) -> Result<(), Halt> {
        let address = dmw::host_address(0) + step.name.offset;
        let read = self
            .host
            .target()
            .read(Space::Host, address, step.name.bytes);
        let bytes = self.tried("register", "it can be read", read.map_err(Into::into))?;
        let value = bytes
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
        if !step.value.admits(value, step.name.bytes) {
            let what = format!("register {}", step.name);
            self.fail(what, step.value.to_string(), format!("{value:#x}"));
        }
        Ok(())
    }
}
