//! SET_PIPELINE_STATE in its two phases.

use acelab_abi::clock::ticks_from_micros;
use acelab_module_sdk::Pin;
use alloc::vec::Vec;

use super::Engine;
use crate::component::Component;
use crate::own::Own;
use crate::slab::Index;
use crate::{Error, Lock, PipelineId, PipelineState, Platform, State, StateRequest};

/// How long a command waits for start delays, in µs: 30 times 250.
const TRIGGER_MICROS: u64 = 7_500;

impl<P: Platform, L: Lock<State<P>>> Engine<'_, P, L> {
    /// First phase of SET_PIPELINE_STATE: judges the transition, completes the
    /// pipeline, prepares components and opens channels.
    ///
    /// # Errors
    /// There is no such pipeline, its state does not lead there, it is empty, or
    /// a component cannot be prepared.
    pub fn prepare(&self, id: PipelineId, to: StateRequest) -> Result<(), Error> {
        match self.state.with(|state| judge(state, id, to))? {
            Some(index) => self.prepare_components(index),
            None => Ok(()),
        }
    }

    /// Second phase, for pipelines that are prepared: all of them between the
    /// same two ticks. Waits for start delays, at most 7.5 ms.
    ///
    /// # Errors
    /// There is no such pipeline, or a gateway cannot be started; pipelines
    /// earlier in the list keep their new state.
    pub fn trigger(&self, ids: &[PipelineId], to: StateRequest) -> Result<(), Error> {
        let now = self.platform.now();
        let mut done = 0;
        let result = self.state.with(|state| {
            for id in ids {
                self.trigger_one(state, *id, to, now)?;
                done += 1;
            }
            Ok(())
        });
        if to == StateRequest::Reset {
            for id in &ids[..done] {
                if let Some(index) = self.state.with(|state| state.pipeline(*id)) {
                    self.unprepare_components(index);
                }
            }
        }
        result?;
        if to == StateRequest::Running {
            self.wait_started(ids, now)?;
        }
        Ok(())
    }

    /// Waits until none of the pipelines is in the queue.
    fn wait_started(&self, ids: &[PipelineId], now: u64) -> Result<(), Error> {
        let deadline = now + ticks_from_micros(TRIGGER_MICROS);
        while self.state.with(|state| waits(state, ids)) {
            if !self.platform.wait_trigger(deadline) {
                return Err(Error::TriggerLate);
            }
        }
        Ok(())
    }

    fn trigger_one(
        &self,
        state: &mut State<P>,
        id: PipelineId,
        to: StateRequest,
        now: u64,
    ) -> Result<(), Error> {
        let index = state.pipeline(id).ok_or(Error::NoPipeline)?;
        let pipeline = state.pipelines.get_mut(index).ok_or(Error::NoPipeline)?;
        match to {
            StateRequest::Running if pipeline.state == PipelineState::Ready => {
                if !pipeline.prepared {
                    return Err(Error::Trigger);
                }
                state.start(self.platform, index, now)
            }
            StateRequest::Running => state.start(self.platform, index, now),
            StateRequest::Paused => {
                if matches!(
                    pipeline.state,
                    PipelineState::Active | PipelineState::Starting
                ) {
                    state.pause(self.platform, index);
                }
                Ok(())
            }
            StateRequest::Reset => {
                if !pipeline.is_idle() {
                    state.pause(self.platform, index);
                }
                if let Some(pipeline) = state.pipelines.get_mut(index)
                    && pipeline.state == PipelineState::Paused
                {
                    pipeline.state = PipelineState::Ready;
                }
                Ok(())
            }
            StateRequest::Eos if pipeline.state == PipelineState::Active => {
                pipeline.ending = true;
                Ok(())
            }
            StateRequest::Eos => Err(Error::Transition),
        }
    }

    fn prepare_components(&self, index: Index) -> Result<(), Error> {
        let mut pins = PinList::new().map_err(|_| Error::Prepare)?;
        let mut place = 0;
        while let Some((component, mut taken)) =
            self.state.with(|state| pins.check_out(state, index, place))
        {
            let mut result = taken.prepare(self.platform, &pins.inputs, &pins.outputs);
            let open = taken.gateway().and_then(|part| part.open.as_ref());
            let channel = open.map(|open| open.channel);
            self.state.with(|state| {
                if let (Ok(()), Some(channel)) = (result, channel)
                    && state.lines.get(channel).is_none()
                {
                    result = state.lines.add(channel).map_err(|_| Error::Prepare);
                }
                state.components.check_in(component, taken);
            });
            if let Err(error) = result {
                self.unprepare_components(index);
                return Err(error);
            }
            place += 1;
        }
        self.state.with(|state| {
            if let Some(pipeline) = state.pipelines.get_mut(index) {
                pipeline.prepared = true;
            }
        });
        Ok(())
    }

    /// Components of a stopped pipeline forget their streams and give back their
    /// channels, one after the other.
    fn unprepare_components(&self, index: Index) {
        let mut place = 0;
        while let Some((component, mut taken)) = self.state.with(|state| {
            let pipeline = state.pipelines.get_mut(index)?;
            pipeline.prepared = false;
            let component = *pipeline.order.get(place)?;
            let taken = state.components.check_out(component)?;
            if let Some(open) = taken.gateway().and_then(|part| part.open.as_ref()) {
                state.lines.remove(open.channel);
            }
            for buffer in taken.inputs.iter().chain(taken.outputs.iter()) {
                if let Some(buffer) = state.buffers.get_mut(buffer) {
                    buffer.reset();
                }
            }
            Some((component, taken))
        }) {
            taken.unprepare(self.platform);
            self.state
                .with(|state| state.components.check_in(component, taken));
            place += 1;
        }
    }
}

