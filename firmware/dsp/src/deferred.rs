//! Work that waits until no interrupt handler of this core runs: the level-1
//! software interrupt.

use acelab_abi::interrupt::CoreLine;
use acelab_kernel::arch::xtensa::{clear_interrupt, current_core, raise as raise_line};

use crate::log_service;

/// Has [`interrupt`] called as soon as nothing more urgent runs.
pub fn raise() {
    raise_line(CoreLine::Software1);
}

/// Handles the level-1 software interrupt.
pub fn interrupt() {
    clear_interrupt(CoreLine::Software1);
    if current_core().is_primary() {
        log_service::serve();
    }
}
