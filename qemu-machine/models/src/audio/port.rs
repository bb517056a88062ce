//! An audio port: a frame clock, and a transmitter and a receiver on it.
//!
//! Both move bursts, at the same frames. A burst is taken from the ring when it
//! begins to be sent; it is received when it has come in whole. So what goes
//! round by a loopback is one burst later in memory than it was sent.

mod burst;

use acelab_abi::clock::Nanos;
use acelab_abi::port::{PortId, PortStatus, Running};
use acelab_abi::trace::{Direction, EventKind, PortFault};

use super::frame_clock::FrameClock;
use super::outside::Outside;
use crate::access::Origin;
use crate::effect::Effects;

pub(super) use burst::Xruns;

/// Shape of the frames on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Slots of a frame, 1 to 8.
    pub(super) slots: u32,
    /// Bits of a slot, 1 to 32.
    pub(super) bits: u32,
}

/// A direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Side {
    #[default]
    Off,
    /// Starts with the next burst.
    Waiting { slots: u32 },
    /// Runs since frame `origin` of the clock.
    On {
        slots: u32,
        origin: u64,
        /// In an xrun.
        gap: bool,
    },
}

/// What follows from the clock while the port runs.
#[derive(Clone, Copy, Debug)]
struct Engine {
    clock: FrameClock,
    shape: Shape,
    /// Frames of a burst.
    burst: u64,
    /// The clock's frame at which the next burst begins; `None` while both
    /// directions are off.
    next: Option<u64>,
    /// When that is.
    due: Option<Nanos>,
}

/// A port.
#[derive(Debug)]
pub(super) struct Port {
    id: PortId,
    engine: Option<Engine>,
    output: Side,
    input: Side,
    /// What is sent is received, whatever is outside.
    loopback: bool,
    /// The burst that is on the wire; empty while nothing is sent.
    wire: Vec<u32>,
    bytes: Vec<u8>,
    pub(super) outside: Outside,
}

impl Port {
    pub(super) fn new(id: PortId) -> Self {
        Self {
            id,
            engine: None,
            output: Side::Off,
            input: Side::Off,
            loopback: false,
            wire: Vec::new(),
            bytes: Vec::new(),
            outside: Outside::default(),
        }
    }

    pub(super) const fn is_running(&self) -> bool {
        self.engine.is_some()
    }

    pub(super) fn is_on(&self, direction: Direction) -> bool {
        self.side(direction) != Side::Off
    }

    pub(super) fn deadline(&self) -> Option<Nanos> {
        self.engine.as_ref().and_then(|engine| engine.due)
    }

    pub(super) const fn set_loopback(&mut self, loopback: bool) {
        self.loopback = loopback;
    }

    /// Starts the clock with frame 0 now.
    pub(super) fn start(&mut self, clock: FrameClock, shape: Shape) {
        self.engine = Some(Engine {
            clock,
            shape,
            burst: clock.burst(),
            next: None,
            due: None,
        });
    }

    /// Stops the clock and both directions.
    pub(super) fn stop(&mut self, origin: &Origin, fx: &mut Effects) {
        self.disable(Direction::Out, origin, fx);
        self.disable(Direction::In, origin, fx);
        self.wire.clear();
        self.engine = None;
    }

    /// Starts a direction with the next burst, or with the next frame when the
    /// other one is off.
    pub(super) fn enable(
        &mut self,
        direction: Direction,
        slots: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> bool {
        let Some(engine) = &mut self.engine else {
            return false;
        };
        let none_beyond = u64::from(slots) >> engine.shape.slots == 0;
        if slots == 0 || !none_beyond {
            self.fault(PortFault::BadSlots, slots, origin, fx);
            return false;
        }
        if engine.next.is_none() {
            engine.schedule(engine.clock.next(origin.now));
        }
        *self.side_mut(direction) = Side::Waiting { slots };
        true
    }

    /// Stops a direction at once: what has not left yet never does.
    pub(super) fn disable(&mut self, direction: Direction, origin: &Origin, fx: &mut Effects) {
        let side = std::mem::take(self.side_mut(direction));
        let Some(engine) = self.engine else {
            return;
        };
        if let Side::On {
            slots,
            origin: first,
            ..
        } = side
        {
            let frames = match direction {
                Direction::Out => {
                    let end = engine.clock.complete(origin.now);
                    let sent = self.finish_burst(&engine, slots, first, end);
                    self.wire.truncate(sent);
                    end.saturating_sub(first)
                }
                Direction::In => engine.received(first),
            };
            let port = self.id;
            fx.event(
                origin,
                EventKind::PortStop {
                    port,
                    direction,
                    frames,
                },
            );
        }
        if self.output == Side::Off
            && self.input == Side::Off
            && let Some(engine) = &mut self.engine
        {
            engine.next = None;
            engine.due = None;
        }
    }

    pub(super) fn fault(&self, reason: PortFault, value: u32, origin: &Origin, fx: &mut Effects) {
        let port = self.id;
        fx.event(
            origin,
            EventKind::PortFault {
                port,
                reason,
                value,
            },
        );
    }

    /// How the port stands at `now`.
    pub(super) fn status(&self, now: Nanos) -> PortStatus {
        PortStatus {
            mode: self.outside.mode(),
            output: self.running(Direction::Out, now),
            input: self.running(Direction::In, now),
            queued: self.outside.queued() as u32,
            recorded: self.outside.recorded() as u32,
        }
    }

    fn running(&self, direction: Direction, now: Nanos) -> Option<Running> {
        let engine = self.engine.as_ref()?;
        let Side::On {
            slots,
            origin: first,
            ..
        } = self.side(direction)
        else {
            return None;
        };
        let (rate, per) = engine.clock.rate();
        Some(Running {
            start: engine.clock.begin(first)?,
            rate,
            per,
            slots: slots.count_ones() as u8,
            bits: engine.shape.bits as u8,
            frames: match direction {
                Direction::Out => engine.clock.complete(now).saturating_sub(first),
                Direction::In => engine.received(first),
            },
        })
    }

    const fn side(&self, direction: Direction) -> Side {
        match direction {
            Direction::Out => self.output,
            Direction::In => self.input,
        }
    }

    const fn side_mut(&mut self, direction: Direction) -> &mut Side {
        match direction {
            Direction::Out => &mut self.output,
            Direction::In => &mut self.input,
        }
    }
}

impl Engine {
    fn schedule(&mut self, frame: u64) {
        self.next = Some(frame);
        self.due = self.clock.begin(frame);
    }

    /// Frames that have come in whole bursts since frame `origin`.
    fn received(&self, origin: u64) -> u64 {
        let begun = self.next.unwrap_or(origin).saturating_sub(self.burst);
        begun.saturating_sub(origin)
    }
}
