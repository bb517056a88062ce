//! The contract of the task list.

use acelab_audio::{NoTask, Outcome, Scheduled, TaskId, TaskList, TaskState};
use proptest::prelude::*;

/// Runs a tick and says who ran.
fn tick(list: &mut TaskList<u8>) -> Vec<u8> {
    let mut ran = Vec::new();
    list.begin();
    while let Some((_, owner)) = list.next_task() {
        ran.push(owner);
        list.finish(Outcome::Again);
    }
    ran
}

fn scheduled(list: &mut TaskList<u8>, owner: u8, priority: i16) -> TaskId {
    let task = list.create(owner, priority).expect("memory");
    assert_eq!(list.schedule(task), Ok(Scheduled::Added));
    task
}

#[test]
fn the_order_is_by_priority_and_then_by_scheduling() {
    let mut list = TaskList::new();
    for (owner, priority) in [(3, 3), (1, 0), (2, 0), (0, -1)] {
        scheduled(&mut list, owner, priority);
    }
    for _ in 0..3 {
        assert_eq!(tick(&mut list), [0, 1, 2, 3]);
    }
}

#[test]
fn a_task_may_be_freed_before_it_runs_and_after_many_runs() {
    let mut list = TaskList::new();
    for runs in [0, 1, 5] {
        let task = scheduled(&mut list, 1, -1);
        for _ in 0..runs {
            assert_eq!(tick(&mut list), [1]);
            assert_eq!(list.state(task), Some(TaskState::Running));
        }
        list.free(task).unwrap();
        assert_eq!((list.listed(), list.state(task)), (0, None));
        assert_eq!(tick(&mut list), []);
        assert_eq!(list.free(task), Err(NoTask));
        assert_eq!(list.schedule(task), Err(NoTask));
        assert_eq!(list.cancel(task), Err(NoTask));
    }
}

#[test]
fn a_task_that_is_cancelled_does_not_run_again() {
    let mut list = TaskList::new();
    let task = scheduled(&mut list, 1, 0);
    assert_eq!(tick(&mut list), [1]);
    list.cancel(task).unwrap();
    assert_eq!(list.listed(), 1);
    assert_eq!(tick(&mut list), []);
    assert_eq!(list.state(task), Some(TaskState::Completed));
    assert_eq!(list.schedule(task), Ok(Scheduled::Added));
    assert_eq!(tick(&mut list), [1]);
}

#[test]
fn scheduling_twice_is_told_and_does_not_insert_twice() {
    let mut list = TaskList::new();
    let task = scheduled(&mut list, 1, 0);
    assert_eq!(list.schedule(task), Ok(Scheduled::Already));
    list.cancel(task).unwrap();
    assert_eq!(list.schedule(task), Ok(Scheduled::Revived));
    assert_eq!((list.listed(), tick(&mut list)), (1, vec![1]));
}

#[test]
fn a_task_completes_itself() {
    let mut list = TaskList::new();
    let task = scheduled(&mut list, 1, 0);
    scheduled(&mut list, 2, 0);
    list.begin();
    assert_eq!(list.next_task(), Some((task, 1)));
    list.finish(Outcome::Completed);
    assert_eq!(list.next_task().map(|(_, owner)| owner), Some(2));
    list.finish(Outcome::Again);
    assert_eq!(list.next_task(), None);
    assert_eq!(tick(&mut list), [2]);
}

#[test]
fn a_task_that_frees_itself_completes() {
    let mut list = TaskList::new();
    let task = scheduled(&mut list, 1, 0);
    list.begin();
    list.next_task();
    list.free(task).unwrap();
    assert_eq!(list.schedule(task), Err(NoTask));
    list.finish(Outcome::Again);
    assert_eq!((list.listed(), list.state(task)), (0, None));
    assert_eq!(tick(&mut list), []);
}

#[test]
fn a_task_frees_others_before_and_behind_it() {
    let mut list = TaskList::new();
    let first = scheduled(&mut list, 1, 0);
    scheduled(&mut list, 2, 0);
    let third = scheduled(&mut list, 3, 0);
    scheduled(&mut list, 4, 0);
    list.begin();
    list.next_task();
    list.finish(Outcome::Again);
    list.next_task();
    list.free(first).unwrap();
    list.free(third).unwrap();
    list.finish(Outcome::Again);
    assert_eq!(list.next_task().map(|(_, owner)| owner), Some(4));
    list.finish(Outcome::Again);
    assert_eq!(list.next_task(), None);
    assert_eq!(tick(&mut list), [2, 4]);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Create(i16),
    Schedule(usize),
    Cancel(usize),
    Free(usize),
    Withdraw(usize),
    Tick,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (-2..3i16).prop_map(Step::Create),
        (0..8usize).prop_map(Step::Schedule),
        (0..8usize).prop_map(Step::Cancel),
        (0..8usize).prop_map(Step::Free),
        (0..8usize).prop_map(Step::Withdraw),
        Just(Step::Tick),
    ]
}

