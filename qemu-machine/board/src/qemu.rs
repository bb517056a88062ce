//! QEMU, as the board uses it.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::CoreLine;
use acelab_abi::trace::CoreCounters;

use crate::abi::{CoreState, Counters, Ops};

/// What the board asks of QEMU. Tests put something else in its place.
pub trait Qemu {
    /// Virtual time: of the core that runs, or between slices of all.
    fn now(&self) -> Nanos;
    /// Has the board's timer called at `at`, in place of any earlier setting.
    fn set_timer(&mut self, at: Nanos);
    /// Sets an external interrupt line of a core.
    fn set_irq(&mut self, core: CoreId, line: CoreLine, level: bool);
    /// Resets a core and lets it run from `pc`.
    fn start_core(&mut self, core: CoreId, pc: u32);
    /// Holds a core.
    fn stall_core(&mut self, core: CoreId);
    /// Reads a core's registers.
    fn core_state(&self, core: CoreId) -> CoreState;
    /// Reads what a core has done so far.
    fn core_counters(&self, core: CoreId) -> CoreCounters;
    /// Reads RAM; false if part of it is none.
    fn ram_read(&self, addr: u32, data: &mut [u8]) -> bool;
    /// Writes RAM; false if part of it is none.
    fn ram_write(&mut self, addr: u32, data: &[u8]) -> bool;
    /// Whether a signal asked QEMU to end.
    fn shutdown_requested(&self) -> bool;
    /// Ends the process in an orderly way, from the vCPU thread.
    fn quit(&self, code: i32) -> !;
    /// Ends the process at once, from any thread.
    fn abort(&self, code: i32) -> !;
}

/// The real one.
#[derive(Debug)]
pub struct Linked(Ops);

impl Linked {
    /// Takes QEMU's side of the contract.
    ///
    /// # Safety
    /// The functions must be those of `ace30.h`, and every call of this type
    /// must come from a call of QEMU into the board, so with the big lock held:
    /// in the vCPU thread, or in the main loop, which reports the lab's hangup.
    pub const unsafe fn new(ops: Ops) -> Self {
        Self(ops)
    }
}

impl Qemu for Linked {
    fn now(&self) -> Nanos {
        // SAFETY: called under the big lock, see `new`.
        let now = unsafe { (self.0.now_ns)() };
        Nanos(now.try_into().unwrap_or(0))
    }

    fn set_timer(&mut self, at: Nanos) {
        let at = at.0.try_into().unwrap_or(i64::MAX);
        // SAFETY: called under the big lock, see `new`.
        unsafe { (self.0.set_timer)(at) }
    }

    fn set_irq(&mut self, core: CoreId, line: CoreLine, level: bool) {
        // SAFETY: called under the big lock, see `new`.
        unsafe { (self.0.set_irq)(core.get().into(), line as u32, level) }
    }

    fn start_core(&mut self, core: CoreId, pc: u32) {
        // SAFETY: called under the big lock, see `new`.
        unsafe { (self.0.start_core)(core.get().into(), pc) }
    }

    fn stall_core(&mut self, core: CoreId) {
        // SAFETY: called under the big lock, see `new`.
        unsafe { (self.0.stall_core)(core.get().into()) }
    }

    fn core_state(&self, core: CoreId) -> CoreState {
        let mut state = CoreState::default();
        // SAFETY: called under the big lock, see `new`; the pointer is to a
        // live value that the call fills.
        unsafe { (self.0.core_state)(core.get().into(), &raw mut state) }
        state
    }

    fn core_counters(&self, core: CoreId) -> CoreCounters {
        let mut counted = Counters::default();
        // SAFETY: called under the big lock, see `new`; the pointer is to a
        // live value that the call fills.
        unsafe { (self.0.core_counters)(core.get().into(), &raw mut counted) }
        counted.into()
    }

    fn ram_read(&self, addr: u32, data: &mut [u8]) -> bool {
        let Ok(len) = u32::try_from(data.len()) else {
            return false;
        };
        // SAFETY: called under the big lock, see `new`; `data` has `len` bytes
        // to write to.
        unsafe { (self.0.ram_read)(addr, data.as_mut_ptr().cast(), len) }
    }

    fn ram_write(&mut self, addr: u32, data: &[u8]) -> bool {
        let Ok(len) = u32::try_from(data.len()) else {
            return false;
        };
        // SAFETY: called under the big lock, see `new`; `data` has `len` bytes
        // to read.
        unsafe { (self.0.ram_write)(addr, data.as_ptr().cast(), len) }
    }

    fn shutdown_requested(&self) -> bool {
        // SAFETY: called under the big lock, see `new`.
        unsafe { (self.0.shutdown_requested)() }
    }

    fn quit(&self, code: i32) -> ! {
        // SAFETY: called under the big lock, see `new`. Does not return.
        unsafe { (self.0.quit)(code) }
        std::process::abort()
    }

    fn abort(&self, code: i32) -> ! {
        // SAFETY: called under the big lock, see `new`. Does not return.
        unsafe { (self.0.abort)(code) }
        std::process::abort()
    }
}
