//! Gain and peak volume: the records behind the base configuration, and the
//! parameters.

/// Channel of a record that means all channels.
pub const ALL_CHANNELS: u32 = 0xFFFF_FFFF;
/// Target volume of 0 dB (Q1.31).
pub const UNITY: u32 = 0x7FFF_FFFF;

codes! {
    /// How the volume goes from its value to the target.
    pub enum Curve: u32 {
        None = 0 => "NONE",
        WindowsFade = 1 => "WINDOWS_FADE",
        Linear = 2 => "LINEAR",
        Log = 3 => "LOG",
        LinearZeroCross = 4 => "LINEAR_ZC",
        LogZeroCross = 5 => "LOG_ZC",
    }
}

codes! {
    /// Parameters of LARGE_CONFIG.
    pub enum VolumeParam: u8 {
        Volume = 0 => "VOLUME",
        SetAttenuation = 1 => "SET_ATTENUATION",
        TransitionDelay = 2 => "VOLUME_TRANSITION_DELAY",
    }
}

/// `ipc4_peak_volume_config`: what one channel, or all, should do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VolumeRecord {
    /// Channel, or [`ALL_CHANNELS`].
    pub channel: u32,
    /// Volume to reach, Q1.31, 0..=0x7FFF_FFFF.
    pub target: u32,
    /// A [`Curve`] code.
    pub curve: u32,
    /// Reserved.
    pub reserved: u32,
    /// Time of the way, in units of 100 ns.
    pub duration: u64,
}

wire!(VolumeRecord, 24, { channel: u32, target: u32, curve: u32, reserved: u32, duration: u64 });

impl VolumeRecord {
    /// All channels at `target` at once.
    #[must_use]
    pub const fn all(target: u32) -> Self {
        Self {
            channel: ALL_CHANNELS,
            target,
            curve: Curve::None.code(),
            reserved: 0,
            duration: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc4::wire::{Records, Wire, Writer};

    #[test]
    fn records_lie_one_behind_the_other() {
        let mut bytes = [0; 2 * VolumeRecord::BYTES];
        let second = VolumeRecord {
            channel: 1,
            duration: 200_000,
            ..VolumeRecord::all(5)
        };
        let mut writer = Writer::new(&mut bytes);
        writer.put(&VolumeRecord::all(UNITY)).unwrap();
        writer.put(&second).unwrap();
        assert!(Records::<VolumeRecord>::new(&bytes).eq([VolumeRecord::all(UNITY), second]));
        assert_eq!(Records::<VolumeRecord>::new(&bytes[..47]).count(), 1);
    }
}
