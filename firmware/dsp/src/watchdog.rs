//! The watchdog of guarded calls: CCOMPARE0 of each core counts the cycles that a
//! thread with a guard runs. The entry code stops it when another thread goes on,
//! and lets it run again with the thread.

use acelab_abi::clock::CORE_HZ;
use acelab_abi::syscall::guard::SAMPLE_MICROS;
use acelab_kernel::arch::xtensa::{ContextRef, arm_timer};

use crate::kernel;

/// Cycles between two looks at a thread.
const PERIOD: u32 = CORE_HZ / 1_000_000 * SAMPLE_MICROS;

/// As long as CCOUNT needs to come round, but for one cycle.
const NEVER: u32 = u32::MAX;

/// The thread that runs on this core is looked at from now on.
pub fn start(context: ContextRef) {
    go_on(context);
    arm_timer(PERIOD);
}

/// The thread of this core, which is to run anew, is looked at again then.
pub fn go_on(mut context: ContextRef) {
    context.watch_after(PERIOD);
}

/// The time has come, or CCOUNT has come round.
pub fn interrupt(context: ContextRef) {
    if !context.is_watched() {
        arm_timer(NEVER);
        return;
    }
    arm_timer(PERIOD);
    let pc = context.registers().pc;
    kernel::enter(|kernel, port| kernel.sample(port, context.thread(), pc));
}
