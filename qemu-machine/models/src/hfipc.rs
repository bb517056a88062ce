//! Host mailbox: the doorbell between the DSP and the host.

use acelab_abi::regs::ipc_agent::{BUSY, Reg};
use acelab_abi::trace::{EventKind, Peer};

use crate::access::{Fault, Origin};
use crate::doorbell::{Doorbell, Side, Step};
use crate::effect::{Effects, HostEdge};

#[derive(Debug, Default)]
pub(crate) struct HfIpc {
    doorbell: Doorbell,
}

const fn side(peer: Peer) -> Side {
    match peer {
        Peer::Dsp => Side::A,
        Peer::Host => Side::B,
    }
}

impl HfIpc {
    pub(crate) fn read(&self, peer: Peer, offset: u32) -> Result<u32, Fault> {
        self.doorbell.read(side(peer), offset)
    }

    pub(crate) fn write(
        &mut self,
        peer: Peer,
        offset: u32,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        if let Some(step) = self.doorbell.write(side(peer), offset, value)? {
            fx.event(origin, event(peer, step));
        }
        Ok(())
    }

    /// The level of the DSP's interrupt.
    pub(crate) const fn interrupt(&self) -> bool {
        self.doorbell.interrupt(side(Peer::Dsp))
    }

    /// The causes of the host's interrupt.
    pub(crate) const fn host_causes(&self) -> [(HostEdge, bool); 2] {
        [
            (
                HostEdge::Doorbell,
                self.doorbell.busy_interrupt(side(Peer::Host)),
            ),
            (
                HostEdge::Done,
                self.doorbell.done_interrupt(side(Peer::Host)),
            ),
        ]
    }

    /// The host's message that nobody has taken yet.
    pub(crate) const fn waiting_for_dsp(&self) -> Option<u32> {
        self.doorbell.waiting_for(side(Peer::Dsp))
    }

    /// Takes and completes the host's message, as the boot ROM does.
    pub(crate) fn answer(&mut self, origin: &Origin, fx: &mut Effects) {
        for (reg, value) in [(Reg::Tdr, BUSY), (Reg::Tda, 0)] {
            if let Ok(Some(step)) = self.doorbell.write(side(Peer::Dsp), reg.offset(), value) {
                fx.event(origin, event(Peer::Dsp, step));
            }
        }
    }
}

const fn event(by: Peer, step: Step) -> EventKind {
    match step {
        Step::Rang { primary, extension } => EventKind::IpcRing {
            from: by,
            primary,
            extension,
        },
        Step::Ignored { primary, extension } => EventKind::IpcRingIgnored {
            from: by,
            primary,
            extension,
        },
        Step::Taken => EventKind::IpcTaken { by },
        Step::Done => EventKind::IpcDone { by },
        Step::DoneCleared => EventKind::IpcDoneCleared { by },
    }
}
