//! A doorbell: two agents that send each other one message at a time.
//!
//! Host mailbox and inter-core doorbells are both made of it. The handshake of
//! one direction, with the registers of the initiator on the left:
//!
//! | step | initiator | target |
//! |---|---|---|
//! | initiator writes IDR with BUSY | IDR.BUSY reads 1 | TDR.BUSY 1, interrupt if TBIE |
//! | target writes 1 to TDR.BUSY | | TDR.BUSY 0, interrupt gone |
//! | target writes TDA with BUSY clear | IDR.BUSY 0, IDA.DONE 1, interrupt if IDIE | |
//! | initiator writes 1 to IDA.DONE | IDA.DONE 0, interrupt gone | |
//!
//! Source: comments of `ace30/adsp_ipc_regs.h`, `ipc_isr` in
//! `ace/multiprocessing.c` and `ipc_intel_adsp_host_ipc.c` of Zephyr.
//! Unverified: the second word is latched when the doorbell rings; a ring
//! while the last message is in flight changes nothing.

use acelab_abi::regs::ipc_agent::{BUSY, DONE, IDIE, MESSAGE, Reg, TBIE};

use crate::access::Fault;

/// One of the two agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    A,
    B,
}

impl Side {
    const fn peer(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// What a register write did to the handshake. `primary` is the message
/// without BUSY.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The writer sent a message.
    Rang { primary: u32, extension: u32 },
    /// The writer rang while its last message is in flight.
    Ignored { primary: u32, extension: u32 },
    /// The writer cleared TDR.BUSY.
    Taken,
    /// The writer completed the peer's message.
    Done,
    /// The writer cleared IDA.DONE.
    DoneCleared,
}

/// One agent: its enables and the messages that it initiates.
#[derive(Clone, Copy, Debug, Default)]
struct Agent {
    ctl: u32,
    /// IDR without BUSY.
    idr: u32,
    /// IDD.
    idd: u32,
    /// What the peer reads in TDR and TDD.
    message: u32,
    data: u32,
    /// IDR.BUSY, and the peer's TDA.
    open: bool,
    /// The peer's TDR.BUSY.
    ringing: bool,
    /// IDA.DONE.
    done: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Doorbell {
    a: Agent,
    b: Agent,
}

impl Doorbell {
    const fn agent(&self, side: Side) -> &Agent {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }

    const fn agent_mut(&mut self, side: Side) -> &mut Agent {
        match side {
            Side::A => &mut self.a,
            Side::B => &mut self.b,
        }
    }

    /// The message that waits for `side`, while its TDR.BUSY is set.
    pub(crate) const fn waiting_for(&self, side: Side) -> Option<u32> {
        let peer = self.agent(side.peer());
        if peer.ringing {
            Some(peer.message)
        } else {
            None
        }
    }

    /// Whether `side` is interrupted because its TDR is busy.
    pub(crate) const fn busy_interrupt(&self, side: Side) -> bool {
        self.agent(side.peer()).ringing && self.agent(side).ctl & TBIE != 0
    }

    /// Whether `side` is interrupted because its message is done.
    pub(crate) const fn done_interrupt(&self, side: Side) -> bool {
        self.agent(side).done && self.agent(side).ctl & IDIE != 0
    }

    /// The level of `side`'s interrupt.
    pub(crate) const fn interrupt(&self, side: Side) -> bool {
        self.busy_interrupt(side) || self.done_interrupt(side)
    }

    pub(crate) fn read(&self, side: Side, offset: u32) -> Result<u32, Fault> {
        let own = self.agent(side);
        let peer = self.agent(side.peer());
        let flag = |set: bool, bit: u32| if set { bit } else { 0 };
        Ok(match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::Tdr => peer.message | flag(peer.ringing, BUSY),
            Reg::Tda => flag(peer.open, BUSY),
            Reg::Idr => own.idr | flag(own.open, BUSY),
            Reg::Ida => flag(own.done, DONE),
            Reg::Ctl => own.ctl,
            Reg::Tdd => peer.data,
            Reg::Idd => own.idd,
            Reg::Cst | Reg::Csr | Reg::Cap => return Err(Fault::Reserved),
        })
    }

    pub(crate) fn write(
        &mut self,
        side: Side,
        offset: u32,
        value: u32,
    ) -> Result<Option<Step>, Fault> {
        Ok(match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::Tdr => self.take(side, value),
            Reg::Tda => self.complete(side, value),
            Reg::Idr => self.agent_mut(side).ring(value),
            Reg::Ida => self.agent_mut(side).clear_done(value),
            Reg::Ctl => {
                self.agent_mut(side).ctl = value & (TBIE | IDIE);
                None
            }
            Reg::Idd => {
                self.agent_mut(side).idd = value;
                None
            }
            Reg::Tdd => return Err(Fault::ReadOnly),
            Reg::Cst | Reg::Csr | Reg::Cap => return Err(Fault::Reserved),
        })
    }

    fn take(&mut self, side: Side, value: u32) -> Option<Step> {
        let peer = self.agent_mut(side.peer());
        let taken = value & BUSY != 0 && std::mem::take(&mut peer.ringing);
        taken.then_some(Step::Taken)
    }

    fn complete(&mut self, side: Side, value: u32) -> Option<Step> {
        let peer = self.agent_mut(side.peer());
        if value & BUSY != 0 || !std::mem::take(&mut peer.open) {
            return None;
        }
        peer.done = true;
        Some(Step::Done)
    }
}

impl Agent {
    /// A new message needs both halves of the last handshake: a target that
    /// did only one of them is still working on it for the hardware.
    const fn in_flight(&self) -> bool {
        self.open || self.ringing
    }

    fn ring(&mut self, value: u32) -> Option<Step> {
        let primary = value & MESSAGE;
        let rings = value & BUSY != 0;
        if self.in_flight() {
            return rings.then_some(Step::Ignored {
                primary,
                extension: self.idd,
            });
        }
        self.idr = primary;
        if !rings {
            return None;
        }
        self.message = primary;
        self.data = self.idd;
        self.open = true;
        self.ringing = true;
        Some(Step::Rang {
            primary,
            extension: self.data,
        })
    }

    fn clear_done(&mut self, value: u32) -> Option<Step> {
        let cleared = value & DONE != 0 && std::mem::take(&mut self.done);
        cleared.then_some(Step::DoneCleared)
    }
}

#[cfg(test)]
#[path = "doorbell_tests.rs"]
mod tests;
