//! What every module's INIT_INSTANCE payload starts with, and the extension
//! that describes pins one by one.

use super::audio_format::AudioFormat;
use super::wire::{Reader, Records, Truncated, Wire};

/// Pins a module can have on either side.
pub const MAX_PINS: usize = 8;

/// `base_module_cfg`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BaseConfig {
    /// Cycles that one period may take.
    pub cpc: u32,
    /// Bytes the module takes from an input per period.
    pub ibs: u32,
    /// Bytes the module makes at an output per period.
    pub obs: u32,
    /// Pages of memory the module needs.
    pub is_pages: u32,
    /// Format of the input (of the output for a source).
    pub format: AudioFormat,
}

wire!(BaseConfig, 40, { cpc: u32, ibs: u32, obs: u32, is_pages: u32, format: get });

impl BaseConfig {
    /// For `format` on both sides with a period of 1 ms, rounded up to frames.
    #[must_use]
    pub const fn of(format: AudioFormat) -> Self {
        let period = format.rate.div_ceil(1000) * format.frame_bytes();
        Self {
            cpc: 0,
            ibs: period,
            obs: period,
            is_pages: 0,
            format,
        }
    }
}

/// Format and block size of one pin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PinFormat {
    /// Which pin.
    pub pin: u32,
    /// Bytes per period: ibs of an input pin, obs of an output pin.
    pub block_bytes: u32,
    /// Its format.
    pub format: AudioFormat,
}

wire!(PinFormat, 32, { pin: u32, block_bytes: u32, format: get });

/// `base_cfg_ext`: pins that differ from the base configuration. The arrays may
/// leave pins out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinFormats<'a> {
    inputs: &'a [u8],
    outputs: &'a [u8],
}

/// Bytes of the head of `base_cfg_ext`.
pub const PIN_FORMATS_HEAD_BYTES: usize = 16;
const PIN_FORMATS_RESERVED: usize = 12;

impl<'a> PinFormats<'a> {
    /// No pin is described.
    pub const NONE: Self = Self {
        inputs: &[],
        outputs: &[],
    };

    /// Takes head and arrays from `reader`.
    ///
    /// # Errors
    ///
    /// [`Truncated`] if they are not all there.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Truncated> {
        let inputs = usize::from(reader.u16()?);
        let outputs = usize::from(reader.u16()?);
        reader.take(PIN_FORMATS_RESERVED)?;
        Ok(Self {
            inputs: reader.take(inputs * PinFormat::BYTES)?,
            outputs: reader.take(outputs * PinFormat::BYTES)?,
        })
    }

    /// The input pins.
    #[must_use]
    pub const fn inputs(&self) -> Records<'a, PinFormat> {
        Records::new(self.inputs)
    }

    /// The output pins.
    #[must_use]
    pub const fn outputs(&self) -> Records<'a, PinFormat> {
        Records::new(self.outputs)
    }
}

/// Parameters of LARGE_CONFIG and CONFIG that every module has.
pub mod param {
    /// LARGE_CONFIG_GET: properties of the instance.
    pub const INSTANCE_PROPERTIES: u32 = 0xFE;
    /// CONFIG_SET: switches an instance on or off.
    pub const INSTANCE_ENABLE: u32 = 0x3000;
    /// Ids of a module's own parameters are below.
    pub const OWN_END: u32 = 0x3000;
    /// LARGE_CONFIG: tuples of {parameter, length, data}; see
    /// [`super::super::tlv`].
    pub const VENDOR_CONFIG: u32 = 0xFF;
    /// LARGE_CONFIG: a switch control.
    pub const SWITCH_CONTROL: u32 = 200;
    /// LARGE_CONFIG: an enumeration control.
    pub const ENUM_CONTROL: u32 = 201;
    /// LARGE_CONFIG: a control of bytes.
    pub const BYTES_CONTROL: u32 = 202;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc4::wire::Writer;

    #[test]
    fn pins_are_read_back_and_counts_are_bounded() {
        let pin = |pin| PinFormat {
            pin,
            block_bytes: 192 * (pin + 1),
            format: AudioFormat::integer(48_000, 2, 16, 16),
        };
        let mut bytes = [0; PIN_FORMATS_HEAD_BYTES + 3 * PinFormat::BYTES];
        let mut writer = Writer::new(&mut bytes);
        writer.u16(1).unwrap();
        writer.u16(2).unwrap();
        writer.bytes(&[0; 12]).unwrap();
        for index in [0, 2, 5] {
            writer.put(&pin(index)).unwrap();
        }
        let pins = PinFormats::read(&mut Reader::new(&bytes)).unwrap();
        assert!(pins.inputs().eq([pin(0)]));
        assert!(pins.outputs().eq([pin(2), pin(5)]));
        bytes[0] = 2;
        assert_eq!(PinFormats::read(&mut Reader::new(&bytes)), Err(Truncated));
        bytes[..4].fill(0xFF);
        assert_eq!(PinFormats::read(&mut Reader::new(&bytes)), Err(Truncated));
    }

    #[test]
    fn a_period_of_44_100_hz_is_rounded_up() {
        let base = BaseConfig::of(AudioFormat::integer(44_100, 2, 32, 32));
        assert_eq!((base.ibs, base.obs), (45 * 8, 45 * 8));
    }
}
