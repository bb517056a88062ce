//! A stream descriptor of the host's controller, and where its DMA is.

use acelab_abi::regs::hda::Gateway;
use acelab_abi::regs::hda_host::{
    BCIS, BDL_ENTRIES, DEIE, DESE, FEIE, FIFOE, FIFORDY, INPUT_STREAMS, IOCE, RUN, SRST, StreamReg,
    TAG_MASK, TAG_SHIFT, TP,
};
use acelab_abi::trace::{EventKind, StreamFault};

use super::bdl::{Buffer, List};
use super::host_memory::HostMemory;
use super::ring::Ring;
use crate::access::{Fault, Memory, Origin};
use crate::effect::Effects;

const CONTROL: u32 = RUN | IOCE | FEIE | DEIE | TP | TAG_MASK;
const STATUS: u32 = BCIS | FIFOE | DESE;

/// A stream of the host.
#[derive(Clone, Copy, Debug)]
pub(super) struct HostStream {
    number: u8,
    /// CTL and STS as they are read, but for FIFORDY.
    word: u32,
    position: u32,
    length: u32,
    format: u32,
    list: List,
    spib: u32,
    /// Bytes that SPIB allows beyond those moved; none without SPIB.
    credit: Option<u64>,
    /// The buffer at hand and how much of it is done.
    buffer: Option<(Buffer, u32)>,
    index: u32,
    moved: u64,
}

impl HostStream {
    pub(super) const fn new(number: u8) -> Self {
        Self {
            number,
            word: 0,
            position: 0,
            length: 0,
            format: 0,
            list: List {
                address: 0,
                last: 0,
            },
            spib: 0,
            credit: None,
            buffer: None,
            index: 0,
            moved: 0,
        }
    }

    /// The block whose streams pass its data on.
    pub(super) const fn gateway(&self) -> Gateway {
        if self.number < INPUT_STREAMS {
            Gateway::HostIn
        } else {
            Gateway::HostOut
        }
    }

    /// The stream of that block, by the tag.
    pub(super) fn channel(&self) -> Option<u8> {
        let tag = ((self.word & TAG_MASK) >> TAG_SHIFT) as u8;
        let channel = tag.checked_sub(1)?;
        (channel < self.gateway().streams()).then_some(channel)
    }

    pub(super) const fn is_running(&self) -> bool {
        self.word & RUN != 0
    }

    /// A cause that its enable lets through.
    pub(super) const fn cause(&self) -> bool {
        self.word & BCIS != 0 && self.word & IOCE != 0
            || self.word & DESE != 0 && self.word & DEIE != 0
            || self.word & FIFOE != 0 && self.word & FEIE != 0
    }

    /// The most bytes that the stream may move now.
    pub(super) fn allowed(&self) -> u64 {
        if self.is_running() {
            self.credit.unwrap_or(u64::MAX)
        } else {
            0
        }
    }

    pub(super) fn read(&self, reg: StreamReg) -> u32 {
        match reg {
            StreamReg::ControlStatus if self.is_running() => self.word | FIFORDY,
            StreamReg::ControlStatus => self.word,
            StreamReg::LinkPosition => self.position,
            StreamReg::BufferLength => self.length,
            StreamReg::LastIndex => self.list.last,
            StreamReg::FifoFormat => self.format,
            StreamReg::DescriptorsLow => self.list.address as u32,
            StreamReg::DescriptorsHigh => (self.list.address >> 32) as u32,
        }
    }

    pub(super) const fn read_spib(&self) -> u32 {
        self.spib
    }

    /// Writes all but the control word.
    pub(super) fn write(
        &mut self,
        reg: StreamReg,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        if reg == StreamReg::LinkPosition {
            return Err(Fault::ReadOnly);
        }
        if self.is_running() {
            self.fault(StreamFault::Running, value, origin, fx);
            return Ok(());
        }
        let address = self.list.address;
        match reg {
            StreamReg::ControlStatus | StreamReg::LinkPosition => {}
            StreamReg::BufferLength => self.length = value,
            StreamReg::LastIndex => self.list.last = value % BDL_ENTRIES,
            StreamReg::FifoFormat => self.format = value & 0xFFFF_0000,
            StreamReg::DescriptorsLow => {
                self.list.address = address >> 32 << 32 | u64::from(value);
            }
            StreamReg::DescriptorsHigh => {
                self.list.address = u64::from(value) << 32 | address & 0xFFFF_FFFF;
            }
        }
        Ok(())
    }

    /// Writes CTL and STS; whether the stream shall start, which the caller
    /// decides by [`HostStream::start`].
    pub(super) fn write_control(&mut self, value: u32, origin: &Origin, fx: &mut Effects) -> bool {
        if value & SRST != 0 {
            self.stop(origin, fx);
            *self = Self {
                word: SRST,
                ..Self::new(self.number)
            };
            return false;
        }
        let was_running = self.is_running();
        let tag = if was_running { TAG_MASK } else { 0 };
        if (value ^ self.word) & tag != 0 {
            self.fault(StreamFault::Running, value, origin, fx);
        }
        let status = self.word & STATUS & !value;
        if was_running && value & RUN == 0 {
            self.stop(origin, fx);
        }
        self.word = status | value & CONTROL & !(RUN | tag) | self.word & (RUN | tag);
        !was_running && value & RUN != 0
    }

