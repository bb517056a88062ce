//! What a target's ports have sent.

use acelab_abi::clock::Nanos;

/// A part of what a port has sent, frame after frame without a gap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recording {
    /// Virtual time at which its first frame began.
    pub start: Nanos,
    /// Frames that the port had sent before it since the transmitter's start.
    pub frame: u64,
    /// Bytes of a frame: four per active slot; 0 when nothing is recorded.
    pub frame_bytes: u8,
    /// The frames: one little-endian word per slot, the slot's bits in its lower
    /// ones.
    pub bytes: Vec<u8>,
}
