//! Streams through a module, cut into pieces.

use alloc::boxed::Box;
use alloc::vec::Vec;

use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::wire::Writer;
use acelab_module_sdk::{
    Descriptor, Encoding, Format, InitPayload, Module, Pin, S16, SampleFormat, Samples, SamplesMut,
    Sink, Source, try_zeroed,
};

use super::random::{Hash, Random};

/// Bytes of the longest payload.
const PAYLOAD_BYTES: usize = 512;
/// Frames of a stream.
const FRAMES: usize = 150;

/// What a group works with.
pub struct Bench {
    /// Where inputs and pieces come from.
    pub random: Random,
    hash: Hash,
}

impl Bench {
    /// The hash of what `body` does; `None` when it could not.
    pub fn run(seed: u64, body: fn(&mut Self) -> Option<()>) -> Option<u64> {
        let mut bench = Self {
            random: Random::new(seed),
            hash: Hash::new(),
        };
        body(&mut bench)?;
        Some(bench.hash.finish())
    }

    /// A random stream.
    pub fn stream(&mut self, format: Format) -> Option<Buffer> {
        let mut buffer = Buffer::new(format, FRAMES)?;
        for index in 0..FRAMES * format.channels() {
            buffer.set(index, self.random.sample());
        }
        Some(buffer)
    }

    /// Folds all samples into the hash.
    pub fn put(&mut self, buffer: &Buffer, frames: usize) {
        let samples = frames * buffer.format.channels();
        self.hash.put(samples as u32);
        for index in 0..samples {
            self.hash.put(buffer.bits(index));
        }
    }

    /// Sends streams through a module until it makes no more, and folds in what comes
    /// out. `output` has room for all of it.
    pub fn process(
        &mut self,
        module: &mut dyn Module,
        inputs: &[Buffer],
        output: &mut Buffer,
    ) -> Option<()> {
        let mut pins = [output.pin(0); 8];
        for (queue, (pin, input)) in (0..).zip(pins.iter_mut().zip(inputs)) {
            *pin = input.pin(queue);
        }
        let pins = pins.get(..inputs.len())?;
        module.prepare(pins, &[output.pin(0)]).ok()?;
        let (mut taken, mut given, mut idle) = (0, 0, 0);
        while idle < 8 {
            let most = 1 + self.random.below(20);
            let cut = self.random.below(20);
            let mut sources = Vec::new();
            sources.try_reserve_exact(inputs.len()).ok()?;
            for (queue, input) in (0..).zip(inputs) {
                let end = (taken + most).min(input.frames);
                sources.push(input.source(queue, taken, (taken + cut).min(end), end));
            }
            let end = (given + self.random.below(70)).min(output.frames);
            let mut sinks = [output.sink(given, (given + cut).min(end), end)];
            module.process(&mut sources, &mut sinks).ok()?;
            let consumed = sources.first().map_or(0, Source::consumed);
            let produced = sinks[0].produced();
            idle = if consumed + produced > 0 { 0 } else { idle + 1 };
            taken += consumed;
            given += produced;
            if sources.is_empty() && given == output.frames {
                break;
            }
        }
        self.put(output, given);
        Some(())
    }
}

/// An instance with what is behind the base configuration.
pub fn create(
    descriptor: &Descriptor,
    format: Format,
    specific: impl FnOnce(&mut Writer<'_>) -> Option<()>,
) -> Option<Box<dyn Module>> {
    let mut bytes: Vec<u8> = try_zeroed(PAYLOAD_BYTES).ok()?;
    let mut writer = Writer::new(&mut bytes);
    writer.put(&BaseConfig::of(format.to_ipc4())).ok()?;
    specific(&mut writer)?;
    let length = writer.len();
    let payload = InitPayload::parse(bytes.get(..length)?).ok()?;
    (descriptor.create)(&payload).ok()
}

/// Frames in memory.
pub struct Buffer {
    format: Format,
    frames: usize,
    halves: Vec<i16>,
    words: Vec<i32>,
}

impl Buffer {
    /// Room for so many frames.
    pub fn new(format: Format, frames: usize) -> Option<Self> {
        let samples = frames * format.channels();
        let (halves, words) = match format.sample() {
            SampleFormat::S16 => (samples, 0),
            _ => (0, samples),
        };
        Some(Self {
            format,
            frames,
            halves: try_zeroed(halves).ok()?,
            words: try_zeroed(words).ok()?,
        })
    }

    fn pin(&self, queue: u8) -> Pin {
        Pin {
            queue,
            format: self.format,
        }
    }

    fn set(&mut self, index: usize, value: i32) {
        match self.halves.get_mut(index) {
            Some(half) => *half = S16::encode(value),
            None => self.words[index] = value,
        }
    }

    fn bits(&self, index: usize) -> u32 {
        match self.halves.get(index) {
            Some(half) => *half as u32,
            None => self.words[index] as u32,
        }
    }

    /// Frames `start..end`, in two pieces.
    pub fn source(&self, queue: u8, start: usize, cut: usize, end: usize) -> Source<'_> {
        let channels = self.format.channels();
        let (start, cut, end) = (start * channels, cut * channels, end * channels);
        let words = || [&self.words[start..cut], &self.words[cut..end]];
        let samples = match self.format.sample() {
            SampleFormat::S16 => Samples::S16([&self.halves[start..cut], &self.halves[cut..end]]),
            SampleFormat::S24 => Samples::S24(words()),
            SampleFormat::S32 => Samples::S32(words()),
            SampleFormat::F32 => Samples::F32(words()),
        };
        Source::new(queue, channels, samples, true)
    }

    /// Room for frames `start..end`, in two pieces.
    pub fn sink(&mut self, start: usize, cut: usize, end: usize) -> Sink<'_> {
        let channels = self.format.channels();
        let (start, cut, end) = (start * channels, cut * channels, end * channels);
        let samples = if self.format.sample() == SampleFormat::S16 {
            let (first, second) = self.halves[start..end].split_at_mut(cut - start);
            SamplesMut::S16([first, second])
        } else {
            let (first, second) = self.words[start..end].split_at_mut(cut - start);
            match self.format.sample() {
                SampleFormat::S24 => SamplesMut::S24([first, second]),
                SampleFormat::F32 => SamplesMut::F32([first, second]),
                _ => SamplesMut::S32([first, second]),
            }
        };
        Sink::new(0, channels, samples, true)
    }
}
