//! What the engine tells the host unasked.

use crate::{Gateway, PipelineId};
use acelab_abi::ipc4::pipeline::InstanceKey;

/// Something the host may want to know: a RESOURCE_EVENT, or a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A gateway had no data to play (GATEWAY_UNDERRUN).
    GatewayUnderrun(Gateway),
    /// A gateway had no room for what came (GATEWAY_OVERRUN).
    GatewayOverrun(Gateway),
    /// A mixer had nothing of an active source (MIXER_UNDERRUN).
    MixerUnderrun(InstanceKey),
    /// A module's processing failed (PROCESS_DATA_ERROR with this error).
    ProcessError(InstanceKey, u32),
    /// The pipeline was stopped, because it could not go on.
    PipelineStopped(PipelineId),
    /// Position of a host stream (build option of the platform): the bytes
    /// played or recorded since the stream's start.
    Position {
        /// The host gateway.
        gateway: Gateway,
        /// Bytes since the start.
        bytes: u64,
    },
}