    /// Lets the stream run from the start of its buffers, or from where it
    /// stood when it was stopped without a reset.
    pub(super) fn start(
        &mut self,
        bounded: bool,
        memory: &HostMemory,
    ) -> Result<(), (StreamFault, u32)> {
        self.list.check(self.length, memory)?;
        if bounded && self.spib > self.length {
            return Err((StreamFault::BadSpib, self.spib));
        }
        self.word |= RUN;
        let started_before = self.credit.is_some();
        if !bounded {
            self.credit = None;
        } else if !started_before {
            self.credit = Some(self.spib.into());
        }
        Ok(())
    }

    pub(super) fn note_start(&self, channel: u8, origin: &Origin, fx: &mut Effects) {
        let (stream, gateway) = (self.number, self.gateway());
        fx.event(
            origin,
            EventKind::StreamStart {
                stream,
                gateway,
                channel,
                bytes: self.length,
                buffers: self.list.last + 1,
            },
        );
    }

    fn stop(&mut self, origin: &Origin, fx: &mut Effects) {
        if !self.is_running() {
            return;
        }
        self.word &= !RUN;
        let (stream, moved) = (self.number, self.moved);
        fx.event(origin, EventKind::StreamStop { stream, moved });
    }

    /// The controller is reset.
    pub(super) fn reset(&mut self, origin: &Origin, fx: &mut Effects) {
        self.stop(origin, fx);
        *self = Self::new(self.number);
    }

    /// The host has put data up to `value`, or has read up to there. It never
    /// passes what the DMA has done by more than the whole buffer; the same
    /// value again says nothing new.
    pub(super) fn write_spib(&mut self, value: u32, origin: &Origin, fx: &mut Effects) {
        let before = std::mem::replace(&mut self.spib, value);
        let Some(credit) = &mut self.credit else {
            return;
        };
        let length = u64::from(self.length);
        if value > self.length {
            self.spib = before;
            self.fault(StreamFault::BadSpib, value, origin, fx);
        } else if length != 0 && u64::from(before) % length != u64::from(value) % length {
            let done = self.moved % length;
            let ahead = (u64::from(value) + length - done) % length;
            *credit = if ahead == 0 { length } else { ahead };
        }
    }

    /// The firmware reports that `len` more bytes have been played or captured.
    pub(super) fn advance_position(&mut self, len: u32) -> Option<u32> {
        if !self.is_running() || self.length == 0 {
            return None;
        }
        let position = u64::from(self.position) + u64::from(len);
        self.position = (position % u64::from(self.length)) as u32;
        Some(self.position)
    }

    /// Moves up to `len` bytes, which must be allowed, between the host's memory
    /// and the ring.
    ///
    /// A descriptor that makes no sense ends the stream.
    pub(super) fn transfer(
        &mut self,
        ring: &mut Ring,
        len: u64,
        host: &mut HostMemory,
        mem: &mut dyn Memory,
    ) -> Result<(), (StreamFault, u32)> {
        let mut rest = len;
        while rest > 0 {
            let (buffer, done) = match self.buffer {
                Some(at) => at,
                None => (self.list.fetch(self.index, host)?, 0),
            };
            let want = rest.min(u64::from(buffer.len - done)) as u32;
            let (address, part) = match self.gateway() {
                Gateway::HostIn => ring.readable(want),
                _ => ring.writable(want),
            };
            if part == 0 {
                break;
            }
            let outside = (StreamFault::OutsideMemory, self.index);
            let from = buffer.address + u64::from(done);
            let bytes = host.get_mut(from, part as usize).ok_or(outside)?;
            if self.gateway() == Gateway::HostIn {
                mem.read(address, bytes).map_err(|_| outside)?;
                ring.consume(part);
            } else {
                mem.write(address, bytes).map_err(|_| outside)?;
                ring.produce(part);
            }
            rest -= u64::from(part);
            self.follow(buffer, done + part, part);
        }
        Ok(())
    }

    fn follow(&mut self, buffer: Buffer, done: u32, part: u32) {
        self.moved += u64::from(part);
        if let Some(credit) = &mut self.credit {
            *credit = credit.saturating_sub(part.into());
        }
        if done < buffer.len {
            self.buffer = Some((buffer, done));
            return;
        }
        self.buffer = None;
        self.index = if self.index == self.list.last {
            0
        } else {
            self.index + 1
        };
        if buffer.tell {
            self.word |= BCIS;
        }
    }

    /// A fault that ends the stream.
    pub(super) fn fail(
        &mut self,
        reason: StreamFault,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) {
        self.word |= DESE;
        self.fault(reason, value, origin, fx);
        self.stop(origin, fx);
    }

    fn fault(&self, reason: StreamFault, value: u32, origin: &Origin, fx: &mut Effects) {
        let stream = self.number;
        fx.event(
            origin,
            EventKind::StreamFault {
                stream,
                reason,
                value,
            },
        );
    }
}
