//! What INIT_INSTANCE tells each component.

use acelab_abi::ipc4::copier::{CopierConfig, GatewayConfig};
use acelab_abi::ipc4::dmic::DmicBlob;
use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::node_id::{GatewayKind, NodeId};
use acelab_abi::ipc4::rate::SrcConfig;
use acelab_abi::ipc4::ssp::SspBlob;
use acelab_abi::ipc4::volume::{UNITY, VolumeRecord};
use acelab_abi::ipc4::wire::{Full, Writer};
use acelab_abi::port::PortId;
use acelab_abi::regs::ssp::LBM;
use acelab_signal::{Format, Sample};

use super::formats::{Hop, audio_format};
use crate::case::stream::{Component, Direction, ModuleUse, Options, Stream};

/// Periods that a gateway's buffer holds.
const GATEWAY_PERIODS: u32 = 2;
/// More than any payload takes.
const ROOM: usize = 4_096;

/// The payload of INIT_INSTANCE for a component.
pub fn of(component: &Component, stream: &Stream, hop: Hop, looped: bool) -> Vec<u8> {
    let mut room = vec![0; ROOM];
    let mut writer = Writer::new(&mut room);
    let base = base_config(hop);
    let written = match component {
        Component::Host(index) => {
            let kind = match stream.direction {
                Direction::Playback => GatewayKind::HostOutput,
                Direction::Capture => GatewayKind::HostInput,
            };
            copier(&mut writer, base, hop, NodeId::new(kind, *index), &[])
        }
        Component::Port(port) => port_copier(&mut writer, base, hop, stream, *port, looped),
        Component::Module(module) => {
            let base = BaseConfig {
                ibs: base.ibs * module.block_millis,
                obs: base.obs * module.block_millis,
                ..base
            };
            writer
                .put(&base)
                .and_then(|()| options(&mut writer, module, hop))
        }
    };
    debug_assert!(written.is_ok(), "a payload of more than {ROOM} bytes");
    let length = writer.len();
    room.truncate(length.next_multiple_of(4));
    room
}

fn base_config(hop: Hop) -> BaseConfig {
    let period = |format: Format| BaseConfig::of(audio_format(format)).ibs;
    BaseConfig {
        ibs: period(hop.input),
        obs: period(hop.output),
        ..BaseConfig::of(audio_format(hop.input))
    }
}

fn copier(
    writer: &mut Writer<'_>,
    base: BaseConfig,
    hop: Hop,
    node: NodeId,
    data: &[u8],
) -> Result<(), Full> {
    // The gateway is where the copier meets the outside: the larger block is on its side
    // or as large.
    let period = base.ibs.max(base.obs);
    let config = CopierConfig {
        base,
        output: audio_format(hop.output),
        features: 0,
        gateway: GatewayConfig {
            node,
            dma_buffer_bytes: if node.is_none() {
                0
            } else {
                GATEWAY_PERIODS * period
            },
            data,
        },
    };
    config.encode(writer)
}

fn port_copier(
    writer: &mut Writer<'_>,
    base: BaseConfig,
    hop: Hop,
    stream: &Stream,
    port: PortId,
    looped: bool,
) -> Result<(), Full> {
    let outside = match stream.direction {
        Direction::Playback => hop.output,
        Direction::Capture => hop.input,
    };
    let mut room = [0; 256];
    let mut blob = Writer::new(&mut room);
    let node = port_node(stream, port);
    if port == PortId::DMIC {
        let microphones = DmicBlob {
            attributes: 0,
            microphones: (1 << outside.channels) - 1,
            rate: outside.rate,
            depth: 8 * outside.sample.bytes() as u32,
        };
        microphones.encode(&mut blob)?;
    } else {
        let bits = match outside.sample {
            Sample::S16 => 16,
            _ => 32,
        };
        let mut ssp = SspBlob::of(bits, u32::from(outside.channels), stream.start_delay);
        if looped {
            ssp.registers.ssc1 |= LBM;
        }
        ssp.encode(&mut blob)?;
    }
    let length = blob.len();
    copier(writer, base, hop, node, &room[..length])
}

/// The gateway of a stream at a port.
pub fn port_node(stream: &Stream, port: PortId) -> NodeId {
    if port == PortId::DMIC {
        return NodeId::new(GatewayKind::DmicInput, 0);
    }
    let kind = match stream.direction {
        Direction::Playback => GatewayKind::I2sOutput,
        Direction::Capture => GatewayKind::I2sInput,
    };
    NodeId::i2s(kind, port.number(), 0)
}

fn options(writer: &mut Writer<'_>, module: &ModuleUse, hop: Hop) -> Result<(), Full> {
    match (&module.options, module.name.as_str()) {
        (Options::Volume { target, ramp, .. }, _) => {
            let mut record = VolumeRecord::all(*target);
            if let Some(ramp) = ramp {
                record.curve = ramp.curve.code();
                record.duration = ramp.duration();
            }
            writer.put(&record)
        }
        (Options::Default, "GAIN" | "PEAKVOL") => writer.put(&VolumeRecord::all(UNITY)),
        (Options::Rate(rate), _) => writer.put(&SrcConfig { sink_rate: *rate }),
        (Options::Default, "SRC") => writer.put(&SrcConfig {
            sink_rate: hop.output.rate,
        }),
        (Options::Bytes(bytes), _) => writer.bytes(bytes),
        // The weights are the usual ones.
        (Options::Channels(_), _) => writer.words(&[audio_format(hop.output).channel_config, 0]),
        // A copier between modules: no gateway.
        (Options::Default, "COPIER") => {
            writer.put(&audio_format(hop.output))?;
            writer.words(&[0, NodeId::NONE.word(), 0, 0])
        }
        (Options::Default, _) => Ok(()),
    }
}
