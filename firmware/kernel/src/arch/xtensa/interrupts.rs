//! Interrupt lines and levels of the executing core.

use acelab_abi::interrupt::CoreLine;

use super::asm;

/// Runs `f` with interrupt levels 1 to 3 masked, the levels whose handlers are
/// Rust.
pub fn without_interrupts<R>(f: impl FnOnce() -> R) -> R {
    let ps = asm::xt_mask_interrupts();
    let result = f();
    // SAFETY: the value is PS as this core had it a moment ago; nothing but the
    // interrupt level has changed since.
    unsafe { asm::xt_restore_interrupts(ps) };
    result
}

/// Waits for an interrupt with none masked; for idle threads.
pub fn wait_for_interrupt() {
    asm::xt_wait();
}

/// Stops the core for ever: it waits with interrupts masked.
pub fn park() -> ! {
    asm::xt_park()
}

/// Enables exactly these lines of the core.
pub fn enable_lines(lines: &[CoreLine]) {
    asm::xt_enable_interrupts(lines.iter().fold(0, |mask, line| mask | line.bit()));
}

/// Lines that are pending and enabled, a bit each.
#[must_use]
pub fn pending_lines() -> u32 {
    asm::xt_pending_interrupts()
}

/// Pends a software interrupt on this core.
pub fn raise(line: CoreLine) {
    asm::xt_raise_interrupt(line.bit());
}

/// Clears a software interrupt of this core.
pub fn clear_interrupt(line: CoreLine) {
    asm::xt_clear_interrupt(line.bit());
}

/// Has [`CoreLine::Timer0`] of this core come in so many cycles, and not before.
pub fn arm_timer(cycles: u32) {
    asm::xt_arm_timer(cycles);
}

/// The core's cycle counter.
#[must_use]
pub fn cycles() -> u32 {
    asm::xt_cycles()
}
