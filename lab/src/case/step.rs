//! The steps of a case.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::budget::Measure;
use super::core::Core;
use super::expect::ReplyExpectation;
use super::fault::FaultCause;
use super::library::{Corrupt, Load};
use super::memory_map::MemoryMap;
use super::message::Message;
use super::names::NotificationName;
use super::register::Register;
use super::stream::StreamStep;
use super::test::Test;
use super::time::VirtualTime;

/// A step and the line of the case file it stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// 1-based line.
    pub line: usize,
    /// What to do.
    pub step: Step,
}

/// The names of the steps, in the order of the documentation.
pub const STEPS: [&str; 29] = [
    "boot",
    "power_off",
    "ipc",
    "run",
    "cores",
    "repeat",
    "notification",
    "log",
    "host",
    "ring",
    "flood",
    "test",
    "codegen",
    "exit",
    "fault",
    "account",
    "memory_map",
    "measure",
    "register",
    "load",
    "corrupt",
    "setup",
    "start",
    "pause",
    "resume",
    "stop",
    "teardown",
    "starve",
    "feed",
];

/// One thing that the host does or waits for.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Load the firmware and wait for FW_READY.
    Boot(Boot),
    /// Take all power from the DSP.
    PowerOff,
    /// Send a request and check its reply.
    Ipc(Ipc),
    /// Let virtual time pass.
    Run(VirtualTime),
    /// Power cores up, then others down.
    Cores(Cores),
    /// Do some steps several times.
    Repeat(Repeat),
    /// Wait for a notification.
    Notification(Notification),
    /// Wait for a log line.
    Log(Log),
    /// Change how the host behaves from here on.
    Host(Host),
    /// Ring the doorbell again while a request is still being worked on.
    Ring(Ring),
    /// Send random requests.
    Flood(Flood),
    /// Run a test of the debug firmware.
    Test(TestStep),
    /// Compare code generated for the DSP with the host's.
    Codegen(Codegen),
    /// Wait for the guest to end the run.
    Exit(Exit),
    /// Wait for the report on a user thread that was stopped.
    Fault(Fault),
    /// Look at what the kernel holds.
    Account(Account),
    /// Look at what is mapped in every domain.
    MemoryMap(MemoryMap),
    /// Let virtual time pass, and count what each core does in each tick.
    Measure(Measure),
    /// Look at a firmware register.
    Register(Register),
    /// Load a library.
    Load(Load),
    /// Damage the store of libraries.
    Corrupt(Corrupt),
    /// Move streams.
    Streams(StreamStep),
}

/// Load the firmware, start core 0, wait for FW_READY.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Boot {
    /// How long FW_READY may take.
    pub within: VirtualTime,
    /// Whether PURGE_FW is sent: without it the firmware keeps its libraries.
    pub purge: bool,
    /// Whether FW_READY must say that libraries were restored; either unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<bool>,
}

impl Default for Boot {
    fn default() -> Self {
        Self {
            within: VirtualTime::from_millis(100),
            purge: true,
            restored: None,
        }
    }
}

/// A request and its reply.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ipc {
    /// The request.
    pub ipc: Message,
    /// The reply.
    #[serde(default)]
    pub expect: ReplyExpectation,
}

/// Power transitions by SET_DX. Both lists may be given: first up, then down.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cores {
    /// Cores that go to D0, in one message.
    pub up: Vec<Core>,
    /// Cores that go to D3, in one message.
    pub down: Vec<Core>,
    /// How long each reply may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<VirtualTime>,
}

/// Steps done several times.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeat {
    /// How often.
    pub times: u32,
    /// What.
    pub steps: Vec<Located>,
}

/// A notification that must come, or must have come since the last step that waited for one.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notification {
    /// Which one.
    #[serde(rename = "type")]
    pub kind: NotificationName,
    /// The core it must name, for those that name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core: Option<Core>,
    /// How long it may take.
    #[serde(default = "default_wait")]
    pub within: VirtualTime,
}

/// A log line that must come, or must have come since the boot or the last `log` step that found its line.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// A part of the line.
    pub contains: String,
    /// The core that must write it; any unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core: Option<Core>,
    /// How long it may take.
    #[serde(default = "default_wait")]
    pub within: VirtualTime,
}

