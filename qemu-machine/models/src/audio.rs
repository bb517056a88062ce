//! Sound: DMA gateways, the host's HDA controller, audio ports.

use acelab_abi::clock::Nanos;

/// Why a port does not do what the lab asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortRefusal {
    /// It only receives.
    NoSuchDirection,
    /// Not whole words.
    Misaligned,
    /// As much is queued as it takes.
    QueueFull,
}

/// A part of what a port has sent, without a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// When its first frame began.
    pub start: Nanos,
    /// The first frame's number since the transmitter's start.
    pub frame: u64,
    /// Bytes of a frame; 0 when nothing is recorded.
    pub frame_bytes: u8,
    /// The frames.
    pub bytes: Vec<u8>,
}
