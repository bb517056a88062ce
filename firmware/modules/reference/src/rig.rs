//! Runs a module on streams that are cut into random pieces.

use acelab_module_sdk::{Format, Module, Pin, SampleFormat, Samples, SamplesMut, Sink, Source};

use crate::Pcm;

/// Rings around a module, and a source of random numbers for their sizes and for
/// how much is in them.
#[derive(Clone, Copy, Debug)]
pub struct Rig {
    seed: u64,
    largest: usize,
    lockstep: bool,
}

/// Calls in a row in which no frame moves, neither into a ring, nor through the module, nor
/// out, after which a stream is over. Random cuts may leave out several in a row.
const IDLE_CALLS: usize = 64;

impl Rig {
    /// A rig whose cuts follow from `seed`; its rings hold up to `largest` frames.
    pub fn new(seed: u64, largest: usize) -> Self {
        Self {
            seed,
            largest,
            lockstep: false,
        }
    }

    /// All inputs get frames at the same time: what a mixer does with streams of
    /// which one is late depends on how late it is.
    pub fn in_lockstep(mut self) -> Self {
        self.lockstep = true;
        self
    }

    /// Prepares the module for the streams and sends them through. Between calls
    /// `between` gets the module and the number of frames that it has taken from
    /// its first input; it returns after how many frames it wants to be called
    /// again at the latest.
    ///
    /// # Panics
    /// When the module refuses, or takes or gives more than there is.
    pub fn run(
        mut self,
        module: &mut dyn Module,
        inputs: &[Pcm],
        outputs: &[Format],
        mut between: impl FnMut(&mut dyn Module, usize) -> usize,
    ) -> Vec<Pcm> {
        let mut sources: Vec<Ring> = inputs.iter().map(|pcm| self.ring(pcm.format)).collect();
        let mut sinks: Vec<Ring> = outputs.iter().map(|format| self.ring(*format)).collect();
        module
            .prepare(&pins(&sources), &pins(&sinks))
            .expect("the module takes these formats");
        let mut fed = vec![0; inputs.len()];
        let mut recorded = vec![Vec::new(); outputs.len()];
        let (mut idle, mut taken) = (0, 0);
        while idle < IDLE_CALLS {
            let most = between(module, taken);
            let common = self.below(sources.iter().map(Ring::free).min().unwrap_or(0) + 1);
            let mut moved = 0;
            for ((ring, pcm), fed) in sources.iter_mut().zip(inputs).zip(&mut fed) {
                let channels = pcm.format.channels();
                let wanted = match self.lockstep {
                    true => common.min(most),
                    false => self.below(ring.free() + 1).min(most),
                };
                let end = (*fed + wanted * channels).min(pcm.words.len());
                ring.push(&pcm.words[*fed..end]);
                moved += end - *fed;
                *fed = end;
            }
            {
                let mut views: Vec<Source<'_>> = (0u8..)
                    .zip(&sources)
                    .map(|(queue, ring)| ring.source(queue, most))
                    .collect();
                let mut places: Vec<Sink<'_>> = (0u8..)
                    .zip(&mut sinks)
                    .map(|(queue, ring)| ring.sink(queue))
                    .collect();
                module
                    .process(&mut views, &mut places)
                    .expect("the module goes on");
                let consumed: Vec<usize> = views.iter().map(Source::consumed).collect();
                let produced: Vec<usize> = places.iter().map(Sink::produced).collect();
                taken += consumed.first().copied().unwrap_or(0);
                for (ring, count) in sources.iter_mut().zip(consumed) {
                    ring.drop_front(count);
                    moved += count;
                }
                for (ring, count) in sinks.iter_mut().zip(produced) {
                    ring.filled += count;
                    moved += count;
                }
            }
            for (ring, recorded) in sinks.iter_mut().zip(&mut recorded) {
                let count = self.below(ring.filled() + 1);
                recorded.extend(ring.pop(count));
                moved += count;
            }
            idle = if moved > 0 { 0 } else { idle + 1 };
        }
        outputs
            .iter()
            .zip(recorded)
            .map(|(format, words)| Pcm {
                format: *format,
                words,
            })
            .collect()
    }

    fn ring(&mut self, format: Format) -> Ring {
        let frames = 1 + self.below(self.largest);
        Ring::new(format, frames)
    }

