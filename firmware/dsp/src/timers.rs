//! Timers of core 0, on comparator 0 of the wall clock. The comparator is armed
//! only while a timer is set.

use acelab_abi::regs::tts::Comparator;
use acelab_kernel::arch::xtensa::{Mmio, PrimaryOnly};
use acelab_kernel::time::{TimerQueue, WallClock, ticks_to_micros};

use crate::log_service;

/// Comparator of the timers.
pub const COMPARATOR: Comparator = Comparator::C0;

/// What waits for a time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// Unread log lines.
    LogAgeing,
    /// The main loop, in [`crate::power`].
    Wait,
}

const TIMERS: usize = 2;

static QUEUE: PrimaryOnly<TimerQueue<Timer, TIMERS>> = PrimaryOnly::new(TimerQueue::new());
const CLOCK: WallClock<Mmio> = WallClock::new(Mmio, COMPARATOR);

/// Wall clock ticks; any core may ask.
pub fn now() -> u64 {
    CLOCK.now()
}

/// Wall clock in µs; any core may ask.
pub fn now_micros() -> u64 {
    ticks_to_micros(now())
}

/// Sets a timer, replacing its earlier deadline.
pub fn set(timer: Timer, deadline: u64) {
    QUEUE.with(|queue| {
        queue
            .set(timer, deadline)
            .expect("there is room for every timer");
        arm(queue);
    });
}

/// Stops a timer.
pub fn cancel(timer: Timer) {
    QUEUE.with(|queue| {
        queue.cancel(timer);
        arm(queue);
    });
}

/// True while a timer runs.
pub fn is_set(timer: Timer) -> bool {
    QUEUE.with(|queue| queue.is_set(timer))
}

/// Handles the comparator's interrupt.
pub fn interrupt() {
    CLOCK.acknowledge();
    while let Some(timer) = QUEUE.with(|queue| queue.pop_due(now())) {
        match timer {
            Timer::LogAgeing => log_service::aged(),
            // The interrupt itself has ended the wait.
            Timer::Wait => {}
        }
    }
    QUEUE.with(|queue| arm(queue));
}

fn arm(queue: &TimerQueue<Timer, TIMERS>) {
    match queue.next_deadline() {
        Some(deadline) => CLOCK.arm(deadline),
        None => CLOCK.disarm(),
    }
}
