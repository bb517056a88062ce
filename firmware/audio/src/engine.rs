//! The engine as its two threads see it.

use core::marker::PhantomData;

use crate::{
    Binding, ChainRequest, Counts, Domain, Error, Fragment, InstanceConfig, Lock, PipelineConfig,
    PipelineId, PipelineState, Platform, StateRequest,
};
use acelab_abi::ipc4::pipeline::InstanceKey;

/// What ticks and commands share.
#[derive(Debug)]
pub struct State<P: Platform> {
    platform: PhantomData<P>,
}

impl<P: Platform> State<P> {
    /// An engine with nothing in it.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            platform: PhantomData,
        }
    }
}

impl<P: Platform> Default for State<P> {
    fn default() -> Self {
        Self::new()
    }
}

/// The engine of one core, as its LL thread and its IPC thread use it. Each of
/// the two makes its own; the state behind the lock is the same.
#[derive(Debug)]
pub struct Engine<'a, P: Platform, L> {
    platform: &'a P,
    state: &'a L,
}

impl<'a, P: Platform, L: Lock<State<P>>> Engine<'a, P, L> {
    /// The engine over a system and the state behind the core's LL lock.
    #[must_use]
    pub const fn new(platform: &'a P, state: &'a L) -> Self {
        Self { platform, state }
    }

    /// Runs the ticks that are due: the one of `due`, a multiple of 1 ms in
    /// wall-clock ticks, after those that were missed before it (at most ten
    /// in all). Called by the LL thread, each time the timer expires.
    pub fn run(&self, due: u64) {
        let _ = (due, self.platform);
        self.state.with(|_| ());
    }

    /// CREATE_PIPELINE.
    pub fn create_pipeline(&self, config: PipelineConfig) -> Result<(), Error> {
        let _ = config;
        Err(Error::OutOfMemory)
    }

    /// DELETE_PIPELINE: with all its components and their buffers.
    pub fn delete_pipeline(&self, id: PipelineId) -> Result<(), Error> {
        let _ = id;
        Err(Error::NoPipeline)
    }

    /// First phase of SET_PIPELINE_STATE: judges the transition, completes the
    /// pipeline, prepares components and opens channels.
    pub fn prepare(&self, id: PipelineId, to: StateRequest) -> Result<(), Error> {
        let _ = (id, to);
        Err(Error::NoPipeline)
    }

    /// Second phase, for pipelines that are prepared: all of them between the
    /// same two ticks. Waits for start delays, at most 7.5 ms.
    pub fn trigger(&self, ids: &[PipelineId], to: StateRequest) -> Result<(), Error> {
        let _ = (ids, to);
        Err(Error::NoPipeline)
    }

    /// The state of a pipeline.
    pub fn pipeline_state(&self, id: PipelineId) -> Result<PipelineState, Error> {
        let _ = id;
        Err(Error::NoPipeline)
    }

    /// INIT_INSTANCE with a stable copy of its module specific payload.
    pub fn init_instance(&self, config: &InstanceConfig, payload: &[u8]) -> Result<(), Error> {
        let _ = (config, payload);
        Err(Error::Init)
    }

    /// DELETE_INSTANCE.
    pub fn delete_instance(&self, key: InstanceKey) -> Result<(), Error> {
        let _ = key;
        Err(Error::NoComponent)
    }

    /// BIND. That an end is on another core is the caller's to see.
    pub fn bind(&self, binding: Binding) -> Result<(), Error> {
        let _ = binding;
        Err(Error::NoComponent)
    }

    /// UNBIND.
    pub fn unbind(&self, binding: Binding) -> Result<(), Error> {
        let _ = binding;
        Err(Error::NoComponent)
    }

    /// CONFIG_GET.
    pub fn config_get(&self, key: InstanceKey, param: u16) -> Result<u32, Error> {
        let _ = (key, param);
        Err(Error::NoComponent)
    }

    /// CONFIG_SET.
    pub fn config_set(&self, key: InstanceKey, param: u16, value: u16) -> Result<(), Error> {
        let _ = (key, param, value);
        Err(Error::NoComponent)
    }

    /// LARGE_CONFIG_GET: the number of bytes written to `out`. A TLV of
    /// VENDOR_CONFIG_PARAM calls this with its type as `param`.
    pub fn large_config_get(
        &self,
        key: InstanceKey,
        param: u32,
        fragment: Fragment,
        out: &mut [u8],
    ) -> Result<usize, Error> {
        let _ = (key, param, fragment, out);
        Err(Error::NoComponent)
    }

    /// LARGE_CONFIG_SET with a stable copy of one block.
    pub fn large_config_set(
        &self,
        key: InstanceKey,
        param: u32,
        fragment: Fragment,
        block: &[u8],
    ) -> Result<(), Error> {
        let _ = (key, param, fragment, block);
        Err(Error::NoComponent)
    }

    /// CHAIN_DMA.
    pub fn chain_dma(&self, request: ChainRequest) -> Result<(), Error> {
        let _ = request;
        Err(Error::ChainCreate)
    }

    /// Ids of the pipelines into `out`, in ascending order; how many there are.
    pub fn pipelines(&self, out: &mut [u32]) -> usize {
        let _ = out;
        0
    }

    /// Tasks of a scheduler (SCHEDULERS_INFO).
    pub fn tasks(&self, domain: Domain) -> u32 {
        let _ = domain;
        0
    }

    /// What there is.
    pub fn counts(&self) -> Counts {
        Counts::default()
    }

    /// Deletes everything, whatever its state: the core is going down.
    pub fn clear(&self) {}
}
