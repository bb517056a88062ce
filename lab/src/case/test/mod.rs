//! Tests built into the debug firmware, by name.

use acelab_abi::audio_fault::AudioFault;
use acelab_abi::debug_ipc::{Disturbance, ExceptionKind, TestId};
use acelab_abi::ipc4::{BaseFwParam, ModuleType, Primary, Target, base_fw, layout};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::core::Core;
use super::message::{Message, put, words};

mod kernel;

pub use kernel::Kernel;

/// A test and its arguments.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Provoke an exception. The reply comes first, the exception after it.
    Exception(Exception),
    /// Write lines to the log at once.
    LogFlood(LogFlood),
    /// Measure interrupt entry and exit.
    IrqCost(IrqCost),
    /// Loop for ever with interrupts masked.
    Hang(OnCore),
    /// End the run through the debug port.
    Exit(ExitCode),
    /// Write a word to the debug port.
    Mark(Mark),
    /// Lines written and dropped by a core since boot.
    LogCounters(OnCore),
    /// Exchange doorbells between core 0 and another core.
    DoorbellPing(Ping),
    /// Have the audio threads of a core do what they should not, until told otherwise.
    Disturb(Disturb),
    /// Run a test of the kernel.
    Kernel(Kernel),
}

/// What exception, where.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The core that faults.
    pub core: Core,
    /// What it does.
    pub kind: Cause,
    /// The address, for the kinds that take one.
    #[serde(default)]
    pub address: u32,
}

/// A way to fault.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// An illegal instruction.
    Illegal,
    /// A load from `address`.
    Load,
    /// A store to `address`.
    Store,
    /// An unaligned load.
    Unaligned,
    /// An integer division by zero.
    DivideByZero,
    /// Recursion without an end.
    StackOverflow,
    /// A jump to `address`.
    Jump,
    /// SYSCALL from the kernel.
    Syscall,
    /// A panic of the firmware.
    Panic,
    /// BREAK without a debugger.
    Break,
}

impl Cause {
    fn kind(self) -> ExceptionKind {
        match self {
            Self::Illegal => ExceptionKind::Illegal,
            Self::Load => ExceptionKind::Load,
            Self::Store => ExceptionKind::Store,
            Self::Unaligned => ExceptionKind::Unaligned,
            Self::DivideByZero => ExceptionKind::DivideByZero,
            Self::StackOverflow => ExceptionKind::StackOverflow,
            Self::Jump => ExceptionKind::Jump,
            Self::Syscall => ExceptionKind::Syscall,
            Self::Panic => ExceptionKind::Panic,
            Self::Break => ExceptionKind::Break,
        }
    }
}

/// How many lines, from where.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogFlood {
    /// The core that writes.
    pub core: Core,
    /// How many lines.
    pub lines: u32,
}

/// Which interrupt, how often.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IrqCost {
    /// The core that measures.
    pub core: Core,
    /// Interrupt level, 1 or 3.
    pub level: u32,
    /// How many rounds, at most 1024.
    pub rounds: u32,
}

/// Nothing but a core.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnCore {
    /// The core.
    pub core: Core,
}

/// The code the run ends with.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExitCode {
    /// The core that ends the run.
    pub core: Core,
    /// The code.
    pub code: u32,
}

/// A word for the event log.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The core that writes it.
    pub core: Core,
    /// The word.
    pub word: u32,
}

/// How often, with whom.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ping {
    /// The other core.
    pub core: Core,
    /// How many exchanges.
    pub rounds: u32,
}

/// What the audio threads of a core do, and for how long.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disturb {
    /// The core.
    pub core: Core,
    /// What they do.
    pub kind: Disturbing,
    /// For how long, in µs of virtual time.
    #[serde(default)]
    pub micros: u32,
}

