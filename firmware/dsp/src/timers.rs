//! Time: the wall clock, and what happens when a deadline has come.

use acelab_kernel::time::ticks_to_micros;

use crate::deadlines::CLOCK;
use crate::{background, kernel, log_service};

/// Wall clock ticks; any core may ask.
pub fn now() -> u64 {
    CLOCK.now()
}

/// Wall clock in µs; any core may ask.
pub fn now_micros() -> u64 {
    ticks_to_micros(now())
}

/// Handles the comparator's interrupt, on core 0 for the threads of all cores.
pub fn interrupt() {
    CLOCK.acknowledge();
    let (aged, overdue) = kernel::with_deadlines(|deadlines| {
        let now = now();
        deadlines.fired(now);
        (deadlines.take_log_aged(now), deadlines.take_overdue(now))
    });
    if overdue {
        background::overdue();
    }
    kernel::enter(|kernel, port| kernel.expire(port));
    if aged {
        log_service::aged();
    }
}
