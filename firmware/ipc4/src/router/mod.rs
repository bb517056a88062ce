//! The way of a command to the core that owns what it is about.
//!
//! The router belongs to the thread `ipc`. It knows the owner of every pipeline
//! and instance, sends a command there, and keeps account of cores that are
//! late: such a core gets no further command until its answer has come, which
//! is then told by its sequence number, applied to the directory, and not sent
//! to the host, which has had its reply.

mod directory;
mod table;

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::ipc4::layout;
use acelab_abi::ipc4::pipeline::{InstanceKey, ProcessingDomain};
use acelab_abi::ipc4::{ModuleId, Status};
use acelab_abi::log::Level;
use acelab_audio::{LoadedModule, PipelineId};

pub(crate) use directory::MAX_INSTANCES;
use directory::{Directory, Effect};

use crate::firmware::Firmware;
use crate::forward::{Answer, Command, Forwarded, Phase};
use crate::handler::{Outcome, Request};

/// A command whose answer is late.
#[derive(Clone, Copy)]
struct Late {
    sequence: u32,
    effect: Effect,
}

/// Directory and account of commands.
pub struct Router {
    directory: Directory,
    sequence: u32,
    late: [Option<Late>; MAX_CORES],
}

impl Default for Router {
    fn default() -> Self {
        Self::new()
    }
}

