//! Which core has which pipeline and which instance, and which chains there are.
//!
//! The engines know what there is; the directory knows it too, because a
//! command must be sent to one core before any engine has seen it. An entry is
//! made when the command that creates its object is sent. It is *settled* once
//! the core has answered with success, and gone if the core has not. So an id
//! is never given twice, whatever core is late.

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_abi::ipc4::pipeline::MAX_PIPELINES;
use acelab_audio::PipelineId;

use super::table::{Full, Keyed, Table};

/// Module instances that can exist at a time, on all cores together.
pub(crate) const MAX_INSTANCES: usize = 256;

#[derive(Clone, Copy)]
struct Pipeline {
    id: PipelineId,
    core: CoreId,
    settled: bool,
}

impl Keyed for Pipeline {
    fn key(&self) -> u32 {
        self.id.into()
    }
}

#[derive(Clone, Copy)]
struct Instance {
    key: InstanceKey,
    pipeline: Option<PipelineId>,
    core: CoreId,
    settled: bool,
}

impl Keyed for Instance {
    fn key(&self) -> u32 {
        self.key.word()
    }
}

/// What a command does to the directory, once its outcome is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing.
    None,
    /// The pipeline exists, or not after all.
    CreatePipeline(PipelineId),
    /// The pipeline is gone, and its instances with it.
    DeletePipeline(PipelineId),
    /// The instance exists, or not after all.
    CreateInstance(InstanceKey),
    /// The instance is gone.
    DeleteInstance(InstanceKey),
    /// The chain of this host stream exists.
    CreateChain(u8),
    /// The chain of this host stream is gone.
    DeleteChain(u8),
}

/// The directory.
pub(super) struct Directory {
    pipelines: Table<Pipeline, MAX_PIPELINES>,
    instances: Table<Instance, MAX_INSTANCES>,
    /// Chains on core 0, a bit for each host stream.
    chains: u32,
}

impl Directory {
    pub(super) const fn new() -> Self {
        Self {
            pipelines: Table::new(),
            instances: Table::new(),
            chains: 0,
        }
    }

    /// Core of a pipeline.
    pub(super) fn pipeline(&self, id: PipelineId) -> Option<CoreId> {
        self.pipelines.get(id.into()).map(|pipeline| pipeline.core)
    }

    /// Core of an instance.
    pub(super) fn instance(&self, key: InstanceKey) -> Option<CoreId> {
        self.instances.get(key.word()).map(|instance| instance.core)
    }

    /// Ids of the pipelines that exist, in ascending order.
    pub(super) fn pipelines(&self) -> impl Iterator<Item = PipelineId> {
        self.pipelines
            .iter()
            .filter(|pipeline| pipeline.settled)
            .map(|pipeline| pipeline.id)
    }

    /// Whether something exists on a core, or may.
    pub(super) fn uses(&self, core: CoreId) -> bool {
        self.pipelines.iter().any(|pipeline| pipeline.core == core)
            || self.instances.iter().any(|instance| instance.core == core)
            || core.is_primary() && self.chains != 0
    }

    /// A command that creates the pipeline is about to be sent.
    pub(super) fn expect_pipeline(&mut self, id: PipelineId, core: CoreId) -> Result<(), Full> {
        self.pipelines.insert(Pipeline {
            id,
            core,
            settled: false,
        })
    }

    /// A command that creates the instance is about to be sent.
    pub(super) fn expect_instance(
        &mut self,
        key: InstanceKey,
        pipeline: Option<PipelineId>,
        core: CoreId,
    ) -> Result<(), Full> {
        self.instances.insert(Instance {
            key,
            pipeline,
            core,
            settled: false,
        })
    }

    /// A command has ended.
    pub(super) fn apply(&mut self, effect: Effect, status: Status) {
        let done = status == Status::Success;
        match effect {
            Effect::None => {}
            Effect::CreatePipeline(id) if done => {
                if let Some(pipeline) = self.pipelines.get_mut(id.into()) {
                    pipeline.settled = true;
                }
            }
            Effect::CreatePipeline(id) => self.pipelines.retain(|pipeline| pipeline.id != id),
            Effect::DeletePipeline(id) if done => {
                self.pipelines.retain(|pipeline| pipeline.id != id);
                self.instances
                    .retain(|instance| instance.pipeline != Some(id));
            }
            Effect::CreateInstance(key) if done => {
                if let Some(instance) = self.instances.get_mut(key.word()) {
                    instance.settled = true;
                }
            }
            Effect::CreateInstance(key) => self.instances.retain(|instance| instance.key != key),
            Effect::DeleteInstance(key) if done => {
                self.instances.retain(|instance| instance.key != key);
            }
            Effect::CreateChain(host) if done => self.chains |= 1 << (host & 31),
            Effect::DeleteChain(host) if done => self.chains &= !(1 << (host & 31)),
            // A chain that could not be created is not there, and one that was
            // there stays.
            Effect::DeletePipeline(_)
            | Effect::DeleteInstance(_)
            | Effect::CreateChain(_)
            | Effect::DeleteChain(_) => {}
        }
    }

    /// Nothing exists on a core any more.
    pub(super) fn forget(&mut self, core: CoreId) {
        self.pipelines.retain(|pipeline| pipeline.core != core);
        self.instances.retain(|instance| instance.core != core);
        if core.is_primary() {
            self.chains = 0;
        }
    }
}
