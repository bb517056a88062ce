//! The copier: payload of INIT_INSTANCE and parameters.

use super::audio_format::AudioFormat;
use super::module_config::BaseConfig;
use super::node_id::NodeId;
use super::wire::{Full, Reader, Truncated, Wire, Writer};

/// Output pins of a copier.
pub const MAX_OUTPUTS: usize = 4;

/// Bit 0 of the feature mask: copies without conversion.
pub const FEATURE_FAST_MODE: u32 = 1;

/// Why a payload is no copier configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopierError {
    /// The payload ends before the fixed part does.
    Truncated,
    /// `config_length` reaches beyond the payload.
    ConfigLength {
        /// Bytes that the length asks for.
        bytes: usize,
    },
}

impl From<Truncated> for CopierError {
    fn from(Truncated: Truncated) -> Self {
        Self::Truncated
    }
}

/// The gateway part of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatewayConfig<'a> {
    /// Which gateway, or [`NodeId::NONE`].
    pub node: NodeId,
    /// Bytes of DMA buffer that the host asks for.
    pub dma_buffer_bytes: u32,
    /// Data for the port's driver; see [`super::ssp`] and [`super::dmic`].
    pub data: &'a [u8],
}

/// `copier_module_cfg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopierConfig<'a> {
    /// The part that every module has; its format is that of the input.
    pub base: BaseConfig,
    /// Format of output 0.
    pub output: AudioFormat,
    /// [`FEATURE_FAST_MODE`].
    pub features: u32,
    /// The gateway.
    pub gateway: GatewayConfig<'a>,
}

impl<'a> CopierConfig<'a> {
    /// Bytes in front of the gateway's data.
    pub const HEAD_BYTES: usize = BaseConfig::BYTES + AudioFormat::BYTES + 16;

    /// Decodes an INIT_INSTANCE payload.
    ///
    /// # Errors
    ///
    /// [`CopierError`] when the payload is too short for it or for the length
    /// in it.
    pub fn decode(payload: &'a [u8]) -> Result<Self, CopierError> {
        let mut reader = Reader::new(payload);
        let base = reader.get()?;
        let output = reader.get()?;
        let features = reader.u32()?;
        let node = NodeId::from_word(reader.u32()?);
        let dma_buffer_bytes = reader.u32()?;
        let bytes = (reader.u32()? as usize).saturating_mul(4);
        let data = reader
            .take(bytes)
            .map_err(|Truncated| CopierError::ConfigLength { bytes })?;
        Ok(Self {
            base,
            output,
            features,
            gateway: GatewayConfig {
                node,
                dma_buffer_bytes,
                data,
            },
        })
    }

    /// Appends the payload. The gateway's data is counted in words, so its
    /// bytes should be a multiple of four.
    ///
    /// # Errors
    ///
    /// [`Full`] if it does not fit.
    pub fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Full> {
        writer.put(&self.base)?;
        writer.put(&self.output)?;
        let words = u32::try_from(self.gateway.data.len() / 4).map_err(|_| Full)?;
        writer.words(&[
            self.features,
            self.gateway.node.word(),
            self.gateway.dma_buffer_bytes,
            words,
        ])?;
        writer.bytes(self.gateway.data)
    }
}

codes! {
    /// Parameters of LARGE_CONFIG.
    pub enum CopierParam: u8 {
        TimestampInit = 1 => "TIMESTAMP_INIT",
        SetSinkFormat = 2 => "SET_SINK_FORMAT",
        DataSegmentEnabled = 3 => "DATA_SEGMENT_ENABLED",
        LlpReading = 4 => "LLP_READING",
        LlpReadingExtended = 5 => "LLP_READING_EXTENDED",
        Attenuation = 6 => "ATTENUATION",
        ChannelMap = 7 => "CHANNEL_MAP",
    }
}

/// SET_SINK_FORMAT: the formats of one output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SinkFormat {
    /// Which output, 1..[`MAX_OUTPUTS`].
    pub sink: u32,
    /// Format of the input, as it was given in INIT_INSTANCE.
    pub source_format: AudioFormat,
    /// Format of the output.
    pub sink_format: AudioFormat,
}

wire!(SinkFormat, 52, { sink: u32, source_format: get, sink_format: get });

/// LLP_READING: how far a gateway is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LlpReading {
    /// Bytes that have passed the gateway.
    pub llp: u64,
    /// Wall clock at that moment, in ticks.
    pub wall_clock: u64,
}

wire!(LlpReading, 16, { llp: u64, wall_clock: u64 });

/// LLP_READING_EXTENDED.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LlpReadingExtended {
    /// The reading.
    pub reading: LlpReading,
    /// Bytes that the copier has processed.
    pub processed: u64,
}

wire!(LlpReadingExtended, 24, { reading: get, processed: u64 });

/// Largest ATTENUATION, in bits to shift right; 32-bit containers only.
pub const MAX_ATTENUATION: u32 = 31;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc4::node_id::GatewayKind;

    fn config(data: &[u8]) -> CopierConfig<'_> {
        let format = AudioFormat::integer(48_000, 2, 32, 32);
        CopierConfig {
            base: BaseConfig::of(format),
            output: format,
            features: 0,
            gateway: GatewayConfig {
                node: NodeId::new(GatewayKind::HostOutput, 3),
                dma_buffer_bytes: 768,
                data,
            },
        }
    }

    #[test]
    fn encoding_and_decoding_are_inverse() {
        let data = [1, 2, 3, 4, 5, 6, 7, 8];
        let mut bytes = [0; 128];
        let mut writer = Writer::new(&mut bytes);
        config(&data).encode(&mut writer).unwrap();
        assert_eq!(writer.len(), CopierConfig::HEAD_BYTES + 8);
        assert_eq!(CopierConfig::decode(&bytes), Ok(config(&data)));
    }

    #[test]
    fn a_length_beyond_the_payload_is_refused() {
        let mut bytes = [0; CopierConfig::HEAD_BYTES];
        config(&[]).encode(&mut Writer::new(&mut bytes)).unwrap();
        assert!(CopierConfig::decode(&bytes).is_ok());
        for len in 0..bytes.len() {
            assert_eq!(
                CopierConfig::decode(&bytes[..len]),
                Err(CopierError::Truncated)
            );
        }
        for words in [1, u32::MAX] {
            bytes[CopierConfig::HEAD_BYTES - 4..].copy_from_slice(&words.to_le_bytes());
            assert!(matches!(
                CopierConfig::decode(&bytes),
                Err(CopierError::ConfigLength { .. })
            ));
        }
    }
}
