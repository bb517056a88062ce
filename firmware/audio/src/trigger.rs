//! Starting and stopping pipelines, under the lock.

use alloc::vec::Vec;

use acelab_abi::ipc4::fw_registers::INVALID_OFFSET;
use acelab_abi::ipc4::node_id::GatewayKind;

use crate::lines::Lines;
use crate::own::OutOfMemory;
use crate::registers::stream_offsets;
use crate::slab::Index;
use crate::state::State;
use crate::{AudioFault, Error, PipelineState, Platform};

/// A start that waits for the start delay of its port.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    pipeline: Index,
    /// Wall-clock ticks.
    due: u64,
    /// The state it was in.
    before: PipelineState,
}

/// Starts in the order in which they were asked for. While one waits, later ones
/// wait too, so that hosts start before their ports.
#[derive(Debug)]
pub(crate) struct Queue {
    waiting: Vec<Waiting>,
}

impl Queue {
    pub(crate) const fn new() -> Self {
        Self {
            waiting: Vec::new(),
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn has(&self, pipeline: Index) -> bool {
        self.waiting.iter().any(|found| found.pipeline == pipeline)
    }

    fn push(&mut self, waiting: Waiting) -> Result<(), OutOfMemory> {
        self.waiting.try_reserve(1).map_err(|_| OutOfMemory)?;
        self.waiting.push(waiting);
        Ok(())
    }

    /// Takes a pipeline out; the state it was in.
    fn remove(&mut self, pipeline: Index) -> Option<PipelineState> {
        let at = self
            .waiting
            .iter()
            .position(|found| found.pipeline == pipeline)?;
        let before = self.waiting.remove(at).before;
        if self.waiting.is_empty() {
            self.waiting = Vec::new();
        }
        Some(before)
    }
}

impl<P: Platform> State<P> {
    /// Starts or resumes a prepared pipeline, or puts it into the queue.
    pub(crate) fn start(&mut self, platform: &P, index: Index, now: u64) -> Result<(), Error> {
        let delay = self.start_delay(index);
        let Some(pipeline) = self.pipelines.get_mut(index) else {
            return Err(Error::NoPipeline);
        };
        if !matches!(pipeline.state, PipelineState::Ready | PipelineState::Paused) {
            return Ok(());
        }
        if delay == 0 && self.triggers.is_empty() {
            return self.start_now(platform, index);
        }
        let waiting = Waiting {
            pipeline: index,
            due: now + delay,
            before: pipeline.state,
        };
        self.triggers.push(waiting).map_err(|_| Error::Trigger)?;
        pipeline.state = PipelineState::Starting;
        self.settle(platform);
        let id = pipeline_id(self, index);
        platform.log(
            acelab_abi::log::Level::Info,
            "pipe",
            format_args!("pipeline {id}: trigger cmd is delayed"),
        );
        Ok(())
    }

    /// Starts what is due, in order. In a tick.
    pub(crate) fn start_due(&mut self, platform: &P, now: u64) {
        while let Some(first) = self.triggers.waiting.first().copied() {
            if first.due > now {
                return;
            }
            self.triggers.remove(first.pipeline);
            if let Some(pipeline) = self.pipelines.get_mut(first.pipeline) {
                pipeline.state = first.before;
            }
            if self.start_now(platform, first.pipeline).is_err() {
                let id = pipeline_id(self, first.pipeline);
                platform.log(
                    acelab_abi::log::Level::Error,
                    "pipe",
                    format_args!("pipeline {id}: delayed start failed"),
                );
            }
            platform.trigger_done();
        }
    }

    fn start_delay(&self, index: Index) -> u64 {
        let order = self.pipelines.get(index).map(|found| &found.order[..]);
        let components = order.unwrap_or(&[]).iter();
        let delays = components.filter_map(|component| {
            let component = self.components.get(*component)?;
            Some(component.gateway()?.start_delay)
        });
        delays.max().unwrap_or(0)
    }

    fn start_now(&mut self, platform: &P, index: Index) -> Result<(), Error> {
        if let Err(error) = self.start_gateways(platform, index) {
            self.stop_gateways(platform, index);
            return Err(error);
        }
        self.note_offset(platform, index, false);
        if let Some(pipeline) = self.pipelines.get_mut(index) {
            pipeline.state = PipelineState::Active;
            pipeline.ending = false;
            let task = pipeline.task;
            self.schedule(platform, task);
        }
        self.mark(index, true);
        Ok(())
    }

    /// Stops a pipeline where it is.
    pub(crate) fn pause(&mut self, platform: &P, index: Index) {
        if let Some(before) = self.triggers.remove(index) {
            if let Some(pipeline) = self.pipelines.get_mut(index) {
                pipeline.state = before;
            }
            self.settle(platform);
            return;
        }
        self.note_offset(platform, index, true);
        self.stop_gateways(platform, index);
        self.mark(index, false);
        if let Some(pipeline) = self.pipelines.get_mut(index)
            && pipeline.state == PipelineState::Active
        {
            pipeline.state = PipelineState::Paused;
            let task = pipeline.task;
            self.unschedule(platform, task);
        }
        if platform.planted(AudioFault::NeighbourStopped) {
            self.stop_all(platform);
        }
        if platform.planted(AudioFault::PermissionDropped) {
            self.lines = Lines::new();
        }
    }

    /// The planted fault: stops every gateway of the core.
    fn stop_all(&mut self, platform: &P) {
        for (_, component) in self.components.iter() {
            if let Some(gateway) = component.gateway() {
                gateway.stop(platform);
            }
        }
    }

    fn start_gateways(&mut self, platform: &P, index: Index) -> Result<(), Error> {
        let Self {
            pipelines,
            components,
            lines,
            ..
        } = self;
        let pipeline = pipelines.get(index).ok_or(Error::NoPipeline)?;
        for component in &pipeline.order {
            let component = components.get_mut(*component).ok_or(Error::EndpointGone)?;
            let Some(gateway) = component.gateway_mut() else {
                continue;
            };
            let open = gateway.open.as_ref().ok_or(Error::Trigger)?;
            let channel = open.channel;
            lines.refresh(platform, channel);
            let state = lines.get(channel).ok_or(Error::Trigger)?;
            gateway.start(platform, state)?;
        }
        Ok(())
    }

    fn stop_gateways(&mut self, platform: &P, index: Index) {
        let order = self.pipelines.get(index).map(|found| &found.order[..]);
        for component in order.unwrap_or(&[]) {
            let component = self.components.get(*component);
            if let Some(gateway) = component.and_then(|component| component.gateway()) {
                gateway.stop(platform);
            }
        }
    }

    /// Tells the buffers at a pipeline's components whether it runs.
    fn mark(&mut self, index: Index, active: bool) {
        let order = self.pipelines.get(index).map(|found| &found.order[..]);
        for component in order.unwrap_or(&[]) {
            let Some(component) = self.components.get_mut(*component) else {
                continue;
            };
            component.ended &= !active;
            for input in component.inputs.iter() {
                if let Some(buffer) = self.buffers.get_mut(input) {
                    buffer.reader.active = active;
                }
            }
            for output in component.outputs.iter() {
                if let Some(buffer) = self.buffers.get_mut(output) {
                    buffer.writer.active = active;
                    buffer.ended &= !active;
                }
            }
        }
    }

    /// Writes down where the pipeline's host stream starts or ends in the
    /// position of the port that plays it.
    fn note_offset(&mut self, platform: &P, index: Index, ends: bool) {
        let order = self.pipelines.get(index).map(|found| &found.order[..]);
        for place in order.unwrap_or(&[]) {
            let component = self.components.get(*place);
            let Some(host) = component.and_then(|component| component.gateway()) else {
                continue;
            };
            if host.gateway.kind() != GatewayKind::HostOutput {
                continue;
            }
            let stream = host.gateway.index();
            let Some(passed) = self.port_below(*place, 0) else {
                platform.log(
                    acelab_abi::log::Level::Warning,
                    "copier",
                    format_args!("No dai copier found, start/end offset is not calculated"),
                );
                continue;
            };
            if ends {
                crate::registers::stream_end(platform, stream, passed);
            } else {
                stream_offsets(platform, stream, passed, INVALID_OFFSET);
            }
        }
    }

    /// Bytes that have passed the first port downstream of a component.
    fn port_below(&self, place: Index, depth: u8) -> Option<u64> {
        // Deeper than any graph that has no circle.
        if depth > 16 {
            return None;
        }
        let component = self.components.get(place)?;
        if let Some(port) = component.gateway()
            && !port.gateway.is_source()
        {
            return Some(port.passed);
        }
        component.outputs.iter().find_map(|output| {
            let reader = self.buffers.get(output)?.reader.component;
            self.port_below(reader, depth + 1)
        })
    }
}

/// The id of a pipeline, for the log.
fn pipeline_id<P: Platform>(state: &State<P>, index: Index) -> u8 {
    state.pipelines.get(index).map_or(0xFF, |found| found.id)
}
