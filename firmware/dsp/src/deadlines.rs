//! What comparator 0 of the wall clock is armed for: the earliest of the
//! kernel's deadlines, the one of the log service and that of background work. It is armed only while
//! there is one, so that nothing wakes a core in vain.

use acelab_abi::regs::tts::Comparator;
use acelab_kernel::arch::xtensa::Mmio;
use acelab_kernel::system::Kernel;
use acelab_kernel::time::{WallClock, ticks_from_micros};

/// The comparator.
pub const COMPARATOR: Comparator = Comparator::C0;

/// The wall clock.
pub const CLOCK: WallClock<Mmio> = WallClock::new(Mmio, COMPARATOR);

/// Deadlines, behind the kernel lock. All times are wall clock ticks.
pub struct Deadlines {
    /// What the comparator is armed for.
    armed: Option<u64>,
    /// When unread log lines are old.
    log_ageing: Option<u64>,
    /// When a piece of background work has waited too long.
    backstop: Option<u64>,
    /// The earlier one of these two: looked at whenever a core leaves the kernel.
    own: Option<u64>,
    /// When the comparator fired last.
    fired: u64,
}

/// Least time between two interrupts of the comparator: whatever deadlines
/// threads set, core 0 is not kept from its own threads. So much later than its
/// deadline a wait may end that follows another one closely.
const GAP: u64 = ticks_from_micros(10);

impl Deadlines {
    /// There are none.
    pub const fn new() -> Self {
        Self {
            armed: None,
            log_ageing: None,
            backstop: None,
            own: None,
            fired: 0,
        }
    }

    /// Sets or removes the log service's deadline.
    #[inline(never)]
    pub fn set_log_ageing(&mut self, deadline: Option<u64>) {
        self.log_ageing = deadline;
        self.own = earlier(self.log_ageing, self.backstop);
    }

    /// Whether the log service waits for its deadline.
    pub fn is_log_ageing(&self) -> bool {
        self.log_ageing.is_some()
    }

    /// True once when the log service's deadline has come.
    pub fn take_log_aged(&mut self, now: u64) -> bool {
        let aged = self.log_ageing.is_some_and(|deadline| deadline <= now);
        if aged {
            self.set_log_ageing(None);
        }
        aged
    }

    /// Sets or removes the deadline of background work.
    pub fn set_backstop(&mut self, deadline: Option<u64>) {
        self.backstop = deadline;
        self.own = earlier(self.log_ageing, self.backstop);
    }

    /// True once when the deadline of background work has come.
    pub fn take_overdue(&mut self, now: u64) -> bool {
        let overdue = self.backstop.is_some_and(|deadline| deadline <= now);
        if overdue {
            self.set_backstop(None);
        }
        overdue
    }

    /// The comparator has fired.
    pub fn fired(&mut self, now: u64) {
        self.armed = None;
        self.fired = now;
    }

    /// Arms the comparator anew if what it is armed for is not the earliest.
    pub fn follow(&mut self, kernel: &Kernel) {
        let earliest = earlier(kernel.next_deadline(), self.own);
        let earliest = earliest.map(|deadline| deadline.max(self.fired + GAP));
        if earliest != self.armed {
            self.arm(earliest);
        }
    }

    #[inline(never)]
    fn arm(&mut self, deadline: Option<u64>) {
        self.armed = deadline;
        match deadline {
            Some(deadline) => CLOCK.arm(deadline),
            None => CLOCK.disarm(),
        }
    }
}

fn earlier(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
