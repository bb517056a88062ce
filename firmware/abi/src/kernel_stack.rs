//! The stacks of the kernel itself.

use crate::core_id::{CoreId, MAX_CORES};
use crate::memory::{KERNEL_AREA, PAGE_SIZE, Region};

/// Bytes from one stack to the next, its guard page included.
pub const STRIDE: u32 = 0x4000;

/// Stacks of a core.
const PER_CORE: u32 = 2;

/// All of them, up to the text. The linker script has the same place for them.
pub const KERNEL_STACKS: Region = {
    let size = MAX_CORES as u32 * PER_CORE * STRIDE;
    Region::new(KERNEL_AREA.end() - size, size)
};

/// A stack that each core has one of. The page below it does not exist, so that
/// an overflow hits nothing but a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelStack {
    /// For the report of a fault: the stack of the code at fault may be the fault.
    Emergency = 0,
    /// For handlers of interrupts, exceptions and system calls.
    Handler = 1,
}

impl KernelStack {
    /// The stack of `core`, without its guard page.
    #[must_use]
    pub const fn of(self, core: CoreId) -> Region {
        let number = core.get() as u32 * PER_CORE + self as u32;
        Region::new(
            KERNEL_STACKS.base + number * STRIDE + PAGE_SIZE,
            STRIDE - PAGE_SIZE,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stack_has_its_place_above_a_guard_page() {
        assert_eq!(KERNEL_STACKS.base, 0xA00D_8000);
        let mut end = KERNEL_STACKS.base;
        for core in CoreId::ALL {
            for stack in [KernelStack::Emergency, KernelStack::Handler] {
                let region = stack.of(core);
                assert_eq!(region.base, end + PAGE_SIZE);
                end = region.end();
            }
        }
        assert_eq!(end, KERNEL_AREA.end());
    }
}