/// Something that audio threads should not do.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disturbing {
    /// They do what they should.
    None,
    /// The IPC thread sleeps in each INIT_INSTANCE.
    SleepInInit,
    /// The IPC thread keeps the core busy in each INIT_INSTANCE.
    WorkInInit,
    /// The same, with the LL lock taken.
    HoldLockInInit,
    /// The LL thread faults in its next tick.
    FaultInTick,
    /// The IPC thread faults in its next command.
    FaultInCommand,
    /// The LL thread keeps the core busy in each tick.
    WorkInTick,
    /// The IPC thread sends answers to nothing before it executes its next command.
    AnswerWrongly,
    /// The IPC thread sends an answer that is too long before it executes a command.
    AnswerTooLong,
    /// The threads cannot be started when the core comes up.
    FailStart,
}

impl Disturbing {
    fn disturbance(self) -> Disturbance {
        match self {
            Self::None => Disturbance::None,
            Self::SleepInInit => Disturbance::SleepInInit,
            Self::WorkInInit => Disturbance::WorkInInit,
            Self::HoldLockInInit => Disturbance::HoldLockInInit,
            Self::FaultInTick => Disturbance::FaultInTick,
            Self::FaultInCommand => Disturbance::FaultInCommand,
            Self::WorkInTick => Disturbance::WorkInTick,
            Self::AnswerWrongly => Disturbance::AnswerWrongly,
            Self::AnswerTooLong => Disturbance::AnswerTooLong,
            Self::FailStart => Disturbance::FailStart,
        }
    }
}

impl Test {
    /// The request that runs the test: SET for what has no result, GET for what has one.
    pub fn message(&self) -> Message {
        let set = ModuleType::LargeConfigSet;
        let get = ModuleType::LargeConfigGet;
        match self {
            Self::Exception(test) => request(
                set,
                TestId::Exception,
                test.core,
                &[test.kind.kind().code(), test.address],
            ),
            Self::LogFlood(test) => request(set, TestId::LogFlood, test.core, &[test.lines]),
            Self::IrqCost(test) => {
                request(get, TestId::IrqCost, test.core, &[test.level, test.rounds])
            }
            Self::Hang(test) => request(set, TestId::Hang, test.core, &[]),
            Self::Exit(test) => request(set, TestId::Exit, test.core, &[test.code]),
            Self::Mark(test) => request(set, TestId::Mark, test.core, &[test.word]),
            Self::LogCounters(test) => request(get, TestId::LogCounters, test.core, &[]),
            Self::DoorbellPing(test) => {
                request(get, TestId::DoorbellPing, test.core, &[test.rounds])
            }
            Self::Disturb(test) => request(
                set,
                TestId::Disturb,
                test.core,
                &[test.kind.disturbance().code(), test.micros],
            ),
            Self::Kernel(test) => test.message(),
        }
    }
}

/// The request for one group of the code generation test.
pub fn codegen(core: Core, group: u32, seed: u32) -> Message {
    request(
        ModuleType::LargeConfigGet,
        TestId::Codegen,
        core,
        &[group, seed],
    )
}

/// The request that plants a fault.
pub fn plant(fault: AudioFault) -> Message {
    let core = Core(acelab_abi::core_id::CoreId::PRIMARY);
    request(
        ModuleType::LargeConfigSet,
        TestId::Plant,
        core,
        &[fault.bit()],
    )
}

/// The request for a piece of a memory map.
pub fn memory_map(whose: u32, from: u32) -> Message {
    let core = Core(acelab_abi::core_id::CoreId::PRIMARY);
    let args = [whose, from];
    request(ModuleType::LargeConfigGet, TestId::MemoryMap, core, &args)
}

fn request(kind: ModuleType, test: TestId, core: Core, args: &[u32]) -> Message {
    let mut payload = vec![test.code(), u32::from(core.0.get())];
    payload.extend_from_slice(args);
    let mut message = Message {
        primary: Primary::request(Target::Module, kind.code()).word(),
        extension: base_fw::INIT_BLOCK | base_fw::FINAL_BLOCK,
        payload: words(&payload),
        modules: Vec::new(),
    };
    let size = u32::try_from(message.payload.len()).unwrap_or(u32::MAX);
    put(
        &mut message,
        layout::LARGE_PARAM,
        u32::from(BaseFwParam::Test.code()),
    );
    put(&mut message, layout::LARGE_SIZE, size);
    message
}
