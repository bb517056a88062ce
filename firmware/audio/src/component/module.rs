//! Modules that run in the tick.

use acelab_abi::ipc4::fw_registers::{PEAK_VOLUME, PEAK_VOLUME_BYTES, PEAK_VOLUME_COUNT};
use acelab_abi::ipc4::module_config::MAX_PINS;
use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_module_sdk::{Format, Meters, Module, Pin, ProcessError};
use alloc::boxed::Box;

use super::views::process;
use super::{Broken, Pins, Tick};
use crate::buffer::Buffer;
use crate::own::Own;
use crate::pace::Pace;
use crate::registers::store;
use crate::slab::{Index, Slab};
use crate::{AudioFault, Error, Event, Platform};

/// A module in the tick.
pub(crate) struct ModulePart {
    pub(crate) module: Box<dyn Module>,
    /// How many inputs and outputs it can have.
    pub(crate) pins: (u8, u8),
    /// Holds back a module that has no running input.
    pub(crate) pace: Pace,
    /// The host has switched it off: what comes goes out.
    pub(crate) bypassed: bool,
    /// Whose meters are published.
    pub(crate) key: InstanceKey,
    /// Inputs of a mixer that have delivered, a bit for each queue.
    fed: u8,
    /// One of them delivers no more, and the host was told.
    starved: bool,
}

/// The buffers at the pins of one side, out of their slab for a while.
struct Taken<const N: usize> {
    buffers: [Option<(Index, Own<Buffer>)>; N],
}

impl<const N: usize> Taken<N> {
    fn take(pins: &Pins, slab: &mut Slab<Buffer>) -> Self {
        let mut buffers = [const { None }; N];
        for (place, index) in buffers.iter_mut().zip(pins.iter()) {
            *place = slab.check_out(index).map(|buffer| (index, buffer));
        }
        Self { buffers }
    }

    fn put_back(self, slab: &mut Slab<Buffer>) {
        for (index, buffer) in self.buffers.into_iter().flatten() {
            slab.check_in(index, buffer);
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Buffer> {
        self.buffers.iter().flatten().map(|(_, buffer)| &**buffer)
    }

    fn iter_mut(&mut self) -> impl Iterator<Item = &mut Buffer> {
        self.buffers
            .iter_mut()
            .flatten()
            .map(|(_, buffer)| &mut **buffer)
    }
}

impl ModulePart {
    pub(crate) fn new(
        module: Box<dyn Module>,
        pins: (u8, u8),
        format: Format,
        key: InstanceKey,
    ) -> Self {
        Self {
            module,
            pins,
            pace: Pace::new(format.rate()),
            bypassed: false,
            key,
            fed: 0,
            starved: false,
        }
    }

    pub(crate) fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), Error> {
        if let Some(pin) = outputs.first() {
            self.pace = Pace::new(pin.format.rate());
        }
        self.module
            .prepare(inputs, outputs)
            .map_err(|_| Error::Prepare)
    }

    pub(crate) fn run<P: Platform>(
        &mut self,
        inputs: &Pins,
        outputs: &Pins,
        tick: &mut Tick<'_, P>,
    ) -> Result<(), Broken> {
        // Two sizes each, because most modules have one pin and the arrays lie
        // on the stack.
        let result = match (inputs.iter().nth(1), outputs.iter().nth(1)) {
            (None, None) => self.run_with::<1, 1, P>(inputs, outputs, tick),
            (Some(_), None) => self.run_with::<MAX_PINS, 1, P>(inputs, outputs, tick),
            (None, Some(_)) => self.run_with::<1, MAX_PINS, P>(inputs, outputs, tick),
            (Some(_), Some(_)) => self.run_with::<MAX_PINS, MAX_PINS, P>(inputs, outputs, tick),
        };
        if let Some(meters) = self.module.meters() {
            publish(tick.platform, self.key, meters);
        }
        result.map_err(|error| match error {
            ProcessError::NotPrepared => Broken(0),
            ProcessError::Data(word) | ProcessError::Fault(word) => Broken(word),
        })
    }

    fn run_with<const I: usize, const O: usize, P: Platform>(
        &mut self,
        inputs: &Pins,
        outputs: &Pins,
        tick: &mut Tick<'_, P>,
    ) -> Result<(), ProcessError> {
        let mut readers = Taken::<I>::take(inputs, tick.buffers);
        let mut writers = Taken::<O>::take(outputs, tick.buffers);
        let waits = I > 1 && tick.platform.planted(AudioFault::MixerWaitsForEnded);
        let idle = !readers.iter().any(Buffer::is_live);
        let limit = self.limit(idle, &writers);
        let stuck = waits && !readers.iter().all(Buffer::is_live);
        let result = if stuck {
            Ok(0)
        } else {
            self.process(&mut readers, &mut writers, limit)
        };
        self.pace.moved(result.unwrap_or(0));
        if I > 1 {
            self.watch(&readers, tick.platform);
        }
        readers.put_back(tick.buffers);
        writers.put_back(tick.buffers);
        result.map(drop)
    }

    /// Tells the host when an input that runs, and has delivered, delivers no
    /// more; once, until all of them do. Called when what waited was processed.
    fn watch<P: Platform, const I: usize>(&mut self, readers: &Taken<I>, platform: &P) {
        let mut starved = false;
        for buffer in readers.iter() {
            let bit = 1 << (buffer.reader.queue & 7);
            if !buffer.is_live() {
                self.fed &= !bit;
            } else if buffer.delivered {
                self.fed |= bit;
            } else {
                starved |= self.fed & bit != 0;
            }
        }
        if starved && !self.starved {
            platform.notify(Event::MixerUnderrun(self.key));
        }
        self.starved = starved;
    }

    /// Frames that may be written: without an input that runs, no more than time
    /// has passed, or a source of silence would fill every buffer behind it.
    fn limit<const O: usize>(&mut self, idle: bool, writers: &Taken<O>) -> usize {
        if !idle {
            return usize::MAX;
        }
        let room = writers.iter().map(|buffer| buffer.ring.capacity()).min();
        self.pace.tick(room.unwrap_or(0))
    }

    /// Lets the module process what there is; the frames that the longest of its
    /// outputs got.
    fn process<const I: usize, const O: usize>(
        &mut self,
        readers: &mut Taken<I>,
        writers: &mut Taken<O>,
        limit: usize,
    ) -> Result<usize, ProcessError> {
        let moved = process::<I, O>(
            &mut *self.module,
            self.bypassed,
            readers.iter().map(Buffer::source),
            writers.iter_mut().map(|buffer| buffer.sink(limit)),
        )?;
        for (buffer, frames) in readers.iter_mut().zip(moved.consumed) {
            buffer.delivered = frames > 0;
            buffer.ring.consume(frames);
        }
        for (buffer, frames) in writers.iter_mut().zip(moved.produced) {
            buffer.ring.produce(frames);
        }
        Ok(moved.produced.into_iter().max().unwrap_or(0))
    }
}

/// Shows the host peaks and volumes.
fn publish<P: Platform>(platform: &P, key: InstanceKey, meters: &Meters) {
    let instance = u32::from(key.instance());
    if instance >= PEAK_VOLUME_COUNT {
        return;
    }
    let mut offset = PEAK_VOLUME + instance * PEAK_VOLUME_BYTES;
    for values in [&meters.peak, &meters.current, &meters.target] {
        for value in values {
            store(platform, offset, *value);
            offset += 4;
        }
    }
}
