//! Device registers.

use acelab_abi::memory::HW_REGISTERS;

use crate::bus::Bus;

/// The registers of the part.
#[derive(Clone, Copy)]
pub struct Mmio;

fn pointer<T>(address: u32) -> *mut T {
    assert!(
        HW_REGISTERS.contains(address, size_of::<T>() as u32)
            && address.is_multiple_of(size_of::<T>() as u32),
        "not a register address"
    );
    core::ptr::with_exposed_provenance_mut(address as usize)
}

impl Bus for Mmio {
    #[inline(always)]
    fn read32(self, address: u32) -> u32 {
        // SAFETY: `pointer` has checked that this is in the register space,
        // where no Rust object lives.
        unsafe { pointer::<u32>(address).read_volatile() }
    }

    #[inline(always)]
    fn write32(self, address: u32, value: u32) {
        // SAFETY: as in `read32`.
        unsafe { pointer::<u32>(address).write_volatile(value) }
    }

    #[inline(always)]
    fn read16(self, address: u32) -> u16 {
        // SAFETY: as in `read32`.
        unsafe { pointer::<u16>(address).read_volatile() }
    }

    #[inline(always)]
    fn write16(self, address: u32, value: u16) {
        // SAFETY: as in `read32`.
        unsafe { pointer::<u16>(address).write_volatile(value) }
    }
}