/// How the host behaves.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Whether the host reads the firmware's log.
    pub read_log: bool,
}

/// A host that does not wait for DONE.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ring {
    /// The request that is answered.
    pub ring: Message,
    /// How often the doorbell is rung again before DONE.
    pub again: u32,
    /// Virtual time between two rings.
    #[serde(default = "default_gap")]
    pub every: VirtualTime,
    /// The one reply.
    #[serde(default)]
    pub expect: ReplyExpectation,
}

/// Many requests, drawn from the case's seed; each must get exactly one reply.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flood {
    /// How many messages.
    pub messages: u32,
    /// What they are.
    #[serde(default)]
    pub of: FloodOf,
    /// The longest time between two; half of them follow at once, the others after a random part
    /// of it.
    #[serde(default = "no_time")]
    pub gap: VirtualTime,
    /// How long each reply may take.
    #[serde(default = "default_wait")]
    pub within: VirtualTime,
}

/// What a flood consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FloodOf {
    /// Random words with random inbox contents.
    #[default]
    Words,
    /// Questions that change nothing; each must succeed.
    Queries,
    /// Questions, and pipelines with two gains that are made, bound and deleted on random cores,
    /// which must be up; each command must succeed.
    Commands,
    /// Library files that are almost right, the first one with the number of the case's seed; each
    /// is taken if and only if an independent judge says so, and removed again. What they are built
    /// for is read from the case's library 1.
    Libraries,
    /// Streams that are made, moved and deleted on random cores, with messages that are out of
    /// order, changed at random, or random altogether. All that they made is deleted afterwards.
    Streams,
    /// Gains on all cores, which must be up, and buffers between them, until the firmware has no
    /// memory left: INIT_INSTANCE, BIND and CREATE_PIPELINE must each be refused for it within
    /// `messages`, and nothing else may be. All of it is deleted afterwards.
    Memory,
}

/// A test of the debug firmware and its reply.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestStep {
    /// The test.
    pub test: Test,
    /// The reply.
    #[serde(default)]
    pub expect: ReplyExpectation,
}

/// Differential test of code generation.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Codegen {
    /// The groups to compare.
    pub groups: Groups,
    /// What computes.
    #[serde(default)]
    pub of: Subject,
    /// The core that computes.
    #[serde(default = "primary")]
    pub core: Core,
    /// Seed of the inputs.
    #[serde(default = "default_seed")]
    pub seed: u32,
    /// How long each group may take.
    #[serde(default = "default_wait")]
    pub within: VirtualTime,
}

/// What a code generation test is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// What the compiler makes of the language, in a kernel thread.
    #[default]
    Code,
    /// Audio modules and conversions, in the IPC user thread of the core.
    Modules,
}

/// Which groups of the code generation test.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", untagged)]
pub enum Groups {
    /// `all`.
    All(All),
    /// Some, by name.
    Named(Vec<String>),
}

/// The word `all`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum All {
    /// Everything there is.
    All,
}

/// The guest ends the run by its debug port.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exit {
    /// The code it must write.
    #[serde(default)]
    pub code: u32,
    /// How long it may take.
    #[serde(default = "default_wait")]
    pub within: VirtualTime,
}

/// User threads that the kernel must have stopped: each with its report in the log and its
/// EXCEPTION_CAUGHT, neither claimed by an earlier step.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Name of the thread.
    pub thread: String,
    /// The core it ran on; any unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core: Option<Core>,
    /// Why it was stopped; any cause unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<FaultCause>,
    /// How many such threads.
    #[serde(default = "once")]
    pub times: u32,
    /// How long all of it may take.
    #[serde(default = "default_wait")]
    pub within: VirtualTime,
}

fn once() -> u32 {
    1
}

/// What to do with the account of the kernel's objects, pages and heaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// Keep it.
    Remember,
    /// It must be as it was when it was last kept.
    Unchanged,
}

fn default_wait() -> VirtualTime {
    VirtualTime::from_millis(100)
}

fn no_time() -> VirtualTime {
    VirtualTime::from_millis(0)
}

fn default_gap() -> VirtualTime {
    VirtualTime(acelab_abi::clock::Nanos::from_micros(1))
}

fn default_seed() -> u32 {
    1
}

fn primary() -> Core {
    Core(acelab_abi::core_id::CoreId::PRIMARY)
}
