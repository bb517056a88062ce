//! Messages between cores: one word of flags per core in shared memory, and a
//! doorbell that says "look at it".
//!
//! A message is a flag, so that sending never waits and never overflows: what
//! is sent twice before the receiver looks is received once. What a message
//! needs beside its flag lies in shared memory of its own.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::CoreId;
use acelab_abi::regs::idc::{self, Agent, BUSY, Reg, TBIE};

use crate::bus::Bus;
use crate::smp::Word;

/// Attempts to get hold of a doorbell. Its holder needs some ten instructions.
const RINGING_TRIES: u32 = 1000;

/// A message to a core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Message {
    /// Stop what you do, mask interrupts, wait for your power to go.
    PowerDown = 1 << 0,
    /// To core 0: a core's log or state changed.
    Notify = 1 << 1,
    /// To core 0: a core met a fatal exception.
    Crashed = 1 << 2,
    /// The DSP has failed: stop for ever.
    Halt = 1 << 3,
    /// Look for another thread to run, and at requests to drop translations.
    Reschedule = 1 << 4,
    /// Ring core 0.
    Ping = 1 << 5,
}

/// Messages taken from an inbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Messages(u32);

impl Messages {
    /// True when `message` is among them.
    #[must_use]
    pub const fn contains(self, message: Message) -> bool {
        self.0 & message as u32 != 0
    }
}

/// The messages that wait for one core, in memory all cores share.
#[derive(Debug)]
pub struct Inbox<W = AtomicU32> {
    flags: W,
    /// Held while a sender looks at the doorbell and rings it.
    ringing: W,
}

impl Inbox {
    /// An empty inbox.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            flags: AtomicU32::new(0),
            ringing: AtomicU32::new(0),
        }
    }
}

impl<W: Word> Inbox<W> {
    /// Takes all messages.
    pub fn take(&self) -> Messages {
        Messages(self.flags.swap(0, Ordering::AcqRel))
    }

    /// Forgets everything; for a core that has no power.
    pub fn clear(&self) {
        self.flags.store(0, Ordering::Release);
    }
}

impl Default for Inbox {
    fn default() -> Self {
        Self::new()
    }
}

/// Leaves `message` in the inbox of core `to` and rings it. The caller has
/// masked interrupts, so that it holds the doorbell for a few instructions
/// only.
pub fn send<W: Word>(bus: impl Bus, to: CoreId, inbox: &Inbox<W>, message: Message) {
    inbox.flags.fetch_or(message as u32, Ordering::AcqRel);
    let free = || {
        let taken = inbox
            .ringing
            .compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed);
        taken.inspect_err(|_| W::pause()).is_ok()
    };
    // Bounded: the holder may be this core itself, in an exception, or one that
    // has lost its power.
    let _ = (0..RINGING_TRIES).any(|_| free());
    // A doorbell that is busy has not been answered, and whoever answers it
    // looks at the flags afterwards.
    let doorbell = idc::address(to, Agent::B, Reg::Idr);
    if bus.read32(doorbell) & BUSY == 0 {
        bus.write32(doorbell, BUSY);
    }
    inbox.ringing.store(0, Ordering::Release);
}

/// The receiving end of one core's doorbell.
#[derive(Clone, Copy)]
pub struct Doorbell<B> {
    bus: B,
    core: CoreId,
}

impl<B: Bus> Doorbell<B> {
    /// The doorbell of `core`.
    pub const fn new(bus: B, core: CoreId) -> Self {
        Self { bus, core }
    }

    /// Answers what rang before and lets the doorbell interrupt from now on.
    pub fn open(self) {
        self.answer();
        self.bus
            .write32(idc::address(self.core, Agent::A, Reg::Ctl), TBIE);
    }

    /// Lets the doorbell ring unheard.
    pub fn close(self) {
        self.bus
            .write32(idc::address(self.core, Agent::A, Reg::Ctl), 0);
    }

    /// Answers the doorbell on both sides; it cannot ring again before. The
    /// messages are to be taken after this, or one could be missed.
    pub fn answer(self) {
        let doorbell = idc::address(self.core, Agent::A, Reg::Tdr);
        if self.bus.read32(doorbell) & BUSY != 0 {
            self.bus.write32(doorbell, BUSY);
            self.bus
                .write32(idc::address(self.core, Agent::A, Reg::Tda), 0);
        }
    }
}

#[cfg(test)]
#[path = "idc_tests.rs"]
mod tests;
