//! Modules with a thread of their own, as the tick sees them.

use acelab_abi::clock::{WALL_HZ, ticks_from_millis};
use acelab_abi::log::Level;
use acelab_module_sdk::Pin;

use super::{Base, Broken, Pins, Tick};
use crate::dp::{DpJob, Shadow};
use crate::{Error, Platform};

/// How long a command waits for a job to come back.
const RECALL_MILLIS: u32 = 100;

/// A module with a thread. Its job is here, or with the thread.
pub(crate) struct DpPart<P: Platform> {
    worker: P::Worker,
    job: Option<DpJob>,
    /// Each call of the module waits for a thread in another domain.
    pub(crate) remote: bool,
    pub(crate) pins: (u8, u8),
    /// The job was given out and its output is not delivered yet.
    pending: bool,
    /// When the output of the job is delivered.
    due: u64,
    /// Wall-clock ticks that a block lasts.
    period: u64,
    late: u32,
}

impl<P: Platform> DpPart<P> {
    pub(crate) const fn new(worker: P::Worker, job: DpJob, pins: (u8, u8), remote: bool) -> Self {
        Self {
            worker,
            job: Some(job),
            remote,
            pins,
            pending: false,
            due: 0,
            period: 0,
            late: 0,
        }
    }

    /// The job, if it is here.
    pub(crate) fn job(&mut self, platform: &P) -> Option<&mut DpJob> {
        if self.job.is_none() {
            self.job = platform.dp_collect(&self.worker);
        }
        self.job.as_mut()
    }

    /// Whether output of a job is still to come.
    pub(crate) const fn is_pending(&self) -> bool {
        self.pending
    }

    /// Waits until the thread is done. Blocks, so never under the lock; the
    /// component is out of the graph, or its pipeline is stopped.
    pub(crate) fn wait(&self, platform: &P) -> bool {
        let deadline = platform.now() + ticks_from_millis(RECALL_MILLIS);
        self.job.is_some() || platform.dp_wait(&self.worker, deadline)
    }

    pub(crate) fn prepare(
        &mut self,
        platform: &P,
        base: Base,
        inputs: &[Pin],
        outputs: &[Pin],
    ) -> Result<(), Error> {
        if !self.wait(platform) {
            return Err(Error::Prepare);
        }
        let job = self.job(platform).ok_or(Error::Prepare)?;
        job.0
            .module
            .prepare(inputs, outputs)
            .map_err(|_| Error::Prepare)?;
        job.prepare(inputs, base.input_block, outputs, base.output_block)
            .map_err(|_| Error::Prepare)?;
        let (shadows, pins) = if inputs.is_empty() {
            (&job.0.outputs, outputs)
        } else {
            (&job.0.inputs, inputs)
        };
        let frames = shadows.first().map_or(0, |shadow| shadow.ring.capacity());
        let rate = pins.first().map_or(48_000, |pin| pin.format.rate());
        self.period = frames as u64 * u64::from(WALL_HZ) / u64::from(rate);
        self.due = 0;
        self.pending = false;
        Ok(())
    }

    pub(crate) fn reset(&mut self, platform: &P) {
        if self.wait(platform)
            && let Some(job) = self.job(platform)
        {
            job.reset();
        }
        self.pending = false;
    }

    /// Ends the thread.
    pub(crate) fn end(self, platform: &P) {
        drop(platform.dp_end(self.worker));
        drop(self.job);
    }

    pub(crate) fn run(
        &mut self,
        inputs: &Pins,
        outputs: &Pins,
        tick: &mut Tick<'_, P>,
    ) -> Result<(), Broken> {
        let (due, pending) = (self.due, self.pending);
        let Some(job) = self.job(tick.platform) else {
            if tick.now > due {
                self.report_late(tick);
            }
            return Ok(());
        };
        if let Some(word) = job.0.failed.take() {
            return Err(Broken(word));
        }
        if pending {
            if tick.now < due {
                return Ok(());
            }
            deliver(&mut job.0.outputs, outputs, tick);
            self.pending = false;
        }
        self.submit(inputs, outputs, tick);
        Ok(())
    }

    /// Gives the next block to the thread, if there is one and room for what
    /// comes of it.
    fn submit(&mut self, inputs: &Pins, outputs: &Pins, tick: &mut Tick<'_, P>) {
        if !has_room(outputs, self.job.as_ref(), tick) {
            return;
        }
        let Some(mut job) = self.job.take_if(|job| is_fed(inputs, job, tick)) else {
            return;
        };
        for shadow in &mut job.0.inputs {
            fetch(shadow, inputs, tick);
        }
        // Blocks are due at the rate of the stream, not of the ticks at which
        // they are found ready.
        let behind = tick.now.saturating_sub(self.due) > self.period;
        let from = if behind { tick.now } else { self.due };
        self.due = from + self.period;
        self.pending = true;
        tick.platform.dp_submit(&self.worker, job, self.due);
    }

    fn report_late(&mut self, tick: &Tick<'_, P>) {
        self.late += 1;
        if self.late.is_power_of_two() {
            tick.platform.log(
                Level::Warning,
                "dp",
                format_args!("deadline missed, {} ticks in all", self.late),
            );
        }
    }
}

/// Whether each output has room for a block.
fn has_room<P: Platform>(outputs: &Pins, job: Option<&DpJob>, tick: &Tick<'_, P>) -> bool {
    let Some(job) = job else { return false };
    job.0.outputs.iter().all(|shadow| {
        let buffer = outputs
            .get(shadow.queue)
            .and_then(|index| tick.buffers.get(index));
        buffer.is_none_or(|buffer| buffer.ring.free() >= shadow.ring.capacity())
    })
}

/// Whether each input has a block, or the rest of its stream.
fn is_fed<P: Platform>(inputs: &Pins, job: &DpJob, tick: &Tick<'_, P>) -> bool {
    job.0.inputs.iter().all(|shadow| {
        let buffer = inputs
            .get(shadow.queue)
            .and_then(|index| tick.buffers.get(index));
        buffer.is_some_and(|buffer| {
            let waiting = shadow.ring.filled() + buffer.ring.filled();
            waiting >= shadow.ring.capacity() || buffer.ended && waiting > 0
        })
    })
}

/// Moves a block from the buffer of an input into its shadow.
fn fetch<P: Platform>(shadow: &mut Shadow, inputs: &Pins, tick: &mut Tick<'_, P>) {
    let index = inputs.get(shadow.queue);
    if let Some(buffer) = index.and_then(|index| tick.buffers.get_mut(index)) {
        let mut source = buffer.source();
        let mut sink = shadow.ring.sink(shadow.queue, true, usize::MAX);
        let frames = source.copy_to(&mut sink, usize::MAX);
        shadow.ring.produce(frames);
        buffer.ring.consume(frames);
    }
}

/// Moves what came of a block into the buffers of the outputs.
fn deliver<P: Platform>(shadows: &mut [Shadow], outputs: &Pins, tick: &mut Tick<'_, P>) {
    for shadow in shadows {
        let index = outputs.get(shadow.queue);
        if let Some(buffer) = index.and_then(|index| tick.buffers.get_mut(index)) {
            let mut source = shadow.ring.source(shadow.queue, true);
            let frames = source.copy_to(&mut buffer.sink(usize::MAX), usize::MAX);
            buffer.ring.produce(frames);
        }
        shadow.ring.clear();
    }
}
