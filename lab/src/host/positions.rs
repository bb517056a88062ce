//! Positions that the firmware tells of its gateways while streams run.

use acelab_abi::clock::Nanos;
use acelab_abi::ipc4::fw_registers::{LLP_SLOTS, LLP_SLOTS_COUNT, LlpSlot};
use acelab_abi::ipc4::wire::{Records, Wire};
use acelab_abi::regs::dmw;

use super::driver::{Host, HostError};
use crate::target::Space;

/// What a slot said at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// When the host looked.
    pub time: Nanos,
    /// What it saw.
    pub slot: LlpSlot,
}

impl Host {
    /// Looks at the slots of all gateways in the firmware registers.
    pub(super) fn read_positions(&mut self) -> Result<(), HostError> {
        let address = dmw::host_address(0) + LLP_SLOTS;
        let length = LLP_SLOTS_COUNT * LlpSlot::BYTES as u32;
        let bytes = self.target.read(Space::Host, address, length)?;
        let slots = Records::<LlpSlot>::new(&bytes).filter(|slot| slot.node != 0);
        let time = self.now;
        self.positions
            .extend(slots.map(|slot| Reading { time, slot }));
        Ok(())
    }
}
