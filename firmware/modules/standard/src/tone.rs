//! A tone generator, for tests.

use alloc::boxed::Box;

use acelab_abi::ipc4::wire::{Reader, Writer};
use acelab_module_sdk::{
    Block, ConfigError, CreateError, Descriptor, Formats, Fragment, InitPayload, Module, Needs,
    Pin, PrepareError, ProcessError, Sink, Source, Uuid, module_name, try_box,
};

use crate::fixed::scale;
use crate::series::{PLACES, sine};

/// Tone generator: a sine on all channels of its output, from phase 0.
///
/// Behind the base configuration, and as parameter 0: frequency in millihertz, below
/// half the rate; amplitude in Q1.31. A change of the parameter goes on from the
/// phase that was reached.
pub const TONE: Descriptor = Descriptor {
    name: module_name!("TONE"),
    uuid: Uuid::new(
        0xACE1_AB00,
        0x5ADE,
        0x4B0F,
        [0x93, 0xB1, 0xBA, 0x5E, 0xF1, 0x2A, 0x01, 0x01],
    ),
    inputs: 0,
    outputs: 1,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

/// The parameter with frequency and amplitude.
const PARAM_TONE: u32 = 0;

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    let rate = payload.format.rate();
    let sound = payload.decode(|data| Sound::parse(data, rate))?;
    Ok(try_box(Tone {
        sound,
        rate,
        phase: 0,
        rest: 0,
        block: Block::none(),
    })?)
}

/// What is heard.
#[derive(Clone, Copy)]
struct Sound {
    frequency: u32,
    amplitude: u32,
}

impl Sound {
    fn parse(data: &[u8], rate: u32) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(data);
        let [frequency, amplitude] = reader.words()?;
        if !reader.rest().is_empty() {
            return Err(ConfigError::Length);
        }
        if frequency >= rate * 500 || amplitude > i32::MAX as u32 {
            return Err(ConfigError::Value);
        }
        Ok(Self {
            frequency,
            amplitude,
        })
    }
}

struct Tone {
    sound: Sound,
    rate: u32,
    /// In turns, 32 bits behind the point.
    phase: u32,
    /// What is behind these bits, in parts of 1000 times the rate.
    rest: u32,
    block: Block,
}

impl Tone {
    fn next(&mut self) -> i32 {
        let value = sine_of(self.phase);
        let whole = 1000 * self.rate;
        let way = u64::from(self.sound.frequency) << 32;
        self.rest += (way % u64::from(whole)) as u32;
        let carry = self.rest >= whole;
        if carry {
            self.rest -= whole;
        }
        let step = (way / u64::from(whole)) as u32;
        self.phase = self.phase.wrapping_add(step + u32::from(carry));
        scale(value, self.sound.amplitude.into(), 0)
    }
}

impl Module for Tone {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let ([], [output]) = (inputs, outputs) else {
            return Err(PrepareError::Pins);
        };
        if output.format.rate() != self.rate {
            return Err(PrepareError::Format);
        }
        self.block = Block::new(output.format.channels())?;
        self.reset();
        Ok(())
    }

    fn process(
        &mut self,
        _sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        let [sink] = sinks else {
            return Ok(());
        };
        let channels = sink.channels();
        let mut block = core::mem::take(&mut self.block);
        let per_block = block.samples().len() / channels;
        while sink.frames() > 0 && per_block > 0 {
            let now = per_block.min(sink.frames());
            let samples = &mut block.samples()[..now * channels];
            for frame in samples.chunks_exact_mut(channels) {
                frame.fill(self.next());
            }
            sink.write(samples);
        }
        self.block = block;
        Ok(())
    }

    fn reset(&mut self) {
        self.phase = 0;
        self.rest = 0;
    }

    fn set_config(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        if id != PARAM_TONE {
            return Err(ConfigError::UnknownParam);
        }
        if fragment != Fragment::Whole {
            return Err(ConfigError::Sequence);
        }
        self.sound = Sound::parse(data, self.rate)?;
        Ok(())
    }

    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        if id != PARAM_TONE {
            return Err(ConfigError::UnknownParam);
        }
        let mut writer = Writer::new(out);
        writer.words(&[self.sound.frequency, self.sound.amplitude])?;
        Ok(writer.len())
    }
}

/// Steps of a quarter of a turn.
const STEPS: usize = 256;
/// Bits of a phase behind a step.
const STEP_BITS: u32 = 22;

/// A quarter of a turn, Q1.31; the end is just below 1.
static QUARTER: [i32; STEPS + 1] = {
    let mut table = [0; STEPS + 1];
    let mut index = 0;
    while index <= STEPS {
        let value = sine(index as u32, 4 * STEPS as u32);
        let value = (value + (1 << (PLACES - 32))) >> (PLACES - 31);
        table[index] = if value > i32::MAX as i128 {
            i32::MAX
        } else {
            value as i32
        };
        index += 1;
    }
    table
};

/// The sine of a phase in turns, by straight lines.
fn sine_of(phase: u32) -> i32 {
    let half = phase << 1 >> 1;
    let quarter = if half > 1 << 30 {
        (1 << 31) - half
    } else {
        half
    };
    let index = (quarter >> STEP_BITS) as usize;
    let value = match (QUARTER.get(index), QUARTER.get(index + 1)) {
        (Some(low), Some(high)) => {
            let fraction = i64::from(quarter & ((1 << STEP_BITS) - 1));
            low + ((i64::from(high - low) * fraction) >> STEP_BITS) as i32
        }
        _ => QUARTER[STEPS],
    };
    if phase >> 31 == 1 { -value } else { value }
}
