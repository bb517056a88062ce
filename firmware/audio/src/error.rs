//! Why a request is refused, and the status that says so.

use acelab_abi::ipc4::Status;

/// Why a request is refused. Nothing has changed then, but where said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// No memory, or no slot left, for what was to be created.
    OutOfMemory,
    /// A pipeline with this id exists.
    PipelineExists,
    /// There is no pipeline with this id.
    NoPipeline,
    /// The pipeline runs, or is paused, and cannot be deleted.
    PipelineActive,
    /// The requested state is none that a host can ask for.
    UnsupportedState,
    /// The pipeline's state does not lead to the requested one.
    Transition,
    /// A component could not be prepared: its formats do not fit, or its
    /// gateway is not to be had. The pipeline is as before.
    Prepare,
    /// The pipeline has no component at one of its ends.
    EndpointGone,
    /// A gateway could not be started. Pipelines earlier in the list keep
    /// their new state.
    Trigger,
    /// The trigger did not happen within its bound of 7.5 ms.
    TriggerLate,
    /// The instance could not be created, for whatever reason.
    Init,
    /// There is no such component instance.
    NoComponent,
    /// The component cannot be deleted while its pipeline runs or is paused.
    ComponentActive,
    /// Two DP modules cannot be bound to each other.
    DpToDp,
    /// One end has no configuration that tells the size of the buffer.
    NoBaseConfig,
    /// The pins do not exist, are taken, or do not fit.
    Connect,
    /// The components are on different cores.
    CrossCoreBind,
    /// The components are on different cores.
    CrossCoreUnbind,
    /// The components are not bound this way.
    NotBound,
    /// The module does not take short configuration messages.
    NoHandler,
    /// The module refuses the parameter (short configuration).
    Parameter,
    /// The module refuses the parameter (large configuration).
    LargeParameter,
    /// The answer is bigger than the place for it.
    ResponseTooBig,
    /// A chain DMA could not be created.
    ChainCreate,
    /// A chain DMA does not go from its state to the requested one.
    ChainTransition,
}

impl Error {
    /// The status that tells the host, as in the table "Who answers what".
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::OutOfMemory => Status::OutOfMemory,
            Self::PipelineExists
            | Self::NoPipeline
            | Self::EndpointGone
            | Self::NoComponent
            | Self::ComponentActive
            | Self::NotBound
            | Self::LargeParameter => Status::InvalidResourceId,
            Self::PipelineActive | Self::Connect | Self::CrossCoreBind => {
                Status::InvalidResourceState
            }
            Self::UnsupportedState
            | Self::Transition
            | Self::Prepare
            | Self::DpToDp
            | Self::NoHandler => Status::InvalidRequest,
            Self::Trigger => Status::PipelineStateNotSet,
            Self::TriggerLate | Self::NoBaseConfig | Self::CrossCoreUnbind | Self::ChainCreate => {
                Status::Failure
            }
            Self::Init => Status::ModNotInitialized,
            Self::Parameter => Status::InvalidConfigParamId,
            Self::ResponseTooBig => Status::InvalidConfigDataStruct,
            Self::ChainTransition => Status::InvalidChainStateTransition,
        }
    }
}
