//! The floating-point unit: given to the thread that uses it.
//!
//! A thread runs without the unit until its first floating-point instruction
//! raises EXCCAUSE 32. Then the registers of the thread that had it are saved
//! into that thread's context, and its own are loaded.

use super::asm;
use super::context::ContextRef;

/// f0 to f15 in full, FCR, FSR.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub struct FpuRegisters {
    registers: [u64; 16],
    control: u32,
    status: u32,
}

const _: () = assert!(core::mem::offset_of!(FpuRegisters, control) == 128);
const _: () = assert!(core::mem::offset_of!(FpuRegisters, status) == 132);

impl FpuRegisters {
    pub(super) const ZERO: Self = Self {
        registers: [0; 16],
        control: 0,
        status: 0,
    };
}

/// Who has the FPU of a core. Used by that core's handlers only. Whoever goes on
/// finds the unit on if it is the owner: the entry code takes CPENABLE from the
/// context.
#[derive(Clone, Copy)]
pub struct FpuOwner(Option<ContextRef>);

impl FpuOwner {
    /// Nobody has it.
    pub const NOBODY: Self = Self(None);

    /// `thread`, which runs, has met EXCCAUSE 32: the unit is its own now.
    pub fn give_to(&mut self, mut thread: ContextRef) {
        asm::xt_enable_fpu(1);
        if let Some(mut owner) = self.0.filter(|owner| *owner != thread) {
            owner.set_owns_fpu(false);
            // SAFETY: the unit is on, and the area is the owner's.
            unsafe { asm::xt_save_fpu(owner.fpu()) };
        }
        // SAFETY: the unit is on, and the area is the thread's.
        unsafe { asm::xt_load_fpu(thread.fpu()) };
        thread.set_owns_fpu(true);
        self.0 = Some(thread);
    }

    /// The registers of `thread` mean nothing any more.
    pub fn forget(&mut self, thread: ContextRef) {
        if self.0 == Some(thread) {
            self.0 = None;
        }
    }
}
