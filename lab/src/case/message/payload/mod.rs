//! What a request puts into the inbox.

mod config;
mod hex;

use acelab_abi::ipc4::object::{self, InitHead, ObjectHeader};
use acelab_abi::ipc4::wire::{Full, Writer};
use schemars::JsonSchema;
use serde::Deserialize;

use config::{BaseForm, CopierForm, RateForm, VolumeForm};
pub use hex::Hex;

/// More than any request takes: what a message may not have can be written too.
const ROOM: usize = 64 << 10;

/// The bytes of a request.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// 32-bit words, stored little endian.
    Words(Vec<u32>),
    /// Bytes as hexadecimal digits; spaces are ignored.
    Hex(Hex),
    /// Payloads one behind the other.
    Parts(Vec<Payload>),
    /// The configuration that every module has, and nothing else.
    Base(BaseForm),
    /// The configuration of a copier.
    Copier(CopierForm),
    /// The configuration of GAIN or PEAKVOL.
    Volume(VolumeForm),
    /// The configuration of a sample rate converter.
    Src(RateForm),
    /// Pipelines of SET_PIPELINE_STATE: their number, and their ids.
    Pipelines(Vec<u32>),
    /// The head and the objects in front of a configuration, for INIT_INSTANCE with
    /// `extended`.
    Objects(Vec<ObjectForm>),
}

/// An object of an extended payload.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectForm {
    /// What it is.
    #[schemars(range(min = 0, max = 32767))]
    pub id: u16,
    /// Its data.
    pub words: Vec<u32>,
    /// How many words its header claims; as many as there are unless given.
    pub claims: Option<u16>,
}

impl Payload {
    /// The bytes in the order they are stored.
    pub fn bytes(&self) -> Vec<u8> {
        let mut room = vec![0; ROOM];
        let mut writer = Writer::new(&mut room);
        let written = self.write(&mut writer);
        debug_assert!(written.is_ok(), "a payload of more than {ROOM} bytes");
        let len = writer.len();
        room.truncate(len);
        room
    }

    fn write(&self, writer: &mut Writer<'_>) -> Result<(), Full> {
        match self {
            Self::Words(words) => writer.words(words),
            Self::Hex(hex) => writer.bytes(&hex.0),
            Self::Parts(parts) => parts.iter().try_for_each(|part| part.write(writer)),
            Self::Base(base) => writer.put(&base.config()),
            Self::Copier(copier) => copier.write(writer),
            Self::Volume(volume) => volume.write(writer),
            Self::Src(rate) => rate.write(writer),
            Self::Pipelines(ids) => {
                writer.u32(u32::try_from(ids.len()).map_err(|_| Full)?)?;
                writer.words(ids)
            }
            Self::Objects(objects) => write_objects(objects, writer),
        }
    }
}

fn write_objects(objects: &[ObjectForm], writer: &mut Writer<'_>) -> Result<(), Full> {
    let mut head = [0; object::HEAD_WORDS];
    if !objects.is_empty() {
        head[0] = InitHead::HAS_OBJECTS;
    }
    writer.words(&head)?;
    for (index, object) in objects.iter().enumerate() {
        let words = u16::try_from(object.words.len()).map_err(|_| Full)?;
        let words = object.claims.unwrap_or(words);
        let last = index + 1 == objects.len();
        writer.u32(ObjectHeader::new(object.id, words, last).word())?;
        writer.words(&object.words)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::yaml::{decode, parse};
    use acelab_abi::ipc4::copier::CopierConfig;
    use acelab_abi::ipc4::node_id::{GatewayKind, NodeId};
    use acelab_abi::ipc4::ssp::SspBlob;

    fn bytes(text: &str) -> Vec<u8> {
        let node = parse(text).expect("a document");
        decode::<Payload>(&node).expect("a payload").bytes()
    }

    #[test]
    fn a_copier_by_its_fields() {
        let bytes = bytes(
            "copier: { format: s16le/48000/2, output: s32le/48000/2, \
             node: i2s_link_output 0x20, buffer: 768, ssp: { bits: 32, slots: 2, start_delay: 3 } }",
        );
        let config = CopierConfig::decode(&bytes).unwrap();
        assert_eq!((config.base.ibs, config.base.obs), (192, 384));
        assert_eq!(config.output.valid_bits, 32);
        assert_eq!(
            config.gateway.node,
            NodeId::i2s(GatewayKind::I2sOutput, 2, 0)
        );
        assert_eq!(config.gateway.dma_buffer_bytes, 768);
        assert_eq!(
            SspBlob::decode(config.gateway.data),
            Ok(SspBlob::of(32, 2, 3))
        );
    }

    #[test]
    fn what_a_firmware_must_refuse_can_be_written() {
        let bytes = bytes(
            "copier: { format: s32le/48000/2, channels: 9, node: none, config_length: 4000 }",
        );
        assert_eq!(bytes[40 - 4], 9);
        assert!(CopierConfig::decode(&bytes).is_err());
    }

    #[test]
    fn pipelines_are_counted() {
        assert_eq!(
            bytes("pipelines: [7, 1]"),
            [2, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0]
        );
    }

    #[test]
    fn objects_stand_in_front_of_a_configuration() {
        let bytes = bytes(
            "parts: [ objects: [ { id: 1, words: [0, 4096, 0] }, { id: 5, words: [], claims: 9 } ], \
             base: { format: s32le/48000/2 } ]",
        );
        assert_eq!(bytes.len(), 12 + 16 + 4 + 40);
        assert_eq!(bytes[..4], [4, 0, 0, 0]);
        assert_eq!(bytes[12..16], [2, 0, 3, 0]);
        assert_eq!(bytes[28..32], [11, 0, 9, 0]);
    }
}
