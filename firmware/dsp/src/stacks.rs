//! Stacks that belong to cores and not to threads.

use core::cell::UnsafeCell;
use core::ops::Range;

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::kernel_stack::KernelStack;

/// An idle thread calls one function without frame.
const IDLE_BYTES: usize = 256;

#[repr(C, align(64))]
struct IdleStack(UnsafeCell<[u8; IDLE_BYTES]>);

// SAFETY: Rust never touches the bytes; the idle thread of one core has them as
// its stack.
unsafe impl Sync for IdleStack {}

static IDLE: [IdleStack; MAX_CORES] =
    [const { IdleStack(UnsafeCell::new([0; IDLE_BYTES])) }; MAX_CORES];

/// The stack of the idle thread of `core`.
pub fn idle(core: CoreId) -> Range<u32> {
    let start = IDLE[core.index()].0.get().addr() as u32;
    start..start + IDLE_BYTES as u32
}

/// The top of the stack for the handlers of `core`, below the word where the
/// entry code leaves an argument.
pub fn handler_top(core: CoreId) -> u32 {
    KernelStack::Handler.of(core).end() - 16
}
