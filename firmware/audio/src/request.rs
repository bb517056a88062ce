//! What commands say to the engine, and what it answers.

use acelab_module_sdk::Descriptor;

use crate::{LoadedModule, PipelineId};
use acelab_abi::ipc4::pipeline::InstanceKey;

/// A pipeline to be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PipelineConfig {
    /// Its id.
    pub id: PipelineId,
    /// Priority among the pipelines of a tick: 0 runs first, 7 last.
    pub priority: u8,
}

/// A state that a host asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateRequest {
    /// Stopped, components as after creation (state 2).
    Reset,
    /// Complete, or stopped where it is (state 3).
    Paused,
    /// Running (state 4).
    Running,
    /// Running until the data ends (state 5).
    Eos,
}

impl StateRequest {
    /// The request with this code of IPC4, if a host may ask for it.
    #[must_use]
    pub const fn from_code(code: u32) -> Option<Self> {
        Some(match code {
            2 => Self::Reset,
            3 => Self::Paused,
            4 => Self::Running,
            5 => Self::Eos,
            _ => return None,
        })
    }
}

/// Where a pipeline is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PipelineState {
    /// Created; its ends are not known yet.
    #[default]
    Init,
    /// Complete and stopped.
    Ready,
    /// Stopped in the middle of its streams.
    Paused,
    /// Waits for the start delay of its port, or for a pipeline that does.
    Starting,
    /// Running.
    Active,
}

/// Who runs an instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Domain {
    /// The tick (low latency).
    #[default]
    Ll,
    /// A thread of its own (data processing).
    Dp,
}

/// What an instance is made from.
#[derive(Clone, Copy, Debug)]
pub enum Driver {
    /// The copier, which is part of the engine: host, port, or in between.
    Copier,
    /// A processing module that is part of the firmware.
    Module(&'static Descriptor),
    /// A processing module of a library that was loaded.
    Loaded(LoadedModule),
}

/// A module instance to be created.
#[derive(Clone, Copy, Debug)]
pub struct InstanceConfig {
    /// Its name.
    pub key: InstanceKey,
    /// What it is made from.
    pub driver: Driver,
    /// The pipeline that runs it.
    pub pipeline: Option<PipelineId>,
    /// Who runs it.
    pub domain: Domain,
    /// Bytes of stack that a DP instance asks for (0: the usual size).
    pub stack_bytes: u32,
}

/// Place of a block in a LARGE_CONFIG transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// It is the first one.
    pub first: bool,
    /// It is the last one.
    pub last: bool,
    /// The transfer's size in bytes in a first block, else the offset.
    pub size_or_offset: u32,
}

impl Fragment {
    /// A transfer of one block.
    #[must_use]
    pub const fn single(bytes: u32) -> Self {
        Self {
            first: true,
            last: true,
            size_or_offset: bytes,
        }
    }
}

/// CHAIN_DMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainRequest {
    /// Host DMA stream; below 9 playback, else capture from stream − 9.
    pub host: u8,
    /// Link DMA stream, in the same direction and numbering.
    pub link: u8,
    /// The chain is to exist.
    pub allocate: bool,
    /// The chain is to run.
    pub enable: bool,
    /// Samples are 16 bits (`scs`).
    pub short_samples: bool,
    /// Bytes of the buffers.
    pub fifo_bytes: u32,
}

/// How many objects an engine has; all zero when everything was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pipelines.
    pub pipelines: u32,
    /// Module instances.
    pub components: u32,
    /// Buffers between them.
    pub buffers: u32,
    /// Tasks on the LL list.
    pub ll_tasks: u32,
    /// DP threads.
    pub dp_tasks: u32,
    /// Open DMA channels.
    pub channels: u32,
    /// Chain DMAs.
    pub chains: u32,
}
