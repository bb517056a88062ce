//! Steps that move streams.

mod messages;
mod record;

use acelab_abi::clock::Nanos;
use acelab_abi::ipc4::pipeline::PipelineState;

use super::runner::{Halt, Runner};
use crate::case::message::{Message, Modules};
use crate::case::stream::{Move, Stream, StreamStep};
use crate::stream::{Plan, Planned, Track, set_state};

/// The streams of a case under way.
pub(super) struct Streams {
    plan: Plan,
    states: Vec<State>,
    /// What was recorded, by stream.
    pub tracks: Vec<Track>,
    /// The firmware's list, once it was asked for.
    modules: Option<Modules>,
    /// Whether the modules of the case's libraries are in it.
    libraries_known: bool,
}

/// Where a stream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing of it is there.
    Absent,
    /// It is there, and does not play.
    SetUp,
    /// It plays.
    Playing,
    /// It can go on.
    Paused,
}

#[derive(Debug, Clone, Copy)]
struct State {
    stage: Stage,
    /// Whether `start` has set it up, so that `stop` takes it down.
    taken_down_by_stop: bool,
    /// When the last take began, and whether the signal began anew.
    begin: Nanos,
    fresh: bool,
}

impl Streams {
    /// All of them absent.
    pub fn new(streams: &[Stream]) -> Self {
        let absent = State {
            stage: Stage::Absent,
            taken_down_by_stop: false,
            begin: Nanos::ZERO,
            fresh: true,
        };
        let track = |stream: &Stream| Track {
            stream: stream.name.clone(),
            takes: Vec::new(),
        };
        Self {
            plan: Plan::of(streams),
            states: vec![absent; streams.len()],
            tracks: streams.iter().map(track).collect(),
            modules: None,
            libraries_known: false,
        }
    }

    fn index(&self, name: &str) -> usize {
        let found = self
            .plan
            .streams
            .iter()
            .position(|planned| planned.stream.name == name);
        // Names are checked when the case is read.
        found.unwrap_or(0)
    }

    /// Whether a stream plays now.
    pub fn is_any_playing(&self) -> bool {
        let mut states = self.states.iter();
        states.any(|state| state.stage == Stage::Playing)
    }

    fn stage(&mut self, index: usize) -> &mut Stage {
        &mut self.states[index].stage
    }
}

