//! One tick, and the ticks that were missed.

use acelab_abi::clock::WALL_HZ;
use acelab_abi::log::Level;

use crate::component::{Broken, Tick};
use crate::slab::Index;
use crate::state::{Owner, State};
use crate::task::Outcome;
use crate::{Event, PipelineState, Platform};

/// Wall-clock ticks between two LL ticks (1 ms).
pub const TICK: u64 = WALL_HZ as u64 / 1000;

/// Ticks that are run when they are due at once; what is more is lost.
pub const MAX_CATCH_UP: u64 = 10;

impl<P: Platform> State<P> {
    /// Which moment the next tick has, when the last one that is due has the
    /// moment `due`; counts what is lost.
    pub(crate) fn next_tick(&mut self, due: u64) -> Option<u64> {
        let last = self.last_tick.unwrap_or(due.wrapping_sub(TICK));
        let gap = due.checked_sub(last)?;
        // A division of 64 bits is long, and this is what nearly always happens.
        let missed = if gap == TICK { 1 } else { gap / TICK };
        if missed == 0 {
            return None;
        }
        let lost = missed.saturating_sub(MAX_CATCH_UP);
        self.ticks.lost += lost;
        let next = last.wrapping_add((lost + 1) * TICK);
        self.ticks.late += u64::from(next < due);
        Some(next)
    }

    /// Runs one tick of moment `now`.
    pub(crate) fn tick(&mut self, platform: &P, now: u64) {
        self.last_tick = Some(now);
        self.ticks.run += 1;
        self.lines.exchange(platform);
        self.start_due(platform, now);
        self.tasks.begin();
        while let Some((_, owner)) = self.tasks.next_task() {
            let outcome = match owner {
                Owner::Pipeline(index) => self.run_pipeline(platform, index, now),
                Owner::Chain(index) => self.run_chain(platform, index),
            };
            self.tasks.finish(outcome);
        }
        self.lines.exchange(platform);
        self.settle(platform);
    }

    fn run_pipeline(&mut self, platform: &P, index: Index, now: u64) -> Outcome {
        let Self {
            pipelines,
            components,
            buffers,
            lines,
            ..
        } = self;
        let Some(pipeline) = pipelines.get(index) else {
            // Only with the planted fault is the task of a pipeline that is
            // gone still on the list.
            panic!("a task runs after its pipeline was freed");
        };
        if pipeline.state != PipelineState::Active {
            return Outcome::Completed;
        }
        let mut tick = Tick {
            platform,
            buffers,
            lines,
            now,
            ending: pipeline.ending,
        };
        for place in &pipeline.order {
            let Some(component) = components.get_mut(*place) else {
                continue;
            };
            if let Err(Broken(word)) = component.run(&mut tick) {
                let (id, key) = (pipeline.id, component.key);
                platform.log(
                    Level::Error,
                    "pipe",
                    format_args!("{key} failed: xrun recovery failed! pipeline {id} is stopped."),
                );
                platform.notify(Event::ProcessError(key, word));
                platform.notify(Event::PipelineStopped(id));
                self.pause(platform, index);
                return Outcome::Completed;
            }
        }
        Outcome::Again
    }
}