impl Router {
    /// Nothing exists, nobody is late.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            directory: Directory::new(),
            sequence: 0,
            late: [None; MAX_CORES],
        }
    }

    /// Core of a pipeline.
    pub(crate) fn pipeline(&self, id: PipelineId) -> Option<CoreId> {
        self.directory.pipeline(id)
    }

    /// Core of an instance.
    pub(crate) fn instance(&self, key: InstanceKey) -> Option<CoreId> {
        self.directory.instance(key)
    }

    /// Ids of the pipelines that exist, in ascending order.
    pub(crate) fn pipelines(&self) -> impl Iterator<Item = PipelineId> {
        self.directory.pipelines()
    }

    /// Whether a core has something that exists, or may, or is late with a
    /// command.
    pub(crate) fn uses(&self, core: CoreId) -> bool {
        self.directory.uses(core) || self.is_late(core)
    }

    /// Whether a core is late with a command.
    pub(crate) fn is_late(&self, core: CoreId) -> bool {
        self.late[core.index()].is_some()
    }

    /// What was on `core` is gone: it has lost its power, or its thread.
    pub(crate) fn forget(&mut self, core: CoreId, firmware: &mut impl Firmware) {
        self.directory.forget(core);
        self.late[core.index()] = None;
        self.keep_modules(firmware);
    }

    /// Takes the answers that late cores have given by now, and forgets what
    /// cores had whose audio has ended.
    pub(crate) fn collect(&mut self, firmware: &mut impl Firmware) {
        for core in CoreId::ALL {
            if !firmware.core_has_audio(core) {
                if self.uses(core) {
                    self.forget(core, firmware);
                }
                continue;
            }
            let Some(late) = self.late[core.index()] else {
                continue;
            };
            let Some(answer) = firmware.late_answer(core) else {
                continue;
            };
            if answer.sequence != late.sequence {
                firmware.log(
                    Level::Error,
                    "ipc",
                    format_args!("core {core}: answer {} to nothing", answer.sequence),
                );
                continue;
            }
            firmware.log(
                Level::Warning,
                "ipc",
                format_args!(
                    "core {core}: late answer {} with {} is not sent",
                    answer.sequence, answer.status
                ),
            );
            self.late[core.index()] = None;
            self.apply(late.effect, answer.status, firmware);
        }
    }

    /// A command has ended with `status`. Instances that are gone need their code no
    /// more.
    fn apply(&mut self, effect: Effect, status: Status, firmware: &mut impl Firmware) {
        if effect != Effect::None {
            self.directory.apply(effect, status);
            self.keep_modules(firmware);
        }
    }

    fn keep_modules(&self, firmware: &mut impl Firmware) {
        firmware.keep_modules(|key| self.directory.instance(key).is_some());
    }

    /// Sends a command that changes no ownership.
    pub(crate) fn send(
        &mut self,
        core: CoreId,
        request: Request,
        phase: Phase,
        firmware: &mut impl Firmware,
    ) -> Outcome {
        self.forward(core, request, phase, Effect::None, None, firmware)
    }

    /// Sends CREATE_PIPELINE for an id that no pipeline has.
    pub(crate) fn create_pipeline(
        &mut self,
        id: PipelineId,
        core: CoreId,
        request: Request,
        firmware: &mut impl Firmware,
    ) -> Outcome {
        self.refuse_late(core, firmware)?;
        if self.directory.expect_pipeline(id, core).is_err() {
            firmware.log(Level::Error, "ipc", format_args!("too many pipelines"));
            return Err(Status::OutOfMemory);
        }
        let effect = Effect::CreatePipeline(id);
        self.forward(core, request, Phase::Whole, effect, None, firmware)
    }

    /// Sends DELETE_PIPELINE.
    pub(crate) fn delete_pipeline(
        &mut self,
        id: PipelineId,
        core: CoreId,
        request: Request,
        firmware: &mut impl Firmware,
    ) -> Outcome {
        let effect = Effect::DeletePipeline(id);
        self.forward(core, request, Phase::Whole, effect, None, firmware)
    }

    /// Sends INIT_INSTANCE for a key that no instance has.
    pub(crate) fn create_instance(
        &mut self,
        key: InstanceKey,
        pipeline: Option<PipelineId>,
        core: CoreId,
        request: Request,
        firmware: &mut impl Firmware,
    ) -> Outcome {
        self.refuse_late(core, firmware)?;
        if self.directory.expect_instance(key, pipeline, core).is_err() {
            firmware.log(Level::Error, "ipc", format_args!("too many instances"));
            return Err(Status::ModNotInitialized);
        }
        let effect = Effect::CreateInstance(key);
        let loaded = match self.acquire(key, core, request, firmware) {
            Ok(loaded) => loaded,
            Err(status) => {
                self.directory.apply(effect, status);
                return Err(status);
            }
        };
        self.forward(core, request, Phase::Whole, effect, loaded, firmware)
    }

    /// The module of a library that an instance is to be of, ready to be called;
    /// `None` for a module of the firmware itself.
    fn acquire(
        &self,
        key: InstanceKey,
        core: CoreId,
        request: Request,
        firmware: &mut impl Firmware,
    ) -> Result<Option<LoadedModule>, Status> {
        if ModuleId(key.module()).library() == 0 {
            return Ok(None);
        }
        let domain = layout::INIT_DOMAIN.get(request.primary.word(), request.extension);
        let own_domain = domain == ProcessingDomain::DataProcessing.code();
        firmware.acquire_module(key, core, own_domain).map(Some)
    }

    /// Sends DELETE_INSTANCE.
    pub(crate) fn delete_instance(
        &mut self,
        key: InstanceKey,
        core: CoreId,
        request: Request,
        firmware: &mut impl Firmware,
    ) -> Outcome {
        let effect = Effect::DeleteInstance(key);
        self.forward(core, request, Phase::Whole, effect, None, firmware)
    }

    /// Sends CHAIN_DMA for a host stream, to core 0: it serves both ends of every
    /// chain. A chain is there from its allocation on, also while it is paused.
    pub(crate) fn chain(
        &mut self,
        host: u8,
        allocate: bool,
        enable: bool,
        request: Request,
        firmware: &mut impl Firmware,
    ) -> Outcome {
        let effect = match (allocate, enable) {
            (true, _) => Effect::CreateChain(host),
            (false, false) => Effect::DeleteChain(host),
            // There is no such request.
            (false, true) => Effect::None,
        };
        self.forward(
            CoreId::PRIMARY,
            request,
            Phase::Whole,
            effect,
            None,
            firmware,
        )
    }

    /// BUSY while `core` is late with an earlier command.
    pub(crate) fn refuse_late(
        &self,
        core: CoreId,
        firmware: &mut impl Firmware,
    ) -> Result<(), Status> {
        let Some(late) = self.late[core.index()] else {
            return Ok(());
        };
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("core {core} is still busy with command {}", late.sequence),
        );
        Err(Status::Busy)
    }

    fn forward(
        &mut self,
        core: CoreId,
        request: Request,
        phase: Phase,
        effect: Effect,
        loaded: Option<LoadedModule>,
        firmware: &mut impl Firmware,
    ) -> Outcome {
        self.refuse_late(core, firmware)?;
        self.sequence = self.sequence.wrapping_add(1);
        let sequence = self.sequence;
        let command = Command {
            sequence,
            primary: request.primary.word(),
            extension: request.extension,
            phase,
            loaded,
        };
        match firmware.forward(core, command) {
            Forwarded::Done(answer) if answer.sequence == sequence => {
                self.apply(effect, answer.status, firmware);
                outcome(answer)
            }
            Forwarded::Done(answer) => {
                firmware.log(
                    Level::Error,
                    "ipc",
                    format_args!("core {core}: answer {} to {sequence}", answer.sequence),
                );
                self.apply(effect, Status::Failure, firmware);
                Err(Status::Failure)
            }
            Forwarded::TimedOut => {
                self.late[core.index()] = Some(Late { sequence, effect });
                Err(Status::Failure)
            }
            Forwarded::Late => {
                self.apply(effect, Status::Busy, firmware);
                Err(Status::Busy)
            }
            Forwarded::Gone => {
                firmware.log(
                    Level::Error,
                    "ipc",
                    format_args!("core {core} executes no commands"),
                );
                self.forget(core, firmware);
                Err(Status::Failure)
            }
        }
    }
}

fn outcome(answer: Answer) -> Outcome {
    match answer.status {
        Status::Success => Ok(Some(answer.extension)),
        status => Err(status),
    }
}
