//! An audio port: a frame clock, and a transmitter and a receiver on it.
//!
//! Both move bursts, at the same frames. A burst is taken from the ring when it
//! begins to be sent; it is received when it has come in whole. So what goes
//! round by a loopback is one burst later in memory than it was sent.

use acelab_abi::clock::Nanos;
use acelab_abi::port::{PortId, PortMode, PortStatus, Running};
use acelab_abi::trace::{Direction, EventKind, GatewayFault, PortFault};

use super::frame_clock::FrameClock;
use super::gateway::Stream;
use super::outside::{Outside, Place};
use crate::access::{Memory, NotRam, Origin};
use crate::effect::Effects;

/// Shape of the frames on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Slots of a frame, 1 to 8.
    pub(super) slots: u32,
    /// Bits of a slot, 1 to 32.
    pub(super) bits: u32,
}

impl Shape {
    const fn mask(self) -> u32 {
        if self.bits >= 32 {
            u32::MAX
        } else {
            (1 << self.bits) - 1
        }
    }
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

/// Whether a burst lost data, or had none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Xruns {
    pub(super) output: bool,
    pub(super) input: bool,
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

    /// Records what of the burst on the wire has left when it ends before frame
    /// `end`; how many words those are.
    fn finish_burst(&mut self, engine: &Engine, slots: u32, origin: u64, end: u64) -> usize {
        let Some(begin) = engine.next.and_then(|next| next.checked_sub(engine.burst)) else {
            return 0;
        };
        let stride = engine.shape.slots as usize;
        let frames = end.saturating_sub(begin).min(engine.burst) as usize;
        let sent = (frames * stride).min(self.wire.len());
        let place = Place {
            clock: engine.clock,
            origin,
            frame: begin,
        };
        self.outside
            .record(&self.wire[..sent], stride, slots, place);
        sent
    }

    /// The end of one burst and the beginning of the next, if that is due.
    pub(super) fn step(
        &mut self,
        origin: &Origin,
        output: Option<&mut Stream>,
        input: Option<&mut Stream>,
        mem: &mut dyn Memory,
        fx: &mut Effects,
    ) -> Xruns {
        let mut xruns = Xruns::default();
        let Some(engine) = self
            .engine
            .filter(|engine| engine.due.is_some_and(|due| due <= origin.now))
        else {
            return xruns;
        };
        let Some(frame) = engine.next else {
            return xruns;
        };
        if let Side::On { slots, origin, .. } = self.output {
            self.finish_burst(&engine, slots, origin, frame);
        }
        if let Side::On { .. } = self.input {
            xruns.input = self.receive(&engine, frame, input, origin, mem, fx);
        }
        self.begin_waiting(&engine, frame, origin, fx);
        self.wire.clear();
        if let Side::On { .. } = self.output {
            xruns.output = self.send(&engine, frame, output, origin, mem, fx);
        }
        if let Some(engine) = &mut self.engine {
            engine.schedule(frame + engine.burst);
        }
        xruns
    }

    fn begin_waiting(&mut self, engine: &Engine, frame: u64, origin: &Origin, fx: &mut Effects) {
        for direction in [Direction::Out, Direction::In] {
            if let Side::Waiting { slots } = self.side(direction) {
                *self.side_mut(direction) = Side::On {
                    slots,
                    origin: frame,
                    gap: false,
                };
                let (rate, per) = engine.clock.rate();
                let port = self.id;
                fx.event(
                    origin,
                    EventKind::PortStart {
                        port,
                        direction,
                        rate,
                        per,
                        slots: slots.count_ones() as u8,
                        bits: engine.shape.bits as u8,
                    },
                );
            }
        }
    }

