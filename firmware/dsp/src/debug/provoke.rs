//! Deliberate faults.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::debug_ipc::ExceptionKind;
use acelab_abi::interrupt::CoreLine;
use acelab_abi::memory::PAGE_POOL;
use acelab_kernel::arch::xtensa::raise;
use acelab_kernel::cross_core;

cross_core! {
    /// The next interrupt handler is to make a system call.
    static IN_HANDLER: AtomicU32 = AtomicU32::new(0);
}

/// Called by the interrupt handler: a system call of a handler, which has
/// nothing to ask for, is a fault.
pub fn in_handler() {
    if IN_HANDLER.swap(0, Ordering::Relaxed) != 0 {
        asm::dbg_syscall();
    }
}

/// Functions of `asm-debug/provoke.S`. Each is meant to fault.
pub mod asm {
    unsafe extern "C" {
        pub safe fn dbg_illegal();
        pub fn dbg_load(address: u32) -> u32;
        pub fn dbg_store(address: u32);
        pub safe fn dbg_divide_by_zero();
        pub fn dbg_overflow();
        pub fn dbg_jump(address: u32);
        pub safe fn dbg_syscall();
        pub safe fn dbg_break();
    }
}

/// Provokes `kind`; `address` is for the kinds that take one. Returns only if
/// there was no fault.
pub fn provoke(kind: ExceptionKind, address: u32) {
    match kind {
        ExceptionKind::Illegal => asm::dbg_illegal(),
        ExceptionKind::Load => {
            // SAFETY: none; the host asked for it, to see the fault or the
            // event of the machine. A load changes no memory.
            unsafe { asm::dbg_load(address) };
        }
        ExceptionKind::Store => {
            // SAFETY: none; the host asked to have its own address written.
            unsafe { asm::dbg_store(address) };
        }
        ExceptionKind::Unaligned => {
            // SAFETY: the load faults, and would read unused memory otherwise.
            unsafe { asm::dbg_load(PAGE_POOL.base + 0x101) };
        }
        ExceptionKind::DivideByZero => asm::dbg_divide_by_zero(),
        ExceptionKind::StackOverflow => {
            // SAFETY: the stack ends at a page that does not exist, so that
            // nothing but the stack is written before the fault.
            unsafe { asm::dbg_overflow() };
        }
        ExceptionKind::Jump => {
            // SAFETY: none; the host asked for a jump to its own address.
            unsafe { asm::dbg_jump(address) };
        }
        ExceptionKind::Syscall => {
            IN_HANDLER.store(1, Ordering::Relaxed);
            raise(CoreLine::Software1);
        }
        ExceptionKind::Panic => panic!("deliberate panic"),
        ExceptionKind::Break => asm::dbg_break(),
    }
}
