//! The task list of the LL scheduler, by itself, in user mode on the DSP.

use acelab_audio::{NoTask, Outcome as Run, Scheduled, TaskId, TaskList, TaskState};
use acelab_user::heap;

use super::check::{Failure, ends_with, holds, same};
use super::sandbox::{Sandbox, launch, threads};
use super::{Env, Outcome, passed};

/// Pages of the heap for the list.
const PAGES: u32 = 2;

type List = TaskList<u8>;

/// What ran in a tick, in turn, as digits from the left.
fn tick(list: &mut List, mut run: impl FnMut(&mut List, TaskId, u8) -> Run) -> u32 {
    let mut order = 0;
    list.begin();
    while let Some((id, owner)) = list.next_task() {
        order = order * 10 + u32::from(owner);
        let outcome = run(list, id, owner);
        list.finish(outcome);
    }
    order
}

fn again(_: &mut List, _: TaskId, _: u8) -> Run {
    Run::Again
}

fn create(list: &mut List, owner: u8, priority: i16) -> Result<TaskId, Failure> {
    list.create(owner, priority)
        .ok_or(Failure::new(0_u32, 1_u32))
}

/// Tasks run by priority, and in the order of scheduling among equals.
fn order() -> Result<(), Failure> {
    let mut list = List::new();
    for (owner, priority) in [(4, 3), (2, 0), (3, 0), (1, -1)] {
        let task = create(&mut list, owner, priority)?;
        holds(list.schedule(task) == Ok(Scheduled::Added))?;
    }
    for _ in 0..3 {
        same(tick(&mut list, again), 1234_u32)?;
    }
    Ok(())
}

/// Runs, is cancelled, is freed: before the first run, after many, by itself, by
/// another task.
fn lives() -> Result<(), Failure> {
    let mut list = List::new();
    let first = create(&mut list, 1, -1)?;
    holds(list.state(first) == Some(TaskState::Init))?;
    holds(list.schedule(first) == Ok(Scheduled::Added))?;
    for _ in 0..4 {
        same(tick(&mut list, again), 1_u32)?;
    }
    holds(list.state(first) == Some(TaskState::Running))?;
    holds(list.cancel(first).is_ok())?;
    same(tick(&mut list, again), 0_u32)?;
    holds(list.free(first).is_ok())?;
    // Before its first run.
    let second = create(&mut list, 2, 0)?;
    holds(list.schedule(second).is_ok() && list.free(second).is_ok())?;
    same(tick(&mut list, again), 0_u32)?;
    // It says itself that it is done.
    let third = create(&mut list, 3, 0)?;
    holds(list.schedule(third).is_ok())?;
    same(tick(&mut list, |_, _, _| Run::Completed), 3_u32)?;
    holds(list.state(third) == Some(TaskState::Completed))?;
    same(tick(&mut list, again), 0_u32)?;
    // Another task frees it in the tick in which it would run, and itself.
    let fourth = create(&mut list, 4, 0)?;
    let fifth = create(&mut list, 5, 1)?;
    holds(list.schedule(fourth).is_ok() && list.schedule(fifth).is_ok())?;
    let mut freed = true;
    let ran = tick(&mut list, |list, id, _| {
        freed &= list.free(fifth).is_ok() && list.free(id).is_ok();
        Run::Again
    });
    same(ran, 4_u32)?;
    holds(freed)?;
    same(tick(&mut list, again), 0_u32)?;
    holds(list.free(third).is_ok())
}

/// What was freed is not scheduled, what is scheduled not put there twice.
fn schedules() -> Result<(), Failure> {
    let mut list = List::new();
    let task = create(&mut list, 1, 0)?;
    holds(list.schedule(task) == Ok(Scheduled::Added))?;
    holds(list.schedule(task) == Ok(Scheduled::Already))?;
    same(tick(&mut list, again), 1_u32)?;
    holds(list.cancel(task).is_ok())?;
    holds(list.schedule(task) == Ok(Scheduled::Revived))?;
    same(tick(&mut list, again), 1_u32)?;
    holds(list.free(task).is_ok())?;
    holds(list.schedule(task) == Err(NoTask))?;
    holds(list.free(task) == Err(NoTask))
}

threads! {
    fn keeps_tasks(_, _) {
        order()?;
        lives()?;
        schedules()?;
        // Nothing of them is left.
        same(heap::account()?.in_use, 0_u32)?;
        0
    }
}

/// See the list.
pub fn ll_tasks(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    sandbox.domain().create_heap(PAGES)?;
    ends_with(*launch(&sandbox.builder("tasks", keeps_tasks, 0), &[])?, 0)?;
    passed()
}
