//! Which block answers at an address of the register space.

use acelab_abi::core_id::CoreId;
use acelab_abi::regs::idc::Agent;
use acelab_abi::regs::{
    capability, debug_port, dint, dmw, dspcs, dw_ictl, fw_status, hfipc, idc, ipc_agent, pmc, tts,
};

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

/// The block at `addr` and the offset in it.
pub(crate) fn decode(addr: u32) -> Option<(Block, u32)> {
    let within = |base: u32, span: u32| addr.checked_sub(base).filter(|offset| *offset < span);
    let single = [
        (Block::Capability, capability::BASE, capability::SPAN),
        (Block::Windows, dmw::BASE, dmw::SPAN),
        (Block::Pmc, pmc::BASE, pmc::SPAN),
        (Block::Tts, tts::BASE, tts::SPAN),
        (Block::HfIpc, hfipc::BASE, hfipc::SPAN),
        (Block::FwStatus, fw_status::BASE, fw_status::SPAN),
        (Block::Dspcs, dspcs::BASE, dspcs::SPAN),
        (Block::DebugPort, debug_port::BASE, debug_port::SPAN),
    ];
    for (block, base, span) in single {
        if let Some(offset) = within(base, span) {
            return Some((block, offset));
        }
    }
    let record = |base: u32, span: u32, stride: u32| {
        let offset = within(base, span)?;
        let core = CoreId::new((offset / stride) as u8)?;
        Some((core, offset % stride))
    };
    if let Some((core, offset)) = record(dint::BASE, dint::SPAN, dint::RECORD_STRIDE) {
        return Some((Block::Dint(core), offset));
    }
    if let Some((core, offset)) = record(dw_ictl::BASE, dw_ictl::SPAN, dw_ictl::RECORD_STRIDE) {
        return Some((Block::DwIctl(core), offset));
    }
    let (core, offset) = record(idc::BASE, idc::SPAN, idc::RECORD_STRIDE)?;
    let agent = if offset < ipc_agent::SPAN {
        Agent::A
    } else {
        Agent::B
    };
    Some((Block::Idc(core, agent), offset % ipc_agent::SPAN))
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
}