    /// Uniform in `0..limit`; SplitMix64.
    fn below(&mut self, limit: usize) -> usize {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit.max(1) as u64) as usize
    }
}

fn pins(rings: &[Ring]) -> Vec<Pin> {
    (0u8..)
        .zip(rings)
        .map(|(queue, ring)| Pin {
            queue,
            format: ring.format,
        })
        .collect()
}

/// Memory of a ring in the type of its samples.
enum Memory {
    Half(Vec<i16>),
    Word(Vec<i32>),
}

struct Ring {
    format: Format,
    frames: usize,
    first: usize,
    filled: usize,
    memory: Memory,
}

impl Ring {
    fn new(format: Format, frames: usize) -> Self {
        let samples = frames * format.channels();
        let memory = match format.sample() {
            SampleFormat::S16 => Memory::Half(vec![0x5555; samples]),
            _ => Memory::Word(vec![0x5555_5555; samples]),
        };
        Self {
            format,
            frames,
            first: 0,
            filled: 0,
            memory,
        }
    }

    fn filled(&self) -> usize {
        self.filled
    }

    fn free(&self) -> usize {
        self.frames - self.filled
    }

    fn push(&mut self, words: &[i32]) {
        let channels = self.format.channels();
        for frame in words.chunks_exact(channels) {
            let at = (self.first + self.filled) % self.frames * channels;
            for (index, word) in frame.iter().enumerate() {
                match &mut self.memory {
                    Memory::Half(memory) => memory[at + index] = *word as i16,
                    Memory::Word(memory) => memory[at + index] = *word,
                }
            }
            self.filled += 1;
        }
        assert!(self.filled <= self.frames);
    }

    fn pop(&mut self, count: usize) -> Vec<i32> {
        let channels = self.format.channels();
        let mut words = Vec::new();
        for frame in 0..count {
            let at = (self.first + frame) % self.frames * channels;
            words.extend((at..at + channels).map(|at| match &self.memory {
                Memory::Half(memory) => i32::from(memory[at]),
                Memory::Word(memory) => memory[at],
            }));
        }
        self.drop_front(count);
        words
    }

    fn drop_front(&mut self, count: usize) {
        assert!(count <= self.filled);
        self.first = (self.first + count) % self.frames;
        self.filled -= count;
    }

    /// The first `most` frames that are filled.
    fn source(&self, queue: u8, most: usize) -> Source<'_> {
        let channels = self.format.channels();
        let filled = self.filled.min(most);
        let start = self.first * channels;
        let end = (self.first + filled).min(self.frames) * channels;
        let wrapped = (self.first + filled).saturating_sub(self.frames) * channels;
        let samples = match &self.memory {
            Memory::Half(memory) => Samples::S16([&memory[start..end], &memory[..wrapped]]),
            Memory::Word(memory) => {
                let parts = [&memory[start..end], &memory[..wrapped]];
                match self.format.sample() {
                    SampleFormat::S24 => Samples::S24(parts),
                    SampleFormat::F32 => Samples::F32(parts),
                    _ => Samples::S32(parts),
                }
            }
        };
        Source::new(queue, channels, samples, true)
    }

    /// The frames that are free.
    fn sink(&mut self, queue: u8) -> Sink<'_> {
        let channels = self.format.channels();
        let (first, filled, frames) = (self.first, self.filled, self.frames);
        let free = |memory: usize| {
            let start = (first + filled) % frames;
            let end = (start + frames - filled).min(frames);
            let wrapped = frames - filled - (end - start);
            debug_assert_eq!(memory, frames * channels);
            (start * channels, end * channels, wrapped * channels)
        };
        let samples = match &mut self.memory {
            Memory::Half(memory) => {
                let (start, end, wrapped) = free(memory.len());
                let (low, high) = memory.split_at_mut(start);
                SamplesMut::S16([&mut high[..end - start], &mut low[..wrapped]])
            }
            Memory::Word(memory) => {
                let (start, end, wrapped) = free(memory.len());
                let (low, high) = memory.split_at_mut(start);
                let parts = [&mut high[..end - start], &mut low[..wrapped]];
                match self.format.sample() {
                    SampleFormat::S24 => SamplesMut::S24(parts),
                    SampleFormat::F32 => SamplesMut::F32(parts),
                    _ => SamplesMut::S32(parts),
                }
            }
        };
        Sink::new(queue, channels, samples, true)
    }
}
