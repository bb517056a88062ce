//! The sample-rate converter.
//!
//! Output frame `m` lies at the input's time `m · M / L - H`, where `L / M` is the
//! ratio of the rates in lowest terms: the time is exact, so nothing drifts. `H` is
//! the latency, [`HALF`](filter::HALF) periods of the lower rate, rounded up to input frames. The
//! output begins with the first input frame; what was before it is silence.
//!
//! The low-pass filter is described in [`filter`]. Equal rates are copied, without
//! latency.

mod filter;

use alloc::boxed::Box;
use alloc::vec::Vec;

use acelab_abi::ipc4::rate::SrcConfig;
use acelab_abi::ipc4::wire::Reader;
use acelab_module_sdk::{
    Block, ConfigError, CreateError, Descriptor, Formats, InitPayload, MAX_RATE, MIN_RATE, Module,
    Needs, Pin, PrepareError, ProcessError, Sink, Source, Uuid, module_name, try_box, try_zeroed,
};

use crate::history::History;
use filter::Filter;

/// Sample-rate converter. The rate of the input is that of the base configuration;
/// behind it is the rate of the output in Hz.
pub const SRC: Descriptor = Descriptor {
    name: module_name!("SRC"),
    uuid: Uuid::new(
        0xE61B_B28D,
        0x149A,
        0x4C1F,
        [0xB7, 0x09, 0x46, 0x82, 0x3E, 0xF5, 0xF5, 0xAE],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: true,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    let config: SrcConfig = payload.decode(|data| {
        let mut reader = Reader::new(data);
        let config = reader.get()?;
        if reader.rest().is_empty() {
            Ok(config)
        } else {
            Err(ConfigError::Length)
        }
    })?;
    if !(MIN_RATE..=MAX_RATE).contains(&config.sink_rate) {
        return Err(CreateError::Value("rate of the output"));
    }
    Ok(try_box(Converter {
        rates: [payload.format.rate(), config.sink_rate],
        channels: payload.format.channels(),
        filter: Filter::new(payload.format.rate(), config.sink_rate),
        phase: 0,
        next: 0,
        history: History::none(),
        taps: Vec::new(),
        before: Block::none(),
        after: Block::none(),
    })?)
}

struct Converter {
    rates: [u32; 2],
    channels: usize,
    filter: Filter,
    /// How far the next output frame is behind the input frame `next`, in `L`ths
    /// of a frame.
    phase: u32,
    /// Where in the history the newest input frame for the next output frame is,
    /// or will be.
    next: usize,
    history: History,
    /// Coefficients of one output frame, the oldest input frame first.
    taps: Vec<i32>,
    before: Block,
    after: Block,
}

impl Module for Converter {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let ([input], [output]) = (inputs, outputs) else {
            return Err(PrepareError::Pins);
        };
        let channels = [input.format.channels(), output.format.channels()];
        let rates = [input.format.rate(), output.format.rate()];
        if channels != [self.channels; 2] || rates != self.rates {
            return Err(PrepareError::Format);
        }
        self.before = Block::new(self.channels)?;
        self.after = Block::new(self.channels)?;
        let span = self.filter.span();
        self.taps = try_zeroed(span)?;
        let block = self.before.samples().len() / self.channels;
        self.history = History::new(self.channels, span - 1, block)?;
        self.reset();
        Ok(())
    }

    fn process(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        let ([source], [sink]) = (sources, sinks) else {
            return Ok(());
        };
        if source.channels() != self.channels || sink.channels() != self.channels {
            return Err(ProcessError::NotPrepared);
        }
        if self.filter.is_identity() {
            source.copy_to(sink, usize::MAX);
            return Ok(());
        }
        while sink.frames() > 0 {
            if self.next >= self.history.frames() && !self.fetch(source) {
                break;
            }
            self.convert(sink);
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.phase = 0;
        self.next = self.filter.span().saturating_sub(1);
        self.history.clear();
    }
}

impl Converter {
    /// Takes more of the input, `false` when there is nothing.
    fn fetch(&mut self, source: &mut Source<'_>) -> bool {
        self.next -= self.history.forget_before(self.next);
        let room = self.history.room() * self.channels;
        let block = self.before.samples();
        let room = room.min(block.len());
        let block = &mut block[..room];
        let frames = source.read(block);
        self.history.push(&block[..frames * self.channels]);
        frames > 0
    }

    /// Puts out what the history is enough for, at most a block.
    fn convert(&mut self, sink: &mut Sink<'_>) {
        let channels = self.channels;
        let block = self.after.samples();
        let most = (block.len() / channels).min(sink.frames());
        let mut frames = 0;
        for frame in block.chunks_exact_mut(channels).take(most) {
            if self.next >= self.history.frames() {
                break;
            }
            let used = self.filter.taps(self.phase, &mut self.taps);
            let taps = &self.taps[used.clone()];
            for (channel, sample) in frame.iter_mut().enumerate() {
                let window = self.history.window(channel, self.next);
                *sample = filter::dot(&window[used.clone()], taps);
            }
            self.next += self.filter.advance(&mut self.phase);
            frames += 1;
        }
        sink.write(&block[..frames * channels]);
    }
}
