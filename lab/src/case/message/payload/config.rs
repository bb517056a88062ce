//! Configurations of modules, by their fields.

use std::str::FromStr;

use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_abi::ipc4::copier::{CopierConfig, GatewayConfig};
use acelab_abi::ipc4::dmic::DmicBlob;
use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::node_id::{GatewayKind, NodeId};
use acelab_abi::ipc4::rate::SrcConfig;
use acelab_abi::ipc4::ssp::SspBlob;
use acelab_abi::ipc4::volume::{UNITY, VolumeRecord};
use acelab_abi::ipc4::wire::{Full, Writer};
use acelab_signal::Format;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Payload;
use crate::case::stream::Text;
use crate::stream::audio_format;

/// `base_module_cfg`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaseForm {
    /// Format of the input, such as `s32le/48000/2`.
    pub format: Text<Format>,
    /// Channels, where they are not to be those of the format.
    pub channels: Option<u8>,
    /// Bytes per period at the input; those of 1 ms unless given.
    pub ibs: Option<u32>,
    /// Bytes per period at the output; those of 1 ms unless given.
    pub obs: Option<u32>,
}

impl BaseForm {
    pub(super) fn config(&self) -> BaseConfig {
        self.with_output(audio_format(self.format.0))
    }

    fn with_output(&self, output: AudioFormat) -> BaseConfig {
        let mut config = BaseConfig::of(audio_format(self.format.0));
        config.obs = BaseConfig::of(output).obs;
        config.ibs = self.ibs.unwrap_or(config.ibs);
        config.obs = self.obs.unwrap_or(config.obs);
        config.format.channels = self.channels.unwrap_or(config.format.channels);
        config
    }
}

/// `copier_module_cfg`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CopierForm {
    /// Format of the input.
    pub format: Text<Format>,
    /// Channels, where they are not to be those of the format.
    pub channels: Option<u8>,
    /// Bytes per period at the input.
    pub ibs: Option<u32>,
    /// Bytes per period at the output.
    pub obs: Option<u32>,
    /// Format of the output; that of the input unless given.
    pub output: Option<Text<Format>>,
    /// The gateway: `none`, or its kind and index, such as `hda_host_output 0` or
    /// `i2s_link_output 0x10` (port 1).
    pub node: Text<Node>,
    /// Bytes of DMA buffer; two periods unless given.
    pub buffer: Option<u32>,
    /// What an I2S port is told.
    pub ssp: Option<SspForm>,
    /// What the microphones are told.
    pub dmic: Option<DmicForm>,
    /// Any other data for the gateway.
    pub data: Option<Box<Payload>>,
    /// How many words of data the configuration claims; as many as there are unless
    /// given.
    pub config_length: Option<u32>,
}

/// Data for an I2S port.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SspForm {
    /// Bits of a slot.
    #[schemars(range(min = 4, max = 32))]
    pub bits: u32,
    /// Slots of a frame.
    #[schemars(range(min = 1, max = 8))]
    pub slots: u32,
    /// Milliseconds between clock and first frame.
    #[serde(default)]
    pub start_delay: u16,
}

/// Data for the microphones.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DmicForm {
    /// Microphones in use, one bit each.
    pub microphones: u32,
    /// Frames per second.
    pub rate: u32,
}

impl CopierForm {
    fn data(&self) -> Result<Vec<u8>, Full> {
        let mut room = [0; 256];
        let mut writer = Writer::new(&mut room);
        if let Some(ssp) = &self.ssp {
            SspBlob::of(ssp.bits, ssp.slots, ssp.start_delay).encode(&mut writer)?;
        }
        if let Some(dmic) = &self.dmic {
            let blob = DmicBlob {
                attributes: 0,
                microphones: dmic.microphones,
                rate: dmic.rate,
                depth: 32,
            };
            blob.encode(&mut writer)?;
        }
        let len = writer.len();
        let mut data = room[..len].to_vec();
        if let Some(other) = &self.data {
            data.extend(other.bytes());
        }
        Ok(data)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) -> Result<(), Full> {
        let output = audio_format(self.output.as_ref().unwrap_or(&self.format).0);
        let base = BaseForm {
            format: self.format.clone(),
            channels: self.channels,
            ibs: self.ibs,
            obs: self.obs,
        };
        let base = base.with_output(output);
        let data = self.data()?;
        let config = CopierConfig {
            base,
            output,
            features: 0,
            gateway: GatewayConfig {
                node: self.node.0.0,
                dma_buffer_bytes: self.buffer.unwrap_or(2 * base.ibs.max(base.obs)),
                data: &data,
            },
        };
        let mut room = vec![0; CopierConfig::HEAD_BYTES + data.len()];
        config.encode(&mut Writer::new(&mut room))?;
        if let Some(words) = self.config_length {
            let end = CopierConfig::HEAD_BYTES;
            room[end - 4..end].copy_from_slice(&words.to_le_bytes());
        }
        writer.bytes(&room)
    }
}

/// A gateway's id.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node(pub NodeId);

impl FromStr for Node {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(NodeId::NONE));
        }
        let wrong = || {
            let names: Vec<String> = kinds().map(|(name, _)| name).collect();
            format!(
                "`{text}` is no gateway\nhelp: write `none`, or a kind and an index; kinds are {}",
                names.join(", ")
            )
        };
        let (name, index) = text.split_once(' ').ok_or_else(wrong)?;
        let (_, kind) = kinds().find(|(known, _)| known == name).ok_or_else(wrong)?;
        let index = index.trim();
        let index = match index.strip_prefix("0x") {
            Some(digits) => u8::from_str_radix(digits, 16),
            None => index.parse(),
        };
        Ok(Self(NodeId::new(kind, index.map_err(|_| wrong())?)))
    }
}

fn kinds() -> impl Iterator<Item = (String, GatewayKind)> {
    let all = GatewayKind::ALL.iter();
    all.map(|kind| (kind.name().to_ascii_lowercase(), *kind))
}

/// The configuration of GAIN or PEAKVOL: one record for all channels.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolumeForm {
    /// What every module has.
    pub base: BaseForm,
    /// The volume, Q1.31; 0 dB unless given.
    pub target: Option<u32>,
}

impl VolumeForm {
    pub(super) fn write(&self, writer: &mut Writer<'_>) -> Result<(), Full> {
        writer.put(&self.base.config())?;
        writer.put(&VolumeRecord::all(self.target.unwrap_or(UNITY)))
    }
}

/// The configuration of a sample rate converter.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateForm {
    /// What every module has.
    pub base: BaseForm,
    /// Frames per second at the output.
    pub sink_rate: u32,
}

impl RateForm {
    pub(super) fn write(&self, writer: &mut Writer<'_>) -> Result<(), Full> {
        let mut base = self.base.config();
        if self.base.obs.is_none() {
            let output = AudioFormat {
                rate: self.sink_rate,
                ..base.format
            };
            base.obs = BaseConfig::of(output).obs;
        }
        writer.put(&base)?;
        writer.put(&SrcConfig {
            sink_rate: self.sink_rate,
        })
    }
}
