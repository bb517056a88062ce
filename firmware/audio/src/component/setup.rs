//! What a gateway is to be, from the payload of its copier.

use acelab_abi::clock::ticks_from_millis;
use acelab_abi::ipc4::copier::CopierConfig;
use acelab_abi::ipc4::node_id::GatewayKind;
use acelab_abi::ipc4::ssp::SspBlob;
use acelab_abi::syscall::PortParams;
use acelab_module_sdk::Format;

use crate::{Error, Gateway};

/// SSC1 bit 2 (LBM): what the port sends, it receives.
const SSC1_LOOPBACK: u32 = 1 << 2;

/// Smallest part of a DMA buffer that the hardware takes, in bytes.
const SIZE_UNIT: u32 = 32;
/// Smallest DMA buffer in bytes.
const MIN_BYTES: u32 = 128;
/// Largest DMA buffer in bytes.
const MAX_BYTES: u32 = 64 * 1024;

/// What was decoded and judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    pub(crate) gateway: Gateway,
    /// Format in DMA memory.
    pub(crate) dma: Format,
    /// Format of the buffer on the other side.
    pub(crate) graph: Format,
    /// Bytes of the DMA buffer.
    pub(crate) bytes: u32,
    /// How the port is programmed, if there is one.
    pub(crate) port: Option<PortParams>,
    /// Wall-clock ticks between the trigger and the start.
    pub(crate) start_delay: u64,
}

impl Setup {
    /// Judges a copier's configuration with its formats.
    pub(crate) fn new(
        gateway: Gateway,
        config: &CopierConfig<'_>,
        input: Format,
        output: Format,
    ) -> Result<Self, Error> {
        let (dma, graph) = if gateway.is_source() {
            (input, output)
        } else {
            (output, input)
        };
        let (port, delay_ms) = port(gateway, config.gateway.data, dma)?;
        Ok(Self {
            gateway,
            dma,
            graph,
            bytes: buffer_bytes(dma, config.gateway.dma_buffer_bytes).ok_or(Error::Init)?,
            port,
            start_delay: ticks_from_millis(delay_ms),
        })
    }
}

/// Bytes of a DMA buffer: what the host asks for, but room for two ticks at
/// least; whole frames and whole units of the hardware.
pub(crate) fn buffer_bytes(format: Format, asked: u32) -> Option<u32> {
    let frame = format.frame_bytes() as u32;
    let tick = format.rate().div_ceil(1000) * frame;
    let mut unit = frame;
    while !unit.is_multiple_of(SIZE_UNIT) {
        unit += frame;
    }
    let bytes = asked.max(2 * tick).max(MIN_BYTES);
    (bytes <= MAX_BYTES).then(|| bytes.next_multiple_of(unit))
}

/// Registers of the port of a gateway and its start delay in ms.
fn port(gateway: Gateway, data: &[u8], format: Format) -> Result<(Option<PortParams>, u32), Error> {
    let channels = format.channels() as u32;
    let bits = 8 * format.sample().bytes() as u32;
    match gateway.kind() {
        GatewayKind::DmicInput => {
            let port = PortParams::microphones(format.rate(), channels);
            Ok((Some(port), 0))
        }
        GatewayKind::I2sOutput | GatewayKind::I2sInput if data.is_empty() => {
            let port = PortParams::serial(format.rate(), channels, bits).ok_or(Error::Init)?;
            Ok((Some(port), 0))
        }
        GatewayKind::I2sOutput | GatewayKind::I2sInput => {
            let blob = SspBlob::decode(data).map_err(|_| Error::Init)?;
            serial(gateway, &blob, format)
        }
        _ => Ok((None, 0)),
    }
}

fn serial(
    gateway: Gateway,
    blob: &SspBlob,
    format: Format,
) -> Result<(Option<PortParams>, u32), Error> {
    let registers = &blob.registers;
    let bits = if registers.sample_bits() > 16 { 32 } else { 16 };
    let slots = registers.slots();
    let mut port = PortParams::serial(format.rate(), slots, bits).ok_or(Error::Init)?;
    let active = if gateway.is_source() {
        registers.ssrsa
    } else {
        registers.sstsa
    };
    port.active &= active;
    if port.active.count_ones() != format.channels() as u32 {
        return Err(Error::Init);
    }
    if registers.ssc1 & SSC1_LOOPBACK != 0 {
        port = port.looped();
    }
    let delay = blob
        .dma_control
        .map_or(0, |control| control.start_delay_ms());
    Ok((Some(port), delay))
}

#[cfg(test)]
mod tests {
    use super::*;
    use acelab_module_sdk::SampleFormat;

    #[test]
    fn a_dma_buffer_holds_two_ticks_of_whole_frames() {
        for sample in SampleFormat::ALL {
            for channels in 1..=8 {
                for rate in [8_000, 11_025, 44_100, 48_000, 192_000] {
                    let format = Format::new(rate, channels, sample).unwrap();
                    let frame = format.frame_bytes() as u32;
                    for asked in [0, 1, 384, 5000] {
                        let bytes = buffer_bytes(format, asked).unwrap();
                        assert!(bytes >= asked && bytes >= 2 * rate.div_ceil(1000) * frame);
                        assert_eq!((bytes % frame, bytes % 32), (0, 0));
                    }
                    assert_eq!(buffer_bytes(format, u32::MAX), None);
                }
            }
        }
    }
}
