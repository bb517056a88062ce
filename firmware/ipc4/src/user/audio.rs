//! The engine as commands use it.

use core::fmt;

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_abi::log::Level;
use acelab_audio::{
    Binding, ChainRequest, Domain, Engine, Error, Fragment, InstanceConfig, Lock, PipelineConfig,
    PipelineId, PipelineState, Platform, State, StateRequest,
};

/// What commands need of the core that executes them; see [`Engine`].
pub trait Audio {
    /// The executing core.
    fn core(&self) -> CoreId;

    /// Writes a line to the log.
    fn log(&self, level: Level, text: fmt::Arguments<'_>);

    /// CREATE_PIPELINE.
    fn create_pipeline(&mut self, config: PipelineConfig) -> Result<(), Error>;

    /// DELETE_PIPELINE.
    fn delete_pipeline(&mut self, id: PipelineId) -> Result<(), Error>;

    /// First phase of SET_PIPELINE_STATE.
    fn prepare(&mut self, id: PipelineId, to: StateRequest) -> Result<(), Error>;

    /// Second phase of SET_PIPELINE_STATE.
    fn trigger(&mut self, ids: &[PipelineId], to: StateRequest) -> Result<(), Error>;

    /// GET_PIPELINE_STATE.
    fn pipeline_state(&mut self, id: PipelineId) -> Result<PipelineState, Error>;

    /// INIT_INSTANCE.
    fn init_instance(&mut self, config: &InstanceConfig, payload: &[u8]) -> Result<(), Error>;

    /// DELETE_INSTANCE.
    fn delete_instance(&mut self, key: InstanceKey) -> Result<(), Error>;

    /// BIND.
    fn bind(&mut self, binding: Binding) -> Result<(), Error>;

    /// UNBIND.
    fn unbind(&mut self, binding: Binding) -> Result<(), Error>;

    /// CONFIG_GET.
    fn config_get(&mut self, key: InstanceKey, param: u16) -> Result<u32, Error>;

    /// CONFIG_SET.
    fn config_set(&mut self, key: InstanceKey, param: u16, value: u16) -> Result<(), Error>;

    /// LARGE_CONFIG_GET: bytes written to `out`.
    fn large_config_get(
        &mut self,
        key: InstanceKey,
        param: u32,
        fragment: Fragment,
        out: &mut [u8],
    ) -> Result<usize, Error>;

    /// LARGE_CONFIG_SET.
    fn large_config_set(
        &mut self,
        key: InstanceKey,
        param: u32,
        fragment: Fragment,
        block: &[u8],
    ) -> Result<(), Error>;

    /// CHAIN_DMA.
    fn chain_dma(&mut self, request: ChainRequest) -> Result<(), Error>;

    /// Number of tasks of a scheduler.
    fn tasks(&mut self, domain: Domain) -> u32;
}

/// A core's engine and the system under it.
pub struct OnCore<'a, P: Platform, L> {
    platform: &'a P,
    engine: Engine<'a, P, L>,
}

impl<'a, P: Platform, L: Lock<State<P>>> OnCore<'a, P, L> {
    /// The engine over `platform` and `state`.
    #[must_use]
    pub const fn new(platform: &'a P, state: &'a L) -> Self {
        Self {
            platform,
            engine: Engine::new(platform, state),
        }
    }
}

impl<P: Platform, L: Lock<State<P>>> Audio for OnCore<'_, P, L> {
    fn core(&self) -> CoreId {
        CoreId::new(self.platform.core()).unwrap_or(CoreId::PRIMARY)
    }

    fn log(&self, level: Level, text: fmt::Arguments<'_>) {
        self.platform.log(level, "ipc", text);
    }

    fn create_pipeline(&mut self, config: PipelineConfig) -> Result<(), Error> {
        self.engine.create_pipeline(config)
    }

    fn delete_pipeline(&mut self, id: PipelineId) -> Result<(), Error> {
        self.engine.delete_pipeline(id)
    }

    fn prepare(&mut self, id: PipelineId, to: StateRequest) -> Result<(), Error> {
        self.engine.prepare(id, to)
    }

    fn trigger(&mut self, ids: &[PipelineId], to: StateRequest) -> Result<(), Error> {
        self.engine.trigger(ids, to)
    }

    fn pipeline_state(&mut self, id: PipelineId) -> Result<PipelineState, Error> {
        self.engine.pipeline_state(id)
    }

    fn init_instance(&mut self, config: &InstanceConfig, payload: &[u8]) -> Result<(), Error> {
        self.engine.init_instance(config, payload)
    }

    fn delete_instance(&mut self, key: InstanceKey) -> Result<(), Error> {
        self.engine.delete_instance(key)
    }

    fn bind(&mut self, binding: Binding) -> Result<(), Error> {
        self.engine.bind(binding)
    }

    fn unbind(&mut self, binding: Binding) -> Result<(), Error> {
        self.engine.unbind(binding)
    }

    fn config_get(&mut self, key: InstanceKey, param: u16) -> Result<u32, Error> {
        self.engine.config_get(key, param)
    }

    fn config_set(&mut self, key: InstanceKey, param: u16, value: u16) -> Result<(), Error> {
        self.engine.config_set(key, param, value)
    }

    fn large_config_get(
        &mut self,
        key: InstanceKey,
        param: u32,
        fragment: Fragment,
        out: &mut [u8],
    ) -> Result<usize, Error> {
        self.engine.large_config_get(key, param, fragment, out)
    }

    fn large_config_set(
        &mut self,
        key: InstanceKey,
        param: u32,
        fragment: Fragment,
        block: &[u8],
    ) -> Result<(), Error> {
        self.engine.large_config_set(key, param, fragment, block)
    }

    fn chain_dma(&mut self, request: ChainRequest) -> Result<(), Error> {
        self.engine.chain_dma(request)
    }

    fn tasks(&mut self, domain: Domain) -> u32 {
        self.engine.tasks(domain)
    }
}
