//! Names of pipelines and bindings.

use acelab_abi::ipc4::pipeline::InstanceKey;

/// Id of a pipeline, chosen by the host.
pub type PipelineId = u8;

/// The two ends of a buffer (BIND and UNBIND).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Who writes.
    pub src: InstanceKey,
    /// Output queue of the writer, 0..=7.
    pub src_queue: u8,
    /// Who reads.
    pub dst: InstanceKey,
    /// Input queue of the reader, 0..=7.
    pub dst_queue: u8,
}
