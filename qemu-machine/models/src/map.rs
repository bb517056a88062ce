//! Which block answers at an address of the register space.

use acelab_abi::core_id::CoreId;
use acelab_abi::regs::hda::{self, Gateway};
use acelab_abi::regs::idc::Agent;
use acelab_abi::regs::{
    capability, debug_port, dint, dmic, dmw, dspcs, dw_ictl, fw_status, hfipc, idc, ipc_agent, pmc,
    ssp, tts,
};

use crate::audio::AudioBlock;

/// A block and, where it has one record per core, whose record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Capability,
    Windows,
    Pmc,
    Tts,
    HfIpc,
    Dint(CoreId),
    Idc(CoreId, Agent),
    DwIctl(CoreId),
    FwStatus,
    Dspcs,
    DebugPort,
    Audio(AudioBlock),
}

impl Block {
    /// Whether the block's registers are 16 bits wide.
    pub(crate) const fn has_half_words(self) -> bool {
        matches!(self, Self::Dint(_) | Self::Pmc)
    }

    /// The core whose record it is.
    pub(crate) const fn record(self) -> Option<CoreId> {
        match self {
            Self::Dint(core) | Self::Idc(core, _) | Self::DwIctl(core) => Some(core),
            _ => None,
        }
    }
}

/// Where a block lies.
struct Span {
    base: u32,
    size: u32,
}

impl Span {
    /// The offset of `addr` in the block.
    fn offset(self, addr: u32) -> Option<u32> {
        addr.checked_sub(self.base)
            .filter(|offset| *offset < self.size)
    }

    /// Whose record `addr` lies in, and the offset in that record.
    fn record(self, stride: u32, addr: u32) -> Option<(CoreId, u32)> {
        let offset = self.offset(addr)?;
        let core = CoreId::new((offset / stride) as u8)?;
        Some((core, offset % stride))
    }
}

/// The span of a module of `acelab_abi::regs`.
macro_rules! span {
    ($block:ident) => {
        Span {
            base: $block::BASE,
            size: $block::SPAN,
        }
    };
}

/// The block at `addr` and the offset in it.
pub(crate) fn decode(addr: u32) -> Option<(Block, u32)> {
    match addr >> 16 {
        0x7 => decode_shims(addr),
        0x9 => decode_per_core(addr),
        _ => decode_others(addr),
    }
}

fn decode_shims(addr: u32) -> Option<(Block, u32)> {
    let mailbox = || {
        span!(hfipc)
            .offset(addr)
            .map(|offset| (Block::HfIpc, offset))
    };
    let clock = || span!(tts).offset(addr).map(|offset| (Block::Tts, offset));
    let power = || span!(pmc).offset(addr).map(|offset| (Block::Pmc, offset));
    let windows = || {
        span!(dmw)
            .offset(addr)
            .map(|offset| (Block::Windows, offset))
    };
    mailbox()
        .or_else(clock)
        .or_else(|| decode_gateways(addr))
        .or_else(power)
        .or_else(windows)
}

fn decode_gateways(addr: u32) -> Option<(Block, u32)> {
    Gateway::ALL.into_iter().find_map(|gateway| {
        let span = Span {
            base: gateway.base(),
            size: gateway.span(),
        };
        let offset = span.offset(addr)?;
        let stream = (offset / hda::STREAM_STRIDE) as u8;
        let block = AudioBlock::Gateway(gateway, stream);
        Some((Block::Audio(block), offset % hda::STREAM_STRIDE))
    })
}

fn decode_ports(addr: u32) -> Option<(Block, u32)> {
    if let Some(offset) = span!(dmic).offset(addr) {
        return Some((Block::Audio(AudioBlock::Dmic), offset));
    }
    let offset = addr.checked_sub(ssp::BASE)?;
    let port = u8::try_from(offset / ssp::PORT_STRIDE).ok()?;
    let offset = offset % ssp::PORT_STRIDE;
    (port < ssp::PORTS && offset < ssp::SPAN)
        .then_some((Block::Audio(AudioBlock::Ssp(port)), offset))
}

