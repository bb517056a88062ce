//! The memory windows the host sees.

use acelab_abi::memory::WINDOWS;
use acelab_abi::regs::dmw::{self, ENABLE, LIMIT_LOW_BITS, READ_ONLY, Reg};

use crate::bus::Bus;

/// The window the host may only read: firmware registers and outbox.
const READ_ONLY_WINDOW: usize = 0;

/// Opens the windows at the places of the memory map.
pub fn open(bus: impl Bus) {
    for (number, region) in WINDOWS.iter().enumerate() {
        let rights = if number == READ_ONLY_WINDOW {
            READ_ONLY
        } else {
            0
        };
        bus.write32(
            dmw::address(number, Reg::Limit),
            region.size | LIMIT_LOW_BITS,
        );
        bus.write32(
            dmw::address(number, Reg::BaseAddress),
            region.base | rights | ENABLE,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_bus::FakeBus;

    #[test]
    fn windows_are_those_of_the_map() {
        let bus = FakeBus::default();
        open(&bus);
        assert_eq!(bus.get(dmw::address(0, Reg::BaseAddress)), 0xA002_4003);
        assert_eq!(bus.get(dmw::address(1, Reg::BaseAddress)), 0xA002_6001);
        assert_eq!(bus.get(dmw::address(2, Reg::Limit)), 0x6007);
        assert_eq!(bus.get(dmw::address(3, Reg::BaseAddress)), 0xA002_E001);
    }
}
