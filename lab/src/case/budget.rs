//! What each tick of a core may cost.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::core::Core;
use super::percent::Percent;

/// Lets virtual time pass, and counts from outside the guest what each core does in each tick.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// How many ticks of 1 ms, counted from the next multiple of 1 ms.
    #[schemars(range(min = 1, max = 100_000))]
    pub ticks: u32,
    /// The cores that are looked at; all unless given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cores: Vec<Core>,
    /// What each of them may do.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub budget: BTreeMap<Metric, Limit>,
    /// A name for the figures, for later steps to compare theirs with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How much more than in an earlier `measure` the mean of a tick may be, by its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub above: BTreeMap<String, BTreeMap<Metric, Percent>>,
}

/// Something that is counted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// System calls of user threads, in each tick.
    SyscallsPerTick,
    /// System calls of kernel threads, in each tick.
    KernelSyscallsPerTick,
    /// Calls that lock or unlock a mutex, by any thread, in each tick.
    LocksPerTick,
    /// Interrupts taken, in each tick.
    InterruptsPerTick,
    /// Instructions of the core, in each tick.
    InstructionsPerTick,
    /// Instructions of user threads, in each tick.
    UserInstructionsPerTick,
    /// Instructions of kernel threads, in each tick.
    KernelInstructionsPerTick,
    /// Instructions of handlers: system calls, interrupts, switches; in each tick.
    HandlerInstructionsPerTick,
    /// Privileged instructions and forbidden accesses of user threads, in all ticks together.
    PrivilegeFaults,
    /// Entries to ring 0 from user threads that are neither system calls nor interrupts, in all
    /// ticks together.
    OtherRing0,
}

impl Metric {
    /// All, in the order of reports.
    pub const ALL: [Self; 10] = [
        Self::SyscallsPerTick,
        Self::KernelSyscallsPerTick,
        Self::LocksPerTick,
        Self::InterruptsPerTick,
        Self::InstructionsPerTick,
        Self::UserInstructionsPerTick,
        Self::KernelInstructionsPerTick,
        Self::HandlerInstructionsPerTick,
        Self::PrivilegeFaults,
        Self::OtherRing0,
    ];

    /// Whether the limit holds for each tick, and not for all together.
    pub const fn is_per_tick(self) -> bool {
        !matches!(self, Self::PrivilegeFaults | Self::OtherRing0)
    }

    /// What it counts, in words.
    pub const fn what(self) -> &'static str {
        match self {
            Self::SyscallsPerTick => "system calls of user threads",
            Self::KernelSyscallsPerTick => "system calls of kernel threads",
            Self::LocksPerTick => "lock operations",
            Self::InterruptsPerTick => "interrupts",
            Self::InstructionsPerTick => "instructions",
            Self::UserInstructionsPerTick => "instructions of user threads",
            Self::KernelInstructionsPerTick => "instructions of kernel threads",
            Self::HandlerInstructionsPerTick => "instructions of handlers",
            Self::PrivilegeFaults => "privilege faults",
            Self::OtherRing0 => "entries to ring 0 but for system calls and interrupts",
        }
    }
}

/// The most that there may be, or the least and the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "a limit is the most that there may be, or [least, most]"
)]
pub enum Limit {
    /// At most so many.
    Most(u64),
    /// Not fewer than the first and not more than the second: for what must happen at all.
    Range(u64, u64),
}

impl Limit {
    /// Whether `count` keeps it.
    pub const fn admits(self, count: u64) -> bool {
        match self {
            Self::Most(most) => count <= most,
            Self::Range(least, most) => least <= count && count <= most,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Most(most) => write!(f, "at most {most}"),
            Self::Range(least, most) => write!(f, "{least} to {most}"),
        }
    }
}
