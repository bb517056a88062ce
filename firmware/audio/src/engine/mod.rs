//! The engine as its two threads see it.

mod binding;
mod chain;
mod config;
mod instances;
mod pipelines;
mod states;

use crate::{
    Counts, Domain, Error, Lock, PipelineId, PipelineState, Platform, State, StateRequest, Ticks,
};

/// The engine of one core, as its LL thread and its IPC thread use it. Each of
/// the two makes its own; the state behind the lock is the same.
pub struct Engine<'a, P: Platform, L> {
    platform: &'a P,
    state: &'a L,
}

impl<P: Platform, L> core::fmt::Debug for Engine<'_, P, L> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Engine")
            .field("core", &self.platform.core())
            .finish_non_exhaustive()
    }
}

impl<'a, P: Platform, L: Lock<State<P>>> Engine<'a, P, L> {
    /// The engine over a system and the state behind the core's LL lock.
    #[must_use]
    pub const fn new(platform: &'a P, state: &'a L) -> Self {
        Self { platform, state }
    }

    /// Runs the ticks that are due: the one of `due`, a multiple of 1 ms in
    /// wall-clock ticks, after those that were missed before it (at most ten
    /// in all). Called by the LL thread, each time the timer expires.
    pub fn run(&self, due: u64) {
        let mut more = true;
        while more {
            more = self.state.with(|state| match state.next_tick(due) {
                Some(now) => {
                    state.tick(self.platform, now);
                    state.last_tick.is_some_and(|last| last < due)
                }
                None => false,
            });
        }
    }

    /// The state of a pipeline.
    ///
    /// # Errors
    /// There is none with this id.
    pub fn pipeline_state(&self, id: PipelineId) -> Result<PipelineState, Error> {
        self.state.with(|state| {
            let index = state.pipeline(id).ok_or(Error::NoPipeline)?;
            let pipeline = state.pipelines.get(index).ok_or(Error::NoPipeline)?;
            Ok(pipeline.state)
        })
    }

    /// The position slot of a pipeline: unique among all cores.
    ///
    /// # Errors
    /// There is none with this id.
    pub fn position_slot(&self, id: PipelineId) -> Result<u32, Error> {
        let core = u32::from(self.platform.core());
        self.state.with(|state| {
            let index = state.pipeline(id).ok_or(Error::NoPipeline)?;
            let pipeline = state.pipelines.get(index).ok_or(Error::NoPipeline)?;
            Ok(core * u32::BITS + u32::from(pipeline.slot))
        })
    }

    /// Ids of the pipelines into `out`, in ascending order; how many there are.
    pub fn pipelines(&self, out: &mut [u32]) -> usize {
        self.state.with(|state| {
            let mut count = 0;
            for (_, pipeline) in state.pipelines.iter() {
                if let Some(place) = out.get_mut(count) {
                    *place = u32::from(pipeline.id);
                }
                count += 1;
            }
            let len = count.min(out.len());
            out[..len].sort_unstable();
            count
        })
    }

    /// Tasks of a scheduler (SCHEDULERS_INFO).
    pub fn tasks(&self, domain: Domain) -> u32 {
        let counts = self.counts();
        match domain {
            Domain::Ll => counts.ll_tasks,
            Domain::Dp => counts.dp_tasks,
        }
    }

    /// What there is.
    pub fn counts(&self) -> Counts {
        self.state.with(|state| state.counts())
    }

    /// How the ticks went.
    pub fn ticks(&self) -> Ticks {
        self.state.with(|state| state.ticks)
    }

    /// Deletes everything, whatever its state: the core is going down.
    pub fn clear(&self) {
        self.clear_chains();
        while let Some(id) = self.state.with(|state| {
            let first = state.pipelines.iter().next();
            first.map(|(_, pipeline)| pipeline.id)
        }) {
            let _ = self.trigger(&[id], StateRequest::Reset);
            if self.delete_pipeline(id).is_err() {
                return;
            }
        }
    }
}
