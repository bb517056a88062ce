//! Bursts of a port: from a ring to the wire, and from the wire to a ring.

use acelab_abi::port::PortMode;
use acelab_abi::trace::{Direction, EventKind, GatewayFault};

use super::{Engine, Port, Shape, Side};
use crate::access::{Memory, NotRam, Origin};
use crate::audio::gateway::Stream;
use crate::audio::outside::Place;
use crate::effect::Effects;

/// Whether a burst lost data, or had none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::audio) struct Xruns {
    pub(in crate::audio) output: bool,
    pub(in crate::audio) input: bool,
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

impl Port {
    /// Records what of the burst on the wire has left when it ends before frame
    /// `end`; how many words those are.
    pub(super) fn finish_burst(
        &mut self,
        engine: &Engine,
        slots: u32,
        origin: u64,
        end: u64,
    ) -> usize {
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
    pub(in crate::audio) fn step(
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
}

/// The value of a sample in a container of 2 or 4 bytes.
fn value(sample: &[u8]) -> u32 {
    let mut word = [0; 4];
    word[..sample.len()].copy_from_slice(sample);
    u32::from_le_bytes(word)
}