    /// Takes the burst that begins with `frame` from the ring. Whether there
    /// was too little in it.
    fn send(
        &mut self,
        engine: &Engine,
        frame: u64,
        stream: Option<&mut Stream>,
        origin: &Origin,
        mem: &mut dyn Memory,
        fx: &mut Effects,
    ) -> bool {
        let Side::On { slots, .. } = self.output else {
            return false;
        };
        let stride = engine.shape.slots as usize;
        self.wire.resize(engine.burst as usize * stride, 0);
        let Some(stream) = stream.filter(|stream| stream.is_enabled()) else {
            return false;
        };
        let container = stream.container();
        let frame_bytes = slots.count_ones() * container;
        let there = (u64::from(stream.ring().fill() / frame_bytes)).min(engine.burst);
        self.bytes.clear();
        self.bytes.resize(there as usize * frame_bytes as usize, 0);
        if stream.pass(|ring| ring.take(&mut self.bytes, mem)) == Err(NotRam) {
            stream.fault(
                GatewayFault::OutsideMemory,
                stream.ring().base(),
                origin,
                fx,
            );
            return false;
        }
        let mask = engine.shape.mask();
        let mut samples = self.bytes.chunks_exact(container as usize);
        for words in self.wire.chunks_exact_mut(stride).take(there as usize) {
            for (slot, word) in words.iter_mut().enumerate() {
                if slots >> slot & 1 != 0 {
                    *word = samples.next().map_or(0, value) & mask;
                }
            }
        }
        let dry = there < engine.burst;
        self.note_gap(
            Direction::Out,
            dry,
            frame + if dry { there } else { 0 },
            origin,
            fx,
        );
        if dry {
            stream.note_xrun();
        }
        dry
    }

    /// Puts the burst that ends with `end` into the ring. Whether some of it
    /// had no place.
    fn receive(
        &mut self,
        engine: &Engine,
        end: u64,
        stream: Option<&mut Stream>,
        origin: &Origin,
        mem: &mut dyn Memory,
        fx: &mut Effects,
    ) -> bool {
        let Side::On { slots, .. } = self.input else {
            return false;
        };
        let container = stream.as_ref().map_or(4, |stream| stream.container());
        self.bytes.clear();
        self.collect(engine, slots, container as usize);
        let Some(stream) = stream.filter(|stream| stream.is_enabled()) else {
            return false;
        };
        let frame_bytes = slots.count_ones() * container;
        let place = (u64::from(stream.ring().space() / frame_bytes)).min(engine.burst);
        let bytes = &self.bytes[..place as usize * frame_bytes as usize];
        if stream.pass(|ring| ring.put(bytes, mem)) == Err(NotRam) {
            stream.fault(
                GatewayFault::OutsideMemory,
                stream.ring().base(),
                origin,
                fx,
            );
            return false;
        }
        let lost = place < engine.burst;
        let begin = end - engine.burst;
        self.note_gap(
            Direction::In,
            lost,
            begin + if lost { place } else { 0 },
            origin,
            fx,
        );
        if lost {
            stream.note_xrun();
        }
        lost
    }

    /// Appends the active slots of the burst that has come in to `bytes`.
    fn collect(&mut self, engine: &Engine, slots: u32, container: usize) {
        let stride = engine.shape.slots as usize;
        let mask = engine.shape.mask();
        let looped = self.loopback || self.outside.mode() == PortMode::Loopback;
        for frame in 0..engine.burst as usize {
            for slot in (0..stride).filter(|slot| slots >> slot & 1 != 0) {
                let word = if looped {
                    self.wire.get(frame * stride + slot).copied().unwrap_or(0)
                } else {
                    self.outside.next_word()
                };
                let bytes = (word & mask).to_le_bytes();
                self.bytes.extend_from_slice(&bytes[..container]);
            }
        }
    }

    /// Reports where a gap begins and ends.
    fn note_gap(
        &mut self,
        direction: Direction,
        now_gap: bool,
        at: u64,
        origin: &Origin,
        fx: &mut Effects,
    ) {
        let port = self.id;
        let Side::On {
            origin: first, gap, ..
        } = self.side_mut(direction)
        else {
            return;
        };
        if std::mem::replace(gap, now_gap) == now_gap {
            return;
        }
        let frame = at - *first;
        fx.event(
            origin,
            if now_gap {
                EventKind::Xrun {
                    port,
                    direction,
                    frame,
                }
            } else {
                EventKind::XrunEnd {
                    port,
                    direction,
                    frame,
                }
            },
        );
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

/// The value of a sample in a container of 2 or 4 bytes.
fn value(sample: &[u8]) -> u32 {
    let mut word = [0; 4];
    word[..sample.len()].copy_from_slice(sample);
    u32::from_le_bytes(word)
}
