//! The tasks of an LL scheduler.
//!
//! A task is created, scheduled, and runs once in each tick until it completes,
//! is cancelled, or is freed. The list is in order of priority, the lower number
//! first, and of scheduling within a priority. Everything happens under the LL
//! lock, so no task runs while one is freed, except the one that frees itself:
//! freeing unlinks at once and never waits.

use alloc::vec::Vec;

use crate::own::OutOfMemory;

/// Names a task; a number that is used once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskId(u32);

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// Created, never scheduled.
    Init,
    /// On the list, has not run since it was scheduled.
    Queued,
    /// On the list, has run; it stays so between ticks.
    Running,
    /// On the list; goes without another run in the next tick.
    Cancelled,
    /// Off the list again; may be scheduled anew.
    Completed,
}

/// What a run says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Again in the next tick.
    Again,
    /// Not again.
    Completed,
}

/// What scheduling did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduled {
    /// It was put on the list.
    Added,
    /// It was on the list already, as a warning should say.
    Already,
    /// It was cancelled and is not any more.
    Revived,
}

/// There is no such task: it was freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoTask;

#[derive(Debug)]
struct Task<O> {
    id: TaskId,
    owner: O,
    priority: i16,
    state: TaskState,
    /// It was freed while it ran; goes at the end of the run.
    freeing: bool,
}

/// The tasks of one scheduler; `O` says what a task runs.
#[derive(Debug)]
pub struct TaskList<O> {
    /// Those on the list in its order, then the others.
    tasks: Vec<Task<O>>,
    listed: usize,
    last_id: u32,
    /// Next to run in this tick.
    cursor: usize,
    running: Option<TaskId>,
}

impl<O: Copy> TaskList<O> {
    /// No task.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            tasks: Vec::new(),
            listed: 0,
            last_id: 0,
            cursor: 0,
            running: None,
        }
    }

    /// Creates a task; `None` without memory. Scheduling it needs none then.
    pub fn create(&mut self, owner: O, priority: i16) -> Option<TaskId> {
        self.try_create(owner, priority).ok()
    }

    pub(crate) fn try_create(&mut self, owner: O, priority: i16) -> Result<TaskId, OutOfMemory> {
        self.tasks.try_reserve(1).map_err(|_| OutOfMemory)?;
        self.last_id = self.last_id.wrapping_add(1);
        let id = TaskId(self.last_id);
        self.tasks.push(Task {
            id,
            owner,
            priority,
            state: TaskState::Init,
            freeing: false,
        });
        Ok(id)
    }

    /// Puts a task on the list.
    ///
    /// # Errors
    /// It was freed.
    pub fn schedule(&mut self, id: TaskId) -> Result<Scheduled, NoTask> {
        let at = self.find(id)?;
        if self.tasks[at].freeing {
            return Err(NoTask);
        }
        if at < self.listed {
            let task = &mut self.tasks[at];
            if task.state != TaskState::Cancelled {
                return Ok(Scheduled::Already);
            }
            task.state = TaskState::Queued;
            return Ok(Scheduled::Revived);
        }
        let mut task = self.tasks.remove(at);
        task.state = TaskState::Queued;
        let place =
            self.tasks[..self.listed].partition_point(|other| other.priority <= task.priority);
        self.tasks.insert(place, task);
        self.listed += 1;
        if place < self.cursor {
            self.cursor += 1;
        }
        Ok(Scheduled::Added)
    }

    /// Lets a task go in the next tick without running again.
    ///
    /// # Errors
    /// It was freed.
    pub fn cancel(&mut self, id: TaskId) -> Result<(), NoTask> {
        let at = self.find(id)?;
        if at < self.listed {
            self.tasks[at].state = TaskState::Cancelled;
        }
        Ok(())
    }

    /// Unlinks a task and forgets it. The one that is running completes at the
    /// end of its run, and does not run again.
    ///
    /// # Errors
    /// It was freed before.
    pub fn free(&mut self, id: TaskId) -> Result<(), NoTask> {
        let at = self.find(id)?;
        if self.tasks[at].freeing {
            return Err(NoTask);
        }
        if self.running == Some(id) {
            self.tasks[at].freeing = true;
        } else {
            self.forget(at);
        }
        Ok(())
    }

    /// Takes a task off the list at once; it may be scheduled again. The one
    /// that is running goes at the end of its run.
    ///
    /// # Errors
    /// It was freed.
    pub fn withdraw(&mut self, id: TaskId) -> Result<(), NoTask> {
        let at = self.find(id)?;
        if self.running == Some(id) {
            self.tasks[at].state = TaskState::Cancelled;
        } else {
            self.unlist(at);
        }
        Ok(())
    }

    /// The state of a task that was not freed.
    #[must_use]
    pub fn state(&self, id: TaskId) -> Option<TaskState> {
        let at = self.find(id).ok()?;
        Some(self.tasks[at].state)
    }

    /// How many tasks are on the list.
    #[must_use]
    pub const fn listed(&self) -> u32 {
        self.listed as u32
    }

    /// A tick begins.
    pub fn begin(&mut self) {
        self.cursor = 0;
        self.running = None;
    }

    /// The next task to run in this tick. Its run ends with
    /// [`finish`](Self::finish).
    pub fn next_task(&mut self) -> Option<(TaskId, O)> {
        while self.cursor < self.listed {
            let at = self.cursor;
            if self.tasks[at].state == TaskState::Cancelled {
                self.unlist(at);
                continue;
            }
            self.cursor += 1;
            let task = &mut self.tasks[at];
            task.state = TaskState::Running;
            self.running = Some(task.id);
            return Some((task.id, task.owner));
        }
        None
    }

    /// The task that [`next_task`](Self::next_task) gave has run.
    pub fn finish(&mut self, outcome: Outcome) {
        let Some(at) = self.running.take().and_then(|id| self.find(id).ok()) else {
            return;
        };
        if self.tasks[at].freeing {
            self.forget(at);
        } else if outcome == Outcome::Completed || self.tasks[at].state == TaskState::Cancelled {
            self.unlist(at);
        }
    }

    fn find(&self, id: TaskId) -> Result<usize, NoTask> {
        self.tasks
            .iter()
            .position(|task| task.id == id)
            .ok_or(NoTask)
    }

    /// Takes the task at place `at`, which is listed, off the list.
    fn unlist(&mut self, at: usize) {
        if at >= self.listed {
            return;
        }
        let mut task = self.tasks.remove(at);
        task.state = TaskState::Completed;
        self.tasks.push(task);
        self.left(at);
    }

    fn forget(&mut self, at: usize) {
        self.tasks.remove(at);
        if at < self.listed {
            self.left(at);
        }
        if self.tasks.is_empty() {
            self.tasks = Vec::new();
        }
    }

    /// The task that was at place `at` of the list is gone.
    fn left(&mut self, at: usize) {
        self.listed -= 1;
        if at < self.cursor {
            self.cursor -= 1;
        }
    }
}

impl<O: Copy> Default for TaskList<O> {
    fn default() -> Self {
        Self::new()
    }
}
