//! What is outside of a port: a recorder, a queue, a wire, or nothing.

use std::collections::VecDeque;

use acelab_abi::clock::Nanos;
use acelab_abi::port::PortMode;

use super::frame_clock::FrameClock;
use super::{PortRefusal, Recorded};

/// The most bytes that a port has queued.
const QUEUE: usize = 16 << 20;
/// The most bytes that a port has recorded and nobody has fetched.
const RECORDING: usize = 256 << 20;

/// Bytes of a slot outside of the part.
const WORD: usize = 4;

/// Frames that were sent one after the other, from a frame of a clock on.
#[derive(Clone, Debug)]
struct Segment {
    clock: FrameClock,
    /// The clock's frame at which the transmitter started.
    origin: u64,
    /// The clock's frame that is fetched next.
    first: u64,
    frame_bytes: usize,
    bytes: Vec<u8>,
    /// Bytes that have been fetched.
    fetched: usize,
}

impl Segment {
    fn next(&self) -> u64 {
        self.first + (self.rest() / self.frame_bytes) as u64
    }

    /// Bytes that have not been fetched.
    const fn rest(&self) -> usize {
        self.bytes.len() - self.fetched
    }

    fn fetch(&mut self, len: usize) -> Vec<u8> {
        let len = len.min(self.rest());
        let len = len - len % self.frame_bytes;
        if len == self.bytes.len() {
            return std::mem::take(&mut self.bytes);
        }
        let bytes = self.bytes[self.fetched..self.fetched + len].to_vec();
        self.fetched += len;
        if self.rest() == 0 {
            self.bytes.clear();
            self.fetched = 0;
        }
        bytes
    }
}

/// The other side of a port. It belongs to the lab and outlives the part's
/// power.
#[derive(Debug, Default)]
pub(super) struct Outside {
    mode: PortMode,
    queue: VecDeque<u8>,
    segments: VecDeque<Segment>,
    recorded: usize,
}

/// Where in time frames are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) clock: FrameClock,
    /// The clock's frame at which the transmitter started.
    pub(super) origin: u64,
    /// The clock's frame.
    pub(super) frame: u64,
}

impl Outside {
    pub(super) const fn mode(&self) -> PortMode {
        self.mode
    }

    /// Changes what is outside; a change forgets what was queued and recorded.
    pub(super) fn set_mode(&mut self, mode: PortMode) {
        if mode != self.mode {
            *self = Self {
                mode,
                ..Self::default()
            };
        }
    }

    pub(super) fn queued(&self) -> usize {
        self.queue.len()
    }

    pub(super) const fn recorded(&self) -> usize {
        self.recorded
    }

    pub(super) fn queue(&mut self, bytes: &[u8]) -> Result<(), PortRefusal> {
        if !bytes.len().is_multiple_of(WORD) {
            return Err(PortRefusal::Misaligned);
        }
        if bytes.len() > QUEUE - self.queue.len() {
            return Err(PortRefusal::QueueFull);
        }
        self.queue.extend(bytes);
        Ok(())
    }

    /// The next word from outside; silence when there is none.
    pub(super) fn next_word(&mut self) -> u32 {
        let mut word = [0; WORD];
        for byte in &mut word {
            *byte = self.queue.pop_front().unwrap_or(0);
        }
        u32::from_le_bytes(word)
    }

    /// Records the slots in `slots` (one bit each) of the frames in `wire`, each
    /// `stride` words long.
    pub(super) fn record(&mut self, wire: &[u32], stride: usize, slots: u32, place: Place) {
        let frame_bytes = slots.count_ones() as usize * WORD;
        if self.mode == PortMode::Open || frame_bytes == 0 || stride == 0 || wire.is_empty() {
            return;
        }
        let frames = wire.len() / stride;
        if frames * frame_bytes > RECORDING - self.recorded {
            return;
        }
        let segment = self.segment(frame_bytes, place);
        for frame in wire.chunks_exact(stride) {
            for (slot, word) in frame.iter().enumerate() {
                if slots >> slot & 1 != 0 {
                    segment.extend_from_slice(&word.to_le_bytes());
                }
            }
        }
        self.recorded += frames * frame_bytes;
    }