impl Runner<'_> {
    /// Moves streams, one after the other or together.
    pub(super) fn move_streams(&mut self, step: &StreamStep) -> Result<(), Halt> {
        let indices: Vec<usize> = step
            .streams
            .iter()
            .map(|name| self.streams.index(name))
            .collect();
        let groups: Vec<Vec<usize>> = if step.together {
            vec![indices]
        } else {
            indices.into_iter().map(|index| vec![index]).collect()
        };
        groups
            .iter()
            .try_for_each(|group| self.move_group(step, group))
    }

    fn move_group(&mut self, step: &StreamStep, group: &[usize]) -> Result<(), Halt> {
        match step.what {
            Move::Setup => group.iter().try_for_each(|index| self.setup(*index)),
            Move::Start => self.start(step, group),
            Move::Pause => self.pause(step, group),
            Move::Resume => self.resume(step, group),
            Move::Stop => self.stop(step, group),
            Move::Teardown => group
                .iter()
                .try_for_each(|index| self.teardown(step, *index)),
            Move::Starve | Move::Feed => {
                let serve = step.what == Move::Feed;
                group.iter().try_for_each(|index| self.serve(*index, serve))
            }
        }
    }

    fn planned(&self, index: usize) -> Planned {
        self.streams.plan.streams[index].clone()
    }

    fn setup(&mut self, index: usize) -> Result<(), Halt> {
        self.require(index, "setup", &[Stage::Absent])?;
        for message in self.planned(index).setup() {
            self.succeed(&message)?;
        }
        *self.streams.stage(index) = Stage::SetUp;
        Ok(())
    }

    fn start(&mut self, step: &StreamStep, group: &[usize]) -> Result<(), Halt> {
        for index in group {
            self.require(*index, "start", &[Stage::Absent, Stage::SetUp])?;
            let absent = *self.streams.stage(*index) == Stage::Absent;
            self.streams.states[*index].taken_down_by_stop = absent;
            if absent {
                self.setup(*index)?;
            }
            self.open(*index)?;
        }
        self.succeed(&self.state_message(group, PipelineState::Paused, true))?;
        self.run_hosts(group, true)?;
        self.begin(step, group, true)
    }

    fn resume(&mut self, step: &StreamStep, group: &[usize]) -> Result<(), Halt> {
        for index in group {
            self.require(*index, "resume", &[Stage::Paused])?;
        }
        self.run_hosts(group, true)?;
        self.begin(step, group, false)
    }

    /// RUNNING, at the moment that the step asks for.
    fn begin(&mut self, step: &StreamStep, group: &[usize], fresh: bool) -> Result<(), Halt> {
        self.wait_phase(step)?;
        let begin = self.host.now();
        let message = self.state_message(group, PipelineState::Running, true);
        if !self.moved(&message, step)? {
            return Ok(());
        }
        for index in group {
            let state = &mut self.streams.states[*index];
            (state.stage, state.begin, state.fresh) = (Stage::Playing, begin, fresh);
        }
        Ok(())
    }

    fn pause(&mut self, step: &StreamStep, group: &[usize]) -> Result<(), Halt> {
        for index in group {
            self.require(*index, "pause", &[Stage::Playing])?;
        }
        self.wait_phase(step)?;
        let end = self.host.now();
        let message = self.state_message(group, PipelineState::Paused, false);
        if !self.moved(&message, step)? {
            return Ok(());
        }
        self.run_hosts(group, false)?;
        for index in group {
            *self.streams.stage(*index) = Stage::Paused;
            self.collect(*index, end)?;
        }
        Ok(())
    }

    fn stop(&mut self, step: &StreamStep, group: &[usize]) -> Result<(), Halt> {
        for index in group {
            self.require(
                *index,
                "stop",
                &[Stage::Playing, Stage::Paused, Stage::SetUp],
            )?;
        }
        let playing = |runner: &mut Self| {
            let plays = |index: &usize| runner.streams.states[*index].stage == Stage::Playing;
            group.iter().copied().filter(plays).collect::<Vec<_>>()
        };
        let playing = playing(self);
        if !playing.is_empty() {
            self.pause(step, &playing)?;
        }
        self.succeed(&self.state_message(group, PipelineState::Reset, false))?;
        for index in group {
            self.close(*index)?;
            *self.streams.stage(*index) = Stage::SetUp;
            if self.streams.states[*index].taken_down_by_stop {
                self.teardown(step, *index)?;
            }
        }
        Ok(())
    }

    fn teardown(&mut self, step: &StreamStep, index: usize) -> Result<(), Halt> {
        let messages = self.planned(index).teardown();
        let expects_failure = step.what == Move::Teardown && step.status.value != 0;
        if !expects_failure {
            self.require(index, "teardown", &[Stage::SetUp])?;
        }
        let (last, first) = match messages.split_last() {
            Some(parts) => parts,
            None => return Ok(()),
        };
        if expects_failure {
            self.moved(last, step)?;
            return Ok(());
        }
        for message in first.iter().chain([last]) {
            self.succeed(message)?;
        }
        *self.streams.stage(index) = Stage::Absent;
        Ok(())
    }

    /// The message that moves all pipelines of some streams.
    fn state_message(&self, group: &[usize], state: PipelineState, beginning: bool) -> Message {
        let streams = group.iter().map(|index| &self.streams.plan.streams[*index]);
        let ids: Vec<u8> = streams
            .flat_map(|planned| planned.order(state, beginning))
            .collect();
        set_state(&ids, state)
    }

    /// A stream that stands elsewhere is a mistake of the case.
    fn require(&mut self, index: usize, what: &str, stages: &[Stage]) -> Result<(), Halt> {
        let stage = *self.streams.stage(index);
        if stages.contains(&stage) {
            return Ok(());
        }
        let name = self.streams.plan.streams[index].stream.name.clone();
        let words = |stage: &Stage| match stage {
            Stage::Absent => "not set up",
            Stage::SetUp => "set up",
            Stage::Playing => "playing",
            Stage::Paused => "paused",
        };
        let expected: Vec<&str> = stages.iter().map(words).collect();
        self.fail(
            format!("{what} of `{name}`"),
            expected.join(" or "),
            words(&stage),
        );
        Err(Halt::Failed)
    }
}
