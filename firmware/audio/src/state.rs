//! What ticks and commands share, behind the LL lock.

use acelab_abi::ipc4::pipeline::InstanceKey;

use crate::buffer::Buffer;
use crate::chain::Chain;
use crate::component::{Component, Pins};
use crate::lines::Lines;
use crate::own::Own;
use crate::pipeline::{Pipeline, Slots};
use crate::slab::{Index, Slab};
use crate::task::{TaskId, TaskList};
use crate::trigger::Queue;
use crate::{AudioFault, Counts, PipelineId, Platform};

/// What a task of the LL list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The pipeline at this place.
    Pipeline(Index),
    /// The chain DMA at this place.
    Chain(Index),
}

/// What ticks and commands share.
pub struct State<P: Platform> {
    pub(crate) pipelines: Slab<Pipeline>,
    pub(crate) components: Slab<Component<P>>,
    pub(crate) buffers: Slab<Buffer>,
    pub(crate) chains: Slab<Chain<P>>,
    pub(crate) lines: Lines<P::Channel>,
    pub(crate) tasks: TaskList<Owner>,
    pub(crate) slots: Slots,
    pub(crate) triggers: Queue,
    /// The moment of the last tick; `None` while the timer is off.
    pub(crate) last_tick: Option<u64>,
    pub(crate) ticks: Ticks,
    /// The timer runs.
    timer: bool,
    /// Tasks of another core that a planted fault took off this list.
    miscounted: u32,
}

/// How the ticks of a core went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticks {
    /// Ticks that were run.
    pub run: u64,
    /// Those of them that were run late, after a later one was due.
    pub late: u64,
    /// Ticks that were left out, because more than ten were due.
    pub lost: u64,
}

impl<P: Platform> State<P> {
    /// An engine with nothing in it.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            pipelines: Slab::new(),
            components: Slab::new(),
            buffers: Slab::new(),
            chains: Slab::new(),
            lines: Lines::new(),
            tasks: TaskList::new(),
            slots: Slots::new(),
            triggers: Queue::new(),
            last_tick: None,
            ticks: Ticks {
                run: 0,
                late: 0,
                lost: 0,
            },
            timer: false,
            miscounted: 0,
        }
    }

    /// Where the pipeline with an id is.
    pub(crate) fn pipeline(&self, id: PipelineId) -> Option<Index> {
        let found = self.pipelines.iter().find(|(_, found)| found.id == id);
        found.map(|(index, _)| index)
    }

    /// Where an instance is.
    pub(crate) fn component(&self, key: InstanceKey) -> Option<Index> {
        let found = self.components.iter().find(|(_, found)| found.key == key);
        found.map(|(index, _)| index)
    }

    /// What there is.
    pub(crate) fn counts(&self) -> Counts {
        let threads = self.components.iter().filter(|(_, found)| found.is_dp());
        Counts {
            pipelines: self.pipelines.len(),
            components: self.components.len(),
            buffers: self.buffers.len(),
            ll_tasks: self.tasks.listed(),
            dp_tasks: threads.count() as u32,
            channels: self.lines.len(),
            chains: self.chains.len(),
        }
    }

    /// Puts a task on the list.
    pub(crate) fn schedule(&mut self, platform: &P, task: TaskId) {
        let _ = self.tasks.schedule(task);
        self.settle(platform);
    }

    /// Takes a task off the list at once. It can be scheduled again.
    pub(crate) fn unschedule(&mut self, platform: &P, task: TaskId) {
        let _ = self.tasks.withdraw(task);
        self.miscounted += u32::from(platform.planted(AudioFault::WrongCoreCount));
        self.settle(platform);
    }

    /// Tells the system whether the timer is needed, when that has changed.
    pub(crate) fn settle(&mut self, platform: &P) {
        let needed = self.tasks.listed() > self.miscounted || !self.triggers.is_empty();
        if needed != self.timer {
            self.timer = needed;
            self.last_tick = None;
            platform.timer_needed(needed);
        }
    }
}

impl<P: Platform> Default for State<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Platform> core::fmt::Debug for State<P> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("State")
            .field("counts", &self.counts())
            .field("ticks", &self.ticks)
            .finish_non_exhaustive()
    }
}

impl<P: Platform> State<P> {
    /// Takes out a buffer of a component, if it has one: unlinked at both ends.
    pub(crate) fn unlink_buffer(&mut self, component: Index) -> Option<Own<Buffer>> {
        let found = self.components.get(component)?;
        let buffer = found.inputs.first().or_else(|| found.outputs.first())?;
        self.unlink(buffer)
    }

    /// Takes out a buffer, unlinked at both ends.
    pub(crate) fn unlink(&mut self, buffer: Index) -> Option<Own<Buffer>> {
        let removed = self.buffers.remove(buffer)?;
        if let Some(writer) = self.components.get_mut(removed.writer.component) {
            writer.outputs.clear(removed.writer.queue);
        }
        if let Some(reader) = self.components.get_mut(removed.reader.component) {
            reader.inputs.clear(removed.reader.queue);
        }
        Some(removed)
    }

    /// Sorts the components of a pipeline by who writes to whom.
    pub(crate) fn sort(&mut self, pipeline: Index) {
        let Self {
            pipelines,
            components,
            buffers,
            ..
        } = self;
        let readers = |writer: Index| {
            let outputs = components.get(writer).map(|found| &found.outputs);
            let outputs = outputs.into_iter().flat_map(Pins::iter);
            outputs.filter_map(|output| Some(buffers.get(output)?.reader.component))
        };
        if let Some(pipeline) = pipelines.get_mut(pipeline) {
            pipeline.sort(readers);
        }
    }
}