    /// The bytes of the last segment if the frame at `place` follows it, else of
    /// a new one.
    fn segment(&mut self, frame_bytes: usize, place: Place) -> &mut Vec<u8> {
        let follows = self.segments.back().is_some_and(|last| {
            last.clock == place.clock
                && last.origin == place.origin
                && last.frame_bytes == frame_bytes
                && last.next() == place.frame
        });
        if !follows {
            self.segments.retain(|segment| segment.rest() > 0);
            self.segments.push_back(Segment {
                clock: place.clock,
                origin: place.origin,
                first: place.frame,
                frame_bytes,
                bytes: Vec::new(),
                fetched: 0,
            });
        }
        let last = self.segments.len() - 1;
        &mut self.segments[last].bytes
    }

    /// Takes up to `len` bytes, whole frames, of the oldest segment.
    pub(super) fn drain(&mut self, len: usize) -> Recorded {
        while self.segments.len() > 1 && self.segments[0].rest() == 0 {
            self.segments.pop_front();
        }
        let Some(segment) = self.segments.front_mut() else {
            return Recorded::default();
        };
        let bytes = segment.fetch(len);
        if bytes.is_empty() {
            return Recorded::default();
        }
        let first = segment.first;
        segment.first += (bytes.len() / segment.frame_bytes) as u64;
        self.recorded -= bytes.len();
        Recorded {
            start: segment.clock.begin(first).unwrap_or(Nanos(u64::MAX)),
            frame: first - segment.origin,
            frame_bytes: segment.frame_bytes as u8,
            bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRAME: usize = 2 * WORD;

    fn place(frame: u64) -> Place {
        Place {
            clock: FrameClock::new(Nanos(5), 48_000, 1).expect("a rate"),
            origin: 10,
            frame,
        }
    }

    proptest! {
        /// However recording and fetching alternate, every frame is fetched
        /// once, in order, with its number.
        #[test]
        fn nothing_is_fetched_twice_or_never(
            steps in prop::collection::vec((0..9_usize, 0..100_usize, any::<bool>()), 1..60),
        ) {
            let mut outside = Outside::default();
            outside.set_mode(PortMode::External);
            let (mut frame, mut fetched, mut expected) = (10, Vec::new(), Vec::new());
            for (frames, len, gap) in steps {
                // A burst that nobody records leaves a gap.
                frame += u64::from(gap);
                let wire: Vec<u32> = (0..2 * frames).map(|word| frame as u32 * 100 + word as u32).collect();
                outside.record(&wire, 2, 3, place(frame));
                expected.extend((frame..).take(frames));
                frame += frames as u64;
                let part = outside.drain(len);
                prop_assert!(part.bytes.len() <= len && part.bytes.len() % FRAME == 0);
                fetched.extend((part.frame + 10..).take(part.bytes.len() / FRAME));
            }
            loop {
                let part = outside.drain(usize::MAX);
                if part.bytes.is_empty() {
                    break;
                }
                prop_assert_eq!(part.start, place(0).clock.begin(part.frame + 10).expect("near"));
                fetched.extend((part.frame + 10..).take(part.bytes.len() / FRAME));
            }
            prop_assert_eq!(fetched, expected);
            prop_assert_eq!(outside.recorded(), 0);
        }
    }

    #[test]
    fn a_full_queue_takes_nothing_more() {
        let mut outside = Outside::default();
        assert_eq!(outside.queue(&[0; 3]), Err(PortRefusal::Misaligned));
        assert_eq!(outside.queue(&vec![7; QUEUE]), Ok(()));
        assert_eq!(outside.queue(&[0; 4]), Err(PortRefusal::QueueFull));
        assert_eq!(outside.next_word(), 0x0707_0707);
        assert_eq!(outside.queue(&[0; 4]), Ok(()));
    }
}
