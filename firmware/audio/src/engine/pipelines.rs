//! CREATE_PIPELINE and DELETE_PIPELINE.

use super::Engine;
use crate::own::Room;
use crate::pipeline::Pipeline;
use crate::slab::Index;
use crate::state::Owner;
use crate::tick::TICK;
use crate::{AudioFault, Error, Lock, PipelineConfig, PipelineId, Platform, State};

impl<P: Platform, L: Lock<State<P>>> Engine<'_, P, L> {
    /// CREATE_PIPELINE.
    ///
    /// # Errors
    /// The id is taken, or there is no memory or position slot.
    pub fn create_pipeline(&self, config: PipelineConfig) -> Result<(), Error> {
        let room = Room::new().map_err(|_| Error::OutOfMemory)?;
        self.state.with(|state| {
            if state.pipeline(config.id).is_some() {
                return Err(Error::PipelineExists);
            }
            let slot = state.slots.take().ok_or(Error::OutOfMemory)?;
            let made = state.pipelines.reserve().and_then(|index| {
                let owner = Owner::Pipeline(index);
                state.tasks.try_create(owner, config.priority.into())
            });
            let Ok(task) = made else {
                state.pipelines.trim();
                if !self.platform.planted(AudioFault::SlotLeak) {
                    state.slots.give_back(slot);
                }
                return Err(Error::OutOfMemory);
            };
            let pipeline = room.fill(Pipeline::new(config, task, slot));
            let inserted = state.pipelines.insert(pipeline);
            inserted.map(drop).map_err(|_| Error::OutOfMemory)
        })
    }

    /// DELETE_PIPELINE: with all its components and their buffers.
    ///
    /// # Errors
    /// There is none, or it runs or is paused; then all of it stays.
    pub fn delete_pipeline(&self, id: PipelineId) -> Result<(), Error> {
        let index = self.state.with(|state| {
            let index = state.pipeline(id).ok_or(Error::NoPipeline)?;
            let pipeline = state.pipelines.get(index).ok_or(Error::NoPipeline)?;
            if pipeline.is_idle() {
                return Ok(index);
            }
            let first = pipeline.order.first().copied();
            let planted = self.platform.planted(AudioFault::HalfDeleted);
            if let Some(first) = first.filter(|_| planted) {
                state.unlink_buffer(first);
            }
            Err(Error::PipelineActive)
        })?;
        if self.platform.planted(AudioFault::LockHeldForTeardown) {
            self.hold_lock();
        }
        while let Some(component) = self.state.with(|state| {
            let pipeline = state.pipelines.get(index)?;
            pipeline.order.last().copied()
        }) {
            self.remove_component(component);
        }
        let removed = self.state.with(|state| self.remove_pipeline(state, index));
        drop(removed);
        Ok(())
    }

    fn remove_pipeline(
        &self,
        state: &mut State<P>,
        index: Index,
    ) -> Option<crate::own::Own<Pipeline>> {
        let pipeline = state.pipelines.remove(index)?;
        state.slots.give_back(pipeline.slot);
        let stays = self.platform.planted(AudioFault::TaskRunsAfterFree)
            || self.platform.planted(AudioFault::FreedRunsOnce);
        if stays {
            let _ = state.tasks.schedule(pipeline.task);
        } else {
            let _ = state.tasks.free(pipeline.task);
        }
        state.settle(self.platform);
        Some(pipeline)
    }

    /// Unlinks a component buffer by buffer and destroys it; each time the lock
    /// is held for one step only.
    pub(super) fn remove_component(&self, index: Index) {
        while let Some(buffer) = self.state.with(|state| state.unlink_buffer(index)) {
            drop(buffer);
        }
        let removed = self.state.with(|state| {
            let component = state.components.remove(index)?;
            if let Some(open) = component.gateway().and_then(|part| part.open.as_ref()) {
                state.lines.remove(open.channel);
            }
            if let Some(pipeline) = state.pipelines.get_mut(component.pipeline) {
                pipeline.order.retain(|found| *found != index);
                pipeline.prepared = false;
            }
            Some(component)
        });
        if let Some(component) = removed {
            component.into_inner().destroy(self.platform);
        }
    }

    /// The planted fault: holds the lock as long as dozens of system calls last.
    fn hold_lock(&self) {
        let until = self.platform.now() + 4 * TICK;
        self.state.with(|_| while self.platform.now() < until {});
    }
}