fn decode_per_core(addr: u32) -> Option<(Block, u32)> {
    if let Some((core, offset)) = span!(dw_ictl).record(dw_ictl::RECORD_STRIDE, addr) {
        return Some((Block::DwIctl(core), offset));
    }
    if let Some((core, offset)) = span!(dint).record(dint::RECORD_STRIDE, addr) {
        return Some((Block::Dint(core), offset));
    }
    let (core, offset) = span!(idc).record(idc::RECORD_STRIDE, addr)?;
    let agent = if offset < ipc_agent::SPAN {
        Agent::A
    } else {
        Agent::B
    };
    Some((Block::Idc(core, agent), offset % ipc_agent::SPAN))
}

fn decode_others(addr: u32) -> Option<(Block, u32)> {
    let cores = || {
        span!(dspcs)
            .offset(addr)
            .map(|offset| (Block::Dspcs, offset))
    };
    let status = || {
        span!(fw_status)
            .offset(addr)
            .map(|offset| (Block::FwStatus, offset))
    };
    let debug = || {
        span!(debug_port)
            .offset(addr)
            .map(|offset| (Block::DebugPort, offset))
    };
    let part = || {
        span!(capability)
            .offset(addr)
            .map(|offset| (Block::Capability, offset))
    };
    cores()
        .or_else(status)
        .or_else(debug)
        .or_else(part)
        .or_else(|| decode_ports(addr))
}

#[cfg(test)]
mod tests {
    use acelab_abi::regs::ipc_agent::Reg;

    use super::*;

    #[test]
    fn addresses_lead_to_their_block() {
        let core3 = CoreId::new(3).expect("exists");
        assert_eq!(
            decode(idc::address(core3, Agent::B, Reg::Idr)),
            Some((Block::Idc(core3, Agent::B), 0x10))
        );
        assert_eq!(
            decode(hfipc::address(Reg::Idd)),
            Some((Block::HfIpc, 0x180))
        );
        assert_eq!(
            decode(hfipc::HOST_BASE),
            None,
            "the host's agent is not the DSP's"
        );
        assert_eq!(decode(0), None);
    }

    #[test]
    fn every_blocks_first_and_last_word_is_its_own() {
        let core0 = CoreId::PRIMARY;
        let core4 = CoreId::new(4).expect("exists");
        let (capability, debug) = (Block::Capability, Block::DebugPort);
        let blocks = [
            (capability::BASE, capability::SPAN, capability, capability),
            (debug_port::BASE, debug_port::SPAN, debug, debug),
            (
                dint::BASE,
                dint::SPAN,
                Block::Dint(core0),
                Block::Dint(core4),
            ),
            (dmw::BASE, dmw::SPAN, Block::Windows, Block::Windows),
            (dspcs::BASE, dspcs::SPAN, Block::Dspcs, Block::Dspcs),
            (
                dw_ictl::BASE,
                dw_ictl::SPAN,
                Block::DwIctl(core0),
                Block::DwIctl(core4),
            ),
            (
                fw_status::BASE,
                fw_status::SPAN,
                Block::FwStatus,
                Block::FwStatus,
            ),
            (hfipc::BASE, hfipc::SPAN, Block::HfIpc, Block::HfIpc),
            (
                idc::BASE,
                idc::SPAN,
                Block::Idc(core0, Agent::A),
                Block::Idc(core4, Agent::B),
            ),
            (pmc::BASE, pmc::SPAN, Block::Pmc, Block::Pmc),
            (tts::BASE, tts::SPAN, Block::Tts, Block::Tts),
        ];
        for (base, span, first, last) in blocks {
            let block = |addr| decode(addr).map(|(block, _)| block);
            assert_eq!(block(base), Some(first), "{base:#x}");
            assert_eq!(block(base + span - 4), Some(last), "{base:#x}");
        }
    }
}
