//! Semaphores, event flags, sleeping, yielding.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::{EVENT_ALL, EVENT_CLEAR, SysError, Syscall};

use super::world::{NEVER, World, at};
use crate::system::Resume;
use crate::thread::Pending;

const C0: CoreId = CoreId::ALL[0];

#[test]
fn a_semaphore_hands_over_to_the_most_urgent_then_to_the_first() {
    let mut world = World::new(1);
    let [a, b, c] = [12, 12, 4].map(|priority| world.kernel_thread(C0, priority));
    let root = world.root;
    let semaphore = world.create(root, Syscall::SemCreate, &[0, 1]);
    for thread in [b, a, c] {
        world.block(thread, Syscall::SemTake, &[semaphore, NEVER[0], NEVER[1]]);
    }
    for thread in [c, b, a] {
        world.ok(root, Syscall::SemGive, &[semaphore]);
        assert_eq!(world.woken(thread), Ok([0, 0]));
        // It was handed over, not put down for anybody to take.
        assert_eq!(world.ok(root, Syscall::SemCount, &[semaphore]), [0, 0]);
    }
    world.ok(root, Syscall::SemGive, &[semaphore]);
    let full = world.answer(root, Syscall::SemGive, &[semaphore]);
    assert_eq!(full, Err(SysError::Overflow));
    world.ok(a, Syscall::SemTake, &[semaphore, 0, 0]);
    let empty = world.answer(a, Syscall::SemTake, &[semaphore, 0, 0]);
    assert_eq!(empty, Err(SysError::Timeout));
    let more = world.answer(root, Syscall::SemCreate, &[2, 1]);
    assert_eq!(more, Err(SysError::InvalidValue));
}

#[test]
fn flags_wake_by_any_and_by_all_and_are_cleared_for_those_who_come_later() {
    let mut world = World::new(1);
    let [any, all, clear, last] = [7, 8, 9, 10].map(|p| world.kernel_thread(C0, p));
    let root = world.root;
    let event = world.create(root, Syscall::EventCreate, &[]);
    let modes = [(any, 0), (all, EVENT_ALL), (clear, EVENT_CLEAR), (last, 0)];
    for (thread, mode) in modes {
        let args = [event, 0b11, mode, NEVER[0], NEVER[1]];
        world.block(thread, Syscall::EventWait, &args);
    }
    world.ok(root, Syscall::EventPost, &[event, 0b101]);
    assert_eq!(world.woken(any), Ok([0b1, 0]));
    assert_eq!(world.woken(clear), Ok([0b1, 0]));
    assert!(world.is_waiting(all) && world.is_waiting(last));
    world.ok(root, Syscall::EventPost, &[event, 0b11]);
    assert_eq!(world.woken(all), Ok([0b11, 0]));
    assert_eq!(world.woken(last), Ok([0b11, 0]));
    // What is set already ends a wait at once.
    let args = [event, 0b111, EVENT_ALL | EVENT_CLEAR, 0, 0];
    assert_eq!(world.ok(root, Syscall::EventWait, &args), [0b111, 0]);
    let answer = world.answer(root, Syscall::EventWait, &args);
    assert_eq!(answer, Err(SysError::Timeout));
    world.ok(root, Syscall::EventPost, &[event, 0b111]);
    world.ok(root, Syscall::EventClear, &[event, 0b110]);
    let args = [event, 0b111, 0, 0, 0];
    assert_eq!(world.ok(root, Syscall::EventWait, &args), [0b1, 0]);
}

#[test]
fn handlers_wake_threads_through_objects_of_the_kernel() {
    let mut world = World::new(1);
    let thread = world.kernel_thread(C0, 5);
    let event = world.kernel.create_event().unwrap();
    let semaphore = world.kernel.create_semaphore(0, 1).unwrap();
    world.block(
        thread,
        Syscall::EventWait,
        &[event, 2, 0, NEVER[0], NEVER[1]],
    );
    world.kernel.post_event(&mut world.port, event, 1).unwrap();
    assert!(world.is_waiting(thread));
    world.kernel.post_event(&mut world.port, event, 2).unwrap();
    assert_eq!(world.woken(thread), Ok([2, 0]));
    world.block(thread, Syscall::SemTake, &[semaphore, NEVER[0], NEVER[1]]);
    world.kernel.give(&mut world.port, semaphore).unwrap();
    assert_eq!(world.woken(thread), Ok([0, 0]));
    let wrong = world.kernel.give(&mut world.port, event);
    assert_eq!(wrong, Err(SysError::WrongKind));
    world.kernel.close(&mut world.port, event).unwrap();
    let gone = world.kernel.post_event(&mut world.port, event, 1);
    assert_eq!(gone, Err(SysError::BadHandle));
}

