//! Execution of commands on the core that owns what they are about.

mod audio;
mod config;
mod instance;
mod large_config;
mod payload;
mod pipeline;
mod schedulers;
mod transfer;
mod vendor;

use core::fmt;
use core::sync::atomic::AtomicU32;

use acelab_abi::ipc4::layout::Field;
use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_abi::ipc4::{GlobalType, ModuleType, Primary, Status, Target};
use acelab_abi::log::Level;
use acelab_audio::{Error, Lock, Platform, State};

pub use audio::{Audio, OnCore};
use transfer::Transfer;

use crate::forward::{Answer, Command, Phase};
use crate::inbox::Inbox;

/// What a command that succeeded answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Done {
    /// The reply's extension; `None` for that of the request.
    extension: Option<u32>,
    /// Bytes of payload in the reply page.
    payload: u32,
}

impl Done {
    /// Nothing but success.
    const NOTHING: Self = Self {
        extension: None,
        payload: 0,
    };

    /// An extension and no payload.
    const fn extension(extension: u32) -> Self {
        Self {
            extension: Some(extension),
            payload: 0,
        }
    }
}

/// How a command ends.
type Outcome = Result<Done, Status>;

/// The IPC thread of a core.
pub struct Executor<'a, A> {
    audio: A,
    inbox: Inbox<'a>,
    reply: &'a [AtomicU32],
    transfer: Option<Transfer>,
}

impl<'a, P: Platform, L: Lock<State<P>>> Executor<'a, OnCore<'a, P, L>> {
    /// Executes for the engine over `platform` and `state`. Payloads are read
    /// from `inbox`, those of replies written to `reply`, a page that nobody
    /// writes to but this thread.
    #[must_use]
    pub const fn new(
        platform: &'a P,
        state: &'a L,
        inbox: &'a [AtomicU32],
        reply: &'a [AtomicU32],
    ) -> Self {
        Self::over(OnCore::new(platform, state), inbox, reply)
    }
}

impl<'a, A> Executor<'a, A> {
    /// As [`Executor::new`], for any engine.
    #[must_use]
    pub const fn over(audio: A, inbox: &'a [AtomicU32], reply: &'a [AtomicU32]) -> Self {
        Self {
            audio,
            inbox: Inbox::new(inbox),
            reply,
            transfer: None,
        }
    }
}

impl<A: Audio> Executor<'_, A> {
    /// Executes a command.
    pub fn execute(&mut self, command: &Command) -> Answer {
        let (status, done) = match self.dispatch(command) {
            Ok(done) => (Status::Success, done),
            Err(status) => (status, Done::NOTHING),
        };
        Answer {
            sequence: command.sequence,
            status,
            extension: done.extension.unwrap_or(command.extension),
            payload: done.payload,
        }
    }

    fn dispatch(&mut self, command: &Command) -> Outcome {
        match command.phase {
            Phase::Prepare(id) => return self.prepare_one(id, command),
            Phase::Trigger(id) => return self.trigger_one(id, command),
            Phase::Whole => {}
        }
        let primary = Primary::new(command.primary);
        match primary.target() {
            Target::Global => match GlobalType::from_code(primary.kind()) {
                Some(GlobalType::CreatePipeline) => self.create_pipeline(command),
                Some(GlobalType::DeletePipeline) => self.delete_pipeline(command),
                Some(GlobalType::SetPipelineState) => self.set_pipeline_state(command),
                Some(GlobalType::GetPipelineState) => self.get_pipeline_state(command),
                Some(GlobalType::ChainDma) => self.chain_dma(command),
                _ => Err(Status::Unavailable),
            },
            Target::Module => match ModuleType::from_code(primary.kind()) {
                Some(ModuleType::InitInstance) => self.init_instance(command),
                Some(ModuleType::DeleteInstance) => self.delete_instance(command),
                Some(ModuleType::Bind) => self.bind(command),
                Some(ModuleType::Unbind) => self.unbind(command),
                Some(ModuleType::ConfigGet) => self.config_get(command),
                Some(ModuleType::ConfigSet) => self.config_set(command),
                Some(ModuleType::LargeConfigGet) if key(command) == BASE_FIRMWARE => {
                    self.schedulers_info(command)
                }
                Some(ModuleType::LargeConfigGet) => self.large_config_get(command),
                Some(ModuleType::LargeConfigSet) => self.large_config_set(command),
                _ => Err(Status::Unavailable),
            },
        }
    }

    fn error(&self, text: fmt::Arguments<'_>) {
        self.audio.log(Level::Error, text);
    }

    /// Logs why the engine refuses, and the status that says so.
    fn refused(&self, what: fmt::Arguments<'_>, error: Error) -> Status {
        self.error(format_args!("{what}: {}", explain(error)));
        error.status()
    }
}

/// Module 0, instance 0.
const BASE_FIRMWARE: InstanceKey = InstanceKey::new(0, 0);

/// Module and instance that a command is for.
const fn key(command: &Command) -> InstanceKey {
    InstanceKey::of_word(command.primary)
}

/// Value of a field of the command.
const fn field(field: Field, command: &Command) -> u32 {
    field.get(command.primary, command.extension)
}

/// The words that logs have for a refusal.
const fn explain(error: Error) -> &'static str {
    match error {
        Error::OutOfMemory => "no memory",
        Error::PipelineExists => "comp id is already taken",
        Error::NoPipeline => "pipeline does not exist",
        Error::PipelineActive => "module free () failed, the pipeline is not stopped",
        Error::UnsupportedState => "unsupported trigger cmd",
        Error::Transition => "the state does not lead there",
        Error::Prepare => "prepare failed",
        Error::EndpointGone => "source/sink comp freed",
        Error::Trigger => "trigger failed",
        Error::TriggerLate => "failed to wait schedule thread",
        Error::Init => "comp new failed",
        Error::NoComponent => "no such component",
        Error::ComponentActive => "its state cannot be freed",
        Error::DpToDp => "DP to DP binding is not supported",
        Error::NoBaseConfig => "no base config",
        Error::Connect => "connect failed",
        Error::CrossCoreBind | Error::CrossCoreUnbind => "Cross-core binding is disabled",
        Error::NotBound => "buffer is not connected to sink",
        Error::NoHandler => "the module has no handler",
        Error::Parameter | Error::LargeParameter => "the module refuses the parameter",
        Error::ResponseTooBig => "error: response payload bigger than DSPBOX size",
        Error::ChainCreate => "chain cannot be created",
        Error::ChainTransition => "bad state transition",
    }
}
