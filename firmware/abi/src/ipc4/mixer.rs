//! Mixin and mixout: the mode of a mixin's outputs.

/// Outputs of a mixin.
pub const MAX_MIXIN_OUTPUTS: usize = 3;
/// Inputs of a mixout.
pub const MAX_MIXOUT_INPUTS: usize = 8;
/// Gain of 0 dB.
pub const UNITY_GAIN: u16 = 1024;
/// LARGE_CONFIG_SET of a mixin: {count, [`MixerMode`] records}.
pub const PARAM_MODE: u8 = 1;

codes! {
    /// How a mixin feeds an output.
    pub enum MixMode: u32 {
        Normal = 0 => "NORMAL",
        Remap = 1 => "CHANNEL_REMAPPING",
    }
}

/// Mode of one output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MixerMode {
    /// Output queue.
    pub output: u32,
    /// A [`MixMode`] code.
    pub mode: u32,
    /// Channels of the output, for remapping.
    pub channels: u32,
    /// For each channel of the output a nibble with the channel it takes.
    pub channel_map: u32,
    /// Gain; [`UNITY_GAIN`] is 0 dB.
    pub gain: u16,
    /// Reserved.
    pub reserved: u16,
}

wire!(MixerMode, 20, {
    output: u32, mode: u32, channels: u32, channel_map: u32, gain: u16, reserved: u16,
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc4::wire::{Reader, Wire, Writer};

    #[test]
    fn a_record_comes_back() {
        let record = MixerMode {
            output: 2,
            mode: MixMode::Remap.code(),
            channels: 2,
            channel_map: 0xFFFF_FF01,
            gain: UNITY_GAIN / 2,
            reserved: 0,
        };
        let mut bytes = [0; MixerMode::BYTES];
        Writer::new(&mut bytes).put(&record).unwrap();
        assert_eq!(Reader::new(&bytes).get(), Ok(record));
        assert_eq!(bytes[16..18], [0, 2]);
    }
}
