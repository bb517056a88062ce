//! How frames flow through a gateway in a tick.

use acelab_abi::log::Level;
use acelab_module_sdk::Format;

use super::GatewayPart;
use crate::component::stream::{DmaWords, Span, common_frames, deliver, dma_sink};
use crate::component::{Pins, Tick};
use crate::{AudioFault, ChannelState, Platform, TICK};

/// Ticks between two frames that a planted fault drops or repeats.
const FAULT_TICKS: u64 = 100;

/// Makes silence of what is not data in a buffer that the DMA plays.
pub(super) fn silence_free<M: AsMut<[i16]> + AsMut<[i32]>, C>(
    memory: &mut M,
    format: Format,
    bytes: u32,
    state: &ChannelState<C>,
) {
    let frames = bytes.saturating_sub(state.filled) as usize / format.frame_bytes();
    let span = Span {
        format,
        bytes,
        start: state.write,
        frames,
    };
    dma_sink(memory, &span).silence(frames);
}

/// Whether a planted fault disturbs the stream in this tick: now and then.
fn is_disturbed<P: Platform>(fault: AudioFault, tick: &Tick<'_, P>) -> bool {
    tick.platform.planted(fault) && (tick.now / TICK).is_multiple_of(FAULT_TICKS)
}

impl<P: Platform> GatewayPart<P> {
    /// From DMA memory to the buffers; the bytes that were moved.
    pub(super) fn run_source(
        &mut self,
        state: &ChannelState<P::Channel>,
        outputs: &Pins,
        ended: &mut bool,
        tick: &mut Tick<'_, P>,
    ) -> u32 {
        let Some(open) = self.open.as_mut() else {
            return 0;
        };
        let frame = self.dma.frame_bytes();
        let available = state.filled as usize / frame;
        let mut frames = available;
        if self.gateway.is_host() {
            if available == 0 && tick.ending && !*ended {
                *ended = true;
                tick.platform
                    .log(Level::Info, "copier", format_args!("- EOS detected"));
            } else if available > 0 && *ended && !self.reported_late {
                self.reported_late = true;
                tick.platform.log(
                    Level::Warning,
                    "copier",
                    format_args!("Data available after reporting end of stream!"),
                );
            }
            // The host fills its buffer at once; time is what holds it back.
            let output = outputs.first().and_then(|index| tick.buffers.get(index));
            let room = output.map_or(0, |buffer| buffer.ring.capacity());
            frames = frames.min(self.pace.tick(room));
        }
        let frames = common_frames(frames, outputs, tick.buffers);
        let span = Span {
            format: self.dma,
            bytes: self.bytes,
            start: state.read,
            frames,
        };
        let words = DmaWords::of(&mut open.memory, self.dma.sample());
        deliver(
            || words.source(&span),
            &self.copy,
            frames,
            outputs,
            tick.buffers,
        );
        self.pace.moved(frames);
        let moved = frames * frame;
        self.processed += moved as u64;
        moved as u32
    }

    /// From the buffer to DMA memory; the bytes that were moved.
    pub(super) fn run_sink(
        &mut self,
        state: &ChannelState<P::Channel>,
        inputs: &Pins,
        tick: &mut Tick<'_, P>,
        xrun: bool,
    ) -> u32 {
        let Some(open) = self.open.as_mut() else {
            return 0;
        };
        let frame = self.dma.frame_bytes();
        let free = self.bytes.saturating_sub(state.filled) as usize / frame;
        let span = Span {
            format: self.dma,
            bytes: self.bytes,
            start: state.write,
            frames: free,
        };
        let mut sink = dma_sink(&mut open.memory, &span);
        let plays = !self.gateway.is_host();
        let input = inputs.first();
        let taken = input.and_then(|index| Some((index, tick.buffers.check_out(index)?)));
        let Some((index, mut buffer)) = taken else {
            // Nothing is bound: no reason to run dry.
            let frames = if plays { sink.silence(free) } else { 0 };
            return (frames * frame) as u32;
        };
        self.refill |= xrun && plays && buffer.is_live();
        // Before anything is moved, or there may be none to spare.
        if plays && buffer.ring.filled() > 0 && is_disturbed(AudioFault::DroppedFrame, tick) {
            buffer.ring.consume(1);
        }
        let waiting = buffer.ring.filled();
        if self.refill && waiting > 0 {
            let tick_frames = self.dma.rate().div_ceil(1000) as usize;
            sink.silence(free.saturating_sub(tick_frames.max(waiting)));
            self.refill = false;
        }
        let mut source = buffer.source();
        let mut frames = self.copy.move_frames(&mut source, &mut sink, free);
        self.processed += (frames * frame) as u64;
        if plays && !buffer.is_live() {
            // Who should write does not run, or has ended: no reason to run dry.
            sink.silence(free);
        }
        let moved = sink.produced() * frame;
        if plays && is_disturbed(AudioFault::RepeatedFrame, tick) {
            frames = frames.saturating_sub(1);
        }
        buffer.ring.consume(frames);
        tick.buffers.check_in(index, buffer);
        moved as u32
    }
}
