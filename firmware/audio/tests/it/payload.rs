//! Payloads of INIT_INSTANCE.

use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_abi::ipc4::copier::{CopierConfig, GatewayConfig};
use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::node_id::{GatewayKind, NodeId};
use acelab_abi::ipc4::ssp::SspBlob;
use acelab_abi::ipc4::wire::Writer;

pub fn stereo() -> AudioFormat {
    AudioFormat::integer(48_000, 2, 32, 32)
}

pub fn host_out(stream: u8) -> u32 {
    NodeId::new(GatewayKind::HostOutput, stream).word()
}

pub fn host_in(stream: u8) -> u32 {
    NodeId::new(GatewayKind::HostInput, stream).word()
}

pub fn ssp_out(port: u8) -> u32 {
    NodeId::i2s(GatewayKind::I2sOutput, port, 0).word()
}

pub fn ssp_in(port: u8) -> u32 {
    NodeId::i2s(GatewayKind::I2sInput, port, 0).word()
}

fn written(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut bytes = vec![0; 4096];
    let mut writer = Writer::new(&mut bytes);
    write(&mut writer);
    let len = writer.len();
    bytes.truncate(len);
    bytes
}

/// A copier from `input` to `output` at a gateway, or at none.
pub fn copier(node: u32, input: AudioFormat, output: AudioFormat, blob: &[u8]) -> Vec<u8> {
    let mut base = BaseConfig::of(input);
    base.obs = BaseConfig::of(output).obs;
    let config = CopierConfig {
        base,
        output,
        features: 0,
        gateway: GatewayConfig {
            node: NodeId::from_word(node),
            dma_buffer_bytes: 0,
            data: blob,
        },
    };
    written(|writer| config.encode(writer).unwrap())
}

/// The blob of a port with a start delay.
pub fn ssp_blob(bits: u32, slots: u32, delay_ms: u16) -> Vec<u8> {
    written(|writer| {
        SspBlob::of(bits, slots, delay_ms).encode(writer).unwrap();
    })
}

/// A module that only has a base configuration.
pub fn module(format: AudioFormat, more: &[u8]) -> Vec<u8> {
    written(|writer| {
        writer.put(&BaseConfig::of(format)).unwrap();
        writer.bytes(more).unwrap();
    })
}

/// The same with blocks of `frames` frames.
pub fn slow_module(format: AudioFormat, frames: u32) -> Vec<u8> {
    let mut base = BaseConfig::of(format);
    base.ibs = frames * format.frame_bytes();
    base.obs = base.ibs;
    written(|writer| writer.put(&base).unwrap())
}