/// Judges a transition; the pipeline, if its components are to be prepared.
fn judge<P: Platform>(
    state: &mut State<P>,
    id: PipelineId,
    to: StateRequest,
) -> Result<Option<Index>, Error> {
    use PipelineState::{Active, Init, Paused, Ready, Starting};
    let index = state.pipeline(id).ok_or(Error::NoPipeline)?;
    let pipeline = state.pipelines.get_mut(index).ok_or(Error::NoPipeline)?;
    match (to, pipeline.state) {
        (StateRequest::Reset | StateRequest::Paused, Init) => {
            if pipeline.order.is_empty() {
                return Err(Error::EndpointGone);
            }
            pipeline.state = Ready;
            Ok(None)
        }
        (StateRequest::Reset | StateRequest::Paused, _) => Ok(None),
        (StateRequest::Running, Ready) if pipeline.order.is_empty() => Err(Error::EndpointGone),
        (StateRequest::Running, Ready | Paused) => {
            // Resumed without anything to do, unless the graph was changed.
            Ok((!pipeline.prepared).then_some(index))
        }
        (StateRequest::Running, Active) if pipeline.ending => Err(Error::Transition),
        (StateRequest::Running, Active | Starting) => Ok(None),
        (StateRequest::Eos, Active) => Ok(None),
        (StateRequest::Running | StateRequest::Eos, _) => Err(Error::Transition),
    }
}

/// Whether one of the pipelines waits for its start.
fn waits<P: Platform>(state: &State<P>, ids: &[PipelineId]) -> bool {
    ids.iter().any(|id| {
        let index = state.pipeline(*id);
        index.is_some_and(|index| state.triggers.has(index))
    })
}

/// The pins of a component, in memory that is there before the lock is taken.
struct PinList {
    inputs: Vec<Pin>,
    outputs: Vec<Pin>,
}

impl PinList {
    fn new() -> Result<Self, alloc::collections::TryReserveError> {
        let mut list = Self {
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        let most = acelab_abi::ipc4::module_config::MAX_PINS;
        list.inputs.try_reserve_exact(most)?;
        list.outputs.try_reserve_exact(most)?;
        Ok(list)
    }

    /// Takes a component of a pipeline out of the graph and notes its pins.
    fn check_out<P: Platform>(
        &mut self,
        state: &mut State<P>,
        pipeline: Index,
        place: usize,
    ) -> Option<(Index, Own<Component<P>>)> {
        let component = *state.pipelines.get(pipeline)?.order.get(place)?;
        let taken = state.components.check_out(component)?;
        self.inputs.clear();
        self.outputs.clear();
        for buffer in taken
            .inputs
            .iter()
            .filter_map(|index| state.buffers.get(index))
        {
            self.inputs.push(Pin {
                queue: buffer.reader.queue,
                format: buffer.ring.format(),
            });
        }
        for buffer in taken
            .outputs
            .iter()
            .filter_map(|index| state.buffers.get(index))
        {
            self.outputs.push(Pin {
                queue: buffer.writer.queue,
                format: buffer.ring.format(),
            });
        }
        Some((component, taken))
    }
}
