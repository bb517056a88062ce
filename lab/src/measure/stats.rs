//! Figures of many ticks of one core.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::exception::cause_text;
use acelab_abi::syscall::Syscall;
use acelab_abi::trace::{Activity, CAUSES, CoreCounters, Origin, SYSCALL_NUMBERS};

use crate::case::budget::Metric;

/// The least, the most and the sum of a figure over ticks, and when it was
/// least and most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// The least, and the start of the first tick with it.
    pub least: (u64, Nanos),
    /// The most, and the start of the first tick with it.
    pub most: (u64, Nanos),
    /// All ticks together.
    pub total: u64,
}

/// What one core did in ticks, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreTicks {
    /// Which core.
    pub core: CoreId,
    /// How many ticks.
    pub ticks: u64,
    /// All of them together.
    pub total: CoreCounters,
    /// The tick with the most system calls of user threads; for reports.
    pub busiest: CoreCounters,
    spreads: [Option<Spread>; Metric::ALL.len()],
}

/// What `metric` counts of a tick.
pub fn count(metric: Metric, tick: &CoreCounters) -> u64 {
    let locks = |origin| {
        let calls = [Syscall::MutexLock, Syscall::MutexUnlock];
        calls
            .map(|call| tick.syscalls(origin, call.number()))
            .iter()
            .sum::<u64>()
    };
    match metric {
        Metric::SyscallsPerTick => tick.all_syscalls(Origin::User),
        Metric::KernelSyscallsPerTick => tick.all_syscalls(Origin::Kernel),
        Metric::LocksPerTick => Origin::ALL.into_iter().map(locks).sum(),
        Metric::InterruptsPerTick => tick.interrupts.iter().sum(),
        Metric::InstructionsPerTick => tick.all_instructions(),
        Metric::UserInstructionsPerTick => [Activity::Ring1, Activity::Ring2, Activity::Ring3]
            .map(|ring| tick.instructions(ring))
            .iter()
            .sum(),
        Metric::KernelInstructionsPerTick => tick.instructions(Activity::Ring0),
        Metric::HandlerInstructionsPerTick => tick.instructions(Activity::Handler),
        Metric::PrivilegeFaults => PRIVILEGE
            .iter()
            .map(|cause| tick.exceptions(Origin::User, *cause))
            .sum(),
        Metric::OtherRing0 => tick.all_exceptions(Origin::User),
    }
}

/// What a user thread gets that oversteps its rights: privileged instructions,
/// and accesses to what is not mapped for it, or not so.
const PRIVILEGE: [u32; 6] = [8, 18, 20, 26, 28, 29];

impl CoreTicks {
    /// Nothing measured yet.
    pub fn new(core: CoreId) -> Self {
        Self {
            core,
            ticks: 0,
            total: CoreCounters::ZERO,
            busiest: CoreCounters::ZERO,
            spreads: [None; Metric::ALL.len()],
        }
    }

    /// Adds the tick that began at `start`.
    pub fn add(&mut self, start: Nanos, tick: &CoreCounters) {
        if self.ticks == 0
            || tick.all_syscalls(Origin::User) > self.busiest.all_syscalls(Origin::User)
        {
            self.busiest = *tick;
        }
        self.ticks += 1;
        for (sum, word) in self.total.words_mut().zip(tick.words()) {
            *sum += word;
        }
        for (spread, metric) in self.spreads.iter_mut().zip(Metric::ALL) {
            let value = count(metric, tick);
            let spread = spread.get_or_insert(Spread {
                least: (value, start),
                most: (value, start),
                total: 0,
            });
            spread.total += value;
            if value < spread.least.0 {
                spread.least = (value, start);
            }
            if value > spread.most.0 {
                spread.most = (value, start);
            }
        }
    }

    /// The figure over all ticks, if there was one.
    pub fn spread(&self, metric: Metric) -> Option<Spread> {
        let index = Metric::ALL.iter().position(|known| *known == metric)?;
        self.spreads[index]
    }

    /// Lines for reports: figures, calls by name, exceptions by cause.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("core {}, {} ticks", self.core, self.ticks)];
        for (metric, spread) in Metric::ALL.into_iter().zip(&self.spreads) {
            let Some(spread) = spread else { continue };
            let what = metric.what();
            lines.push(if metric.is_per_tick() {
                let (least, most) = (spread.least.0, spread.most.0);
                let mean = spread.total / self.ticks;
                format!("  {what} in a tick: {least} to {most}, mean {mean}")
            } else {
                format!("  {what}: {}", spread.total)
            });
        }
        for origin in [Origin::User, Origin::Kernel] {
            let calls = calls(&self.total, origin);
            if !calls.is_empty() {
                let who = if origin == Origin::User {
                    "user"
                } else {
                    "kernel"
                };
                lines.push(format!("  system calls of {who} threads: {calls}"));
            }
        }
        let exceptions = exceptions(&self.total);
        if !exceptions.is_empty() {
            lines.push(format!("  exceptions of user threads: {exceptions}"));
        }
        lines
    }
}

/// `timer_wait 200, mutex_lock 200`.
pub(super) fn calls(counted: &CoreCounters, origin: Origin) -> String {
    let named = (0..SYSCALL_NUMBERS as u32).filter_map(|number| {
        let times = counted.syscalls(origin, number);
        let name = Syscall::from_number(number);
        let name = name.map_or_else(|| format!("number {number}"), |call| call.name().to_owned());
        (times > 0).then(|| format!("{name} {times}"))
    });
    named.collect::<Vec<_>>().join(", ")
}

/// Exceptions of user threads by their names: `load prohibited 1`.
pub fn exceptions(counted: &CoreCounters) -> String {
    let named = (0..CAUSES as u32).filter_map(|cause| {
        let times = counted.exceptions(Origin::User, cause);
        (times > 0).then(|| format!("{} {times}", cause_text(cause)))
    });
    named.collect::<Vec<_>>().join(", ")
}