/// What the model knows of a task.
struct Model {
    id: TaskId,
    owner: u8,
    priority: i16,
    listed: bool,
    cancelled: bool,
    order: u32,
}

proptest! {
    /// Steps in ticks and between them, against a plain model.
    #[test]
    fn the_list_is_as_its_model(steps in prop::collection::vec((step(), step()), 1..60)) {
        let mut list = TaskList::new();
        let mut model: Vec<Model> = Vec::new();
        let mut order = 0;
        for (between, within) in steps {
            apply(&mut list, &mut model, &mut order, between, None);
            // A tick in which each run does something.
            let mut expected: Vec<(i16, u32, u8)> = model
                .iter()
                .filter(|task| task.listed && !task.cancelled)
                .map(|task| (task.priority, task.order, task.owner))
                .collect();
            expected.sort_unstable();
            let mut ran = Vec::new();
            list.begin();
            while let Some((id, owner)) = list.next_task() {
                ran.push(owner);
                if ran.len() == 1 {
                    let first = model.iter().find(|task| task.id == id);
                    let first = first.map(|task| (task.priority, task.order));
                    // Those before it that were cancelled are gone already.
                    for task in &mut model {
                        let before = Some((task.priority, task.order)) < first;
                        if task.listed && task.cancelled && before {
                            (task.listed, task.cancelled) = (false, false);
                        }
                    }
                    apply(&mut list, &mut model, &mut order, within, Some(id));
                }
                list.finish(Outcome::Again);
                prop_assert!(ran.len() < 100);
            }
            model.retain_mut(|task| {
                if task.cancelled {
                    task.listed = false;
                    task.cancelled = false;
                }
                task.order != u32::MAX
            });
            let undisturbed = matches!(within, Step::Tick | Step::Create(_));
            if undisturbed {
                let expected: Vec<u8> = expected.into_iter().map(|(_, _, owner)| owner).collect();
                prop_assert_eq!(ran, expected);
            }
            let listed = model.iter().filter(|task| task.listed).count();
            prop_assert_eq!(list.listed() as usize, listed);
        }
    }
}

fn apply(
    list: &mut TaskList<u8>,
    model: &mut Vec<Model>,
    order: &mut u32,
    step: Step,
    running: Option<TaskId>,
) {
    let at = |at: usize, model: &Vec<Model>| (!model.is_empty()).then(|| at % model.len());
    match step {
        Step::Create(priority) => {
            let owner = *order as u8;
            *order += 1;
            let id = list.create(owner, priority).unwrap();
            model.push(Model {
                id,
                owner,
                priority,
                listed: false,
                cancelled: false,
                order: 0,
            });
        }
        Step::Schedule(which) => {
            let Some(at) = at(which, model) else { return };
            let task = &mut model[at];
            let result = list.schedule(task.id).unwrap();
            let expected = match (task.listed, task.cancelled) {
                (true, true) => Scheduled::Revived,
                (true, false) => Scheduled::Already,
                (false, _) => Scheduled::Added,
            };
            assert_eq!(result, expected);
            if !task.listed {
                *order += 1;
                task.order = *order;
            }
            task.listed = true;
            task.cancelled = false;
        }
        Step::Cancel(which) => {
            let Some(at) = at(which, model) else { return };
            list.cancel(model[at].id).unwrap();
            model[at].cancelled = model[at].listed;
        }
        Step::Free(which) => {
            let Some(at) = at(which, model) else { return };
            list.free(model[at].id).unwrap();
            model.remove(at);
        }
        Step::Withdraw(which) => {
            let Some(at) = at(which, model) else { return };
            let task = &mut model[at];
            list.withdraw(task.id).unwrap();
            if running == Some(task.id) {
                task.cancelled = true;
            } else {
                task.listed = false;
                task.cancelled = false;
            }
        }
        Step::Tick => {}
    }
}