#[test]
fn who_waits_for_an_object_that_is_closed_is_told() {
    let mut world = World::new(1);
    let root = world.root;
    let objects = [
        (
            world.create(root, Syscall::SemCreate, &[0, 1]),
            Syscall::SemTake,
        ),
        (
            world.create(root, Syscall::EventCreate, &[]),
            Syscall::EventWait,
        ),
        (
            world.create(root, Syscall::TimerCreate, &[]),
            Syscall::TimerWait,
        ),
    ];
    for (object, wait) in objects {
        let thread = world.kernel_thread(C0, 5);
        let args = match wait {
            Syscall::EventWait => [object, 1, 0, NEVER[0], NEVER[1]],
            _ => [object, NEVER[0], NEVER[1], 0, 0],
        };
        if wait == Syscall::TimerWait {
            world.ok(root, Syscall::TimerStart, &[object, 5000, 0, 0]);
        }
        world.block(thread, wait, &args);
        world.ok(root, Syscall::ObjectClose, &[object]);
        assert_eq!(world.woken(thread), Err(SysError::Deleted));
    }
}

#[test]
fn a_sleeper_wakes_at_its_time_and_not_before() {
    let mut world = World::new(1);
    let [a, b] = [5, 6].map(|priority| world.kernel_thread(C0, priority));
    let until = at(0x1_0000_0010);
    world.block(a, Syscall::ThreadSleep, &until);
    world.block(b, Syscall::ThreadSleep, &at(1500));
    assert_eq!(world.kernel.next_deadline(), Some(1500));
    world.advance(1499);
    assert!(world.is_waiting(b));
    world.advance(1500);
    assert_eq!(world.woken(b), Ok([0, 0]));
    assert_eq!(world.kernel.next_deadline(), Some(0x1_0000_0010));
    world.advance(0x1_0000_0010);
    assert_eq!(world.woken(a), Ok([0, 0]));
    assert_eq!(world.kernel.next_deadline(), None);
    // A time that is past is no sleep; one that never comes has no deadline.
    world.ok(a, Syscall::ThreadSleep, &until);
    world.block(a, Syscall::ThreadSleep, &NEVER);
    assert_eq!(world.kernel.next_deadline(), None);
}

#[test]
fn yield_goes_behind_equals_only() {
    let mut world = World::new(1);
    let root = world.root;
    world.block(root, Syscall::ThreadSleep, &NEVER);
    let [a, b, c] = [12, 12, 14].map(|priority| world.kernel_thread(C0, priority));
    assert_eq!(world.choose(C0).0, a);
    world.ok(a, Syscall::ThreadYield, &[]);
    assert!(world.kernel.next_differs(C0));
    let (next, resume) = world.choose(C0);
    assert_eq!(next, b);
    assert!(matches!(resume, Resume::Start(_)));
    assert_eq!(world.kernel.yield_simply(C0), Some(a));
    assert!(!world.kernel.next_differs(C0));
    world.kernel.threads[b.index()].pending = Pending::Answer([0; 3]);
    assert_eq!(world.kernel.yield_simply(C0), None);
    assert_eq!(world.choose(C0), (b, Resume::Answer([0; 3])));
    assert_eq!(world.kernel.yield_simply(C0), Some(a));
    world.block(a, Syscall::ThreadSleep, &NEVER);
    world.choose(C0);
    assert_eq!(world.kernel.yield_simply(C0), Some(b), "it is alone");
    world.block(b, Syscall::ThreadSleep, &NEVER);
    assert_eq!(world.choose(C0).0, c);
}

#[test]
fn a_thread_that_was_preempted_comes_first_again() {
    let mut world = World::new(2);
    let root = world.root;
    world.block(root, Syscall::ThreadSleep, &NEVER);
    let [a, b, urgent] = [12, 12, 3].map(|priority| world.kernel_thread(C0, priority));
    world.block(urgent, Syscall::ThreadSleep, &at(2000));
    assert_eq!(world.choose(C0).0, a);
    world.advance(2000);
    assert!(world.kernel.next_differs(C0));
    assert_eq!(world.choose(C0), (urgent, Resume::Answer([0; 3])));
    world.block(urgent, Syscall::ThreadSleep, &NEVER);
    assert_eq!(world.choose(C0), (a, Resume::Continue));
    assert_eq!(world.queue(C0), [a, b]);
}
