//! Mutexes: inheritance, order, recursion, deadlock, death.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::{SysError, Syscall};

use super::world::{NEVER, World, at};
use crate::ids::ThreadId;
use crate::sync::MAX_HELD;
use crate::system::Fate;
use crate::thread::State;

const C0: CoreId = CoreId::ALL[0];

/// Threads of these priorities on core 0, and as many mutexes.
fn threads<const N: usize>(world: &mut World, priorities: [u32; N]) -> ([ThreadId; N], [u32; N]) {
    let threads = priorities.map(|priority| world.kernel_thread(C0, priority));
    let root = world.root;
    let mutexes = priorities.map(|_| world.create(root, Syscall::MutexCreate, &[]));
    (threads, mutexes)
}

fn lock(world: &mut World, thread: ThreadId, mutex: u32) {
    world.ok(thread, Syscall::MutexLock, &[mutex, NEVER[0], NEVER[1]]);
}

fn lock_later(world: &mut World, thread: ThreadId, mutex: u32, until: [u32; 2]) {
    world.block(thread, Syscall::MutexLock, &[mutex, until[0], until[1]]);
}

#[test]
fn the_middle_thread_does_not_keep_the_urgent_one_waiting() {
    let mut world = World::new(1);
    let ([low, middle, high], [mutex, ..]) = threads(&mut world, [20, 15, 10]);
    lock(&mut world, low, mutex);
    lock_later(&mut world, high, mutex, NEVER);
    assert_eq!(world.priority(low), 10);
    assert_eq!(world.queue(C0)[1..], [low, middle]);
    world.ok(low, Syscall::MutexUnlock, &[mutex]);
    assert_eq!(world.woken(high), Ok([0, 0]));
    assert_eq!(world.priority(low), 20);
    assert_eq!(world.queue(C0)[1..], [high, middle, low]);
}

#[cfg(feature = "fault-switches")]
#[test]
fn without_inheritance_it_does() {
    let mut world = World::new(1);
    world.kernel.faults.without_inheritance = true;
    let ([low, middle, high], [mutex, ..]) = threads(&mut world, [20, 15, 10]);
    lock(&mut world, low, mutex);
    let words = [mutex, NEVER[0], NEVER[1], 0, 0];
    let number = Syscall::MutexLock.number();
    let _ = world.kernel.syscall(&mut world.port, high, number, &words);
    assert_eq!(world.queue(C0)[1..], [middle, low]);
}

#[test]
fn priority_goes_along_a_chain_and_back() {
    let mut world = World::new(1);
    let ([a, b, c, d], [first, second, third, _]) = threads(&mut world, [20, 18, 16, 5]);
    lock(&mut world, a, first);
    lock(&mut world, b, second);
    lock(&mut world, c, third);
    lock_later(&mut world, b, first, NEVER);
    lock_later(&mut world, c, second, NEVER);
    assert_eq!([a, b, c].map(|t| world.priority(t)), [16, 16, 16]);
    lock_later(&mut world, d, third, at(2000));
    assert_eq!([a, b, c].map(|t| world.priority(t)), [5, 5, 5]);
    // The one at the end of the chain gives up.
    world.advance(2000);
    assert_eq!(world.woken(d), Err(SysError::Timeout));
    assert_eq!([a, b, c].map(|t| world.priority(t)), [16, 16, 16]);
    // The one in the middle becomes more urgent by itself.
    let handle = world.kernel.thread_handle(b);
    world.ok(world.root, Syscall::ThreadSetPriority, &[handle, 7]);
    assert_eq!([a, b, c].map(|t| world.priority(t)), [7, 7, 16]);
    world.ok(a, Syscall::MutexUnlock, &[first]);
    assert_eq!(world.woken(b), Ok([0, 0]));
    assert_eq!([a, b, c].map(|t| world.priority(t)), [20, 7, 16]);
}

#[test]
fn of_several_mutexes_only_the_unlocked_one_takes_its_priority_back() {
    let mut world = World::new(1);
    let ([low, five, nine], [first, second, _]) = threads(&mut world, [20, 5, 9]);
    lock(&mut world, low, first);
    lock(&mut world, low, second);
    lock_later(&mut world, nine, first, NEVER);
    lock_later(&mut world, five, second, NEVER);
    assert_eq!(world.priority(low), 5);
    // Not in the order of locking.
    world.ok(low, Syscall::MutexUnlock, &[second]);
    assert_eq!(world.priority(low), 9);
    world.ok(low, Syscall::MutexUnlock, &[first]);
    assert_eq!(world.priority(low), 20);
}

#[test]
fn waiters_come_by_priority_then_by_age_and_inheritance_counts() {
    let mut world = World::new(1);
    let ([owner, a, b, c, d], [mutex, other, ..]) = threads(&mut world, [25, 12, 12, 14, 3]);
    lock(&mut world, owner, mutex);
    lock(&mut world, c, other);
    for thread in [b, a, c] {
        lock_later(&mut world, thread, mutex, NEVER);
    }
    // C waits as the least urgent one, until D waits for it.
    lock_later(&mut world, d, other, NEVER);
    let mut holder = owner;
    for next in [c, b, a] {
        world.ok(holder, Syscall::MutexUnlock, &[mutex]);
        assert_eq!(world.woken(next), Ok([0, 0]));
        holder = next;
    }
}

#[test]
fn a_mutex_is_unlocked_as_often_as_it_was_locked() {
    let mut world = World::new(1);
    let ([a, b], [mutex, _]) = threads(&mut world, [9, 9]);
    lock(&mut world, a, mutex);
    lock(&mut world, a, mutex);
    assert_eq!(
        world.answer(b, Syscall::MutexUnlock, &[mutex]),
        Err(SysError::NotOwner)
    );
    assert_eq!(
        world.answer(b, Syscall::MutexLock, &[mutex, 0, 0]),
        Err(SysError::Timeout)
    );
    world.ok(a, Syscall::MutexUnlock, &[mutex]);
    assert_eq!(
        world.answer(b, Syscall::MutexLock, &[mutex, 0, 0]),
        Err(SysError::Timeout)
    );
    world.ok(a, Syscall::MutexUnlock, &[mutex]);
    assert_eq!(
        world.answer(a, Syscall::MutexUnlock, &[mutex]),
        Err(SysError::NotOwner)
    );
    world.ok(b, Syscall::MutexLock, &[mutex, 0, 0]);
}

#[test]
fn the_depth_of_a_mutex_has_an_end() {
    let mut world = World::new(1);
    let ([a], [mutex]) = threads(&mut world, [9]);
    lock(&mut world, a, mutex);
    let id = world.kernel.objects.find(mutex).unwrap();
    if let crate::object::Object::Mutex(mutex) = &mut world.kernel.objects.get_mut(id).object {
        mutex.depth = u16::MAX;
    }
    let again = world.answer(a, Syscall::MutexLock, &[mutex, 0, 0]);
    assert_eq!(again, Err(SysError::Overflow));
}

#[test]
fn a_circle_is_refused_through_mutexes_and_joins() {
    let mut world = World::new(1);
    let ([a, b, c], [first, second, third]) = threads(&mut world, [9, 10, 11]);
    lock(&mut world, a, first);
    lock(&mut world, b, second);
    lock(&mut world, c, third);
    lock_later(&mut world, a, second, NEVER);
    let handle = world.kernel.thread_handle(c);
    world.block(b, Syscall::ThreadJoin, &[handle, NEVER[0], NEVER[1]]);
    let locked = world.answer(c, Syscall::MutexLock, &[first, NEVER[0], NEVER[1]]);
    assert_eq!(locked, Err(SysError::Deadlock));
    for thread in [a, b, c] {
        let handle = world.kernel.thread_handle(thread);
        let joined = world.answer(c, Syscall::ThreadJoin, &[handle, NEVER[0], NEVER[1]]);
        assert_eq!(joined, Err(SysError::Deadlock));
    }
}

#[test]
fn a_dead_owner_hands_its_mutexes_on_and_the_next_one_is_told() {
    let mut world = World::new(1);
    let ([dying, next, last], [waited, free, third]) = threads(&mut world, [20, 10, 11]);
    for mutex in [waited, free, third] {
        lock(&mut world, dying, mutex);
    }
    lock_later(&mut world, last, waited, NEVER);
    lock_later(&mut world, next, waited, NEVER);
    let fate = Fate::faulted(28, 0, 0);
    assert!(world.kernel.stop(&mut world.port, dying, fate));
    world.check();
    assert_eq!(world.kernel.thread(dying).state, State::Stopped);
    assert_eq!(world.woken(next), Err(SysError::OwnerDied));
    // It is locked, and told once.
    world.ok(next, Syscall::MutexUnlock, &[waited]);
    assert_eq!(world.woken(last), Ok([0, 0]));
    let answer = world.answer(next, Syscall::MutexLock, &[free, 0, 0]);
    assert_eq!(answer, Err(SysError::OwnerDied));
    world.ok(next, Syscall::MutexUnlock, &[free]);
    world.ok(last, Syscall::MutexLock, &[free, 0, 0]);
}

#[cfg(feature = "fault-switches")]
#[test]
fn without_owner_death_nobody_is_told() {
    let mut world = World::new(1);
    world.kernel.faults.without_owner_death = true;
    let ([dying, next], [mutex, _]) = threads(&mut world, [20, 10]);
    lock(&mut world, dying, mutex);
    lock_later(&mut world, next, mutex, NEVER);
    world.kernel.stop(&mut world.port, dying, Fate::aborted());
    assert_eq!(world.woken(next), Ok([0, 0]));
}

#[test]
fn a_waiter_that_dies_takes_its_priority_along() {
    let mut world = World::new(1);
    let ([low, high], [mutex, _]) = threads(&mut world, [20, 10]);
    lock(&mut world, low, mutex);
    lock_later(&mut world, high, mutex, NEVER);
    let handle = world.kernel.thread_handle(high);
    world.ok(world.root, Syscall::ThreadAbort, &[handle]);
    assert_eq!(world.priority(low), 20);
    // Nobody owned it, so nothing is left of it.
    assert_eq!(world.kernel.thread(high).state, State::Free);
}

#[test]
fn a_mutex_that_is_closed_gives_the_priority_back() {
    let mut world = World::new(1);
    let ([low, high], [mutex, other]) = threads(&mut world, [20, 10]);
    lock(&mut world, low, mutex);
    lock(&mut world, low, other);
    lock_later(&mut world, high, mutex, NEVER);
    world.ok(world.root, Syscall::ObjectClose, &[mutex]);
    assert_eq!(world.priority(low), 20);
    assert_eq!(world.woken(high), Err(SysError::Deleted));
    world.ok(low, Syscall::MutexUnlock, &[other]);
}

#[test]
fn a_thread_holds_so_many_mutexes_and_no_more() {
    let mut world = World::new(1);
    let root = world.root;
    let mutexes = [0; MAX_HELD + 1].map(|_| world.create(root, Syscall::MutexCreate, &[]));
    for (index, mutex) in mutexes.into_iter().enumerate() {
        let answer = world.answer(root, Syscall::MutexLock, &[mutex, NEVER[0], NEVER[1]]);
        let room = index < MAX_HELD;
        assert_eq!(answer.is_ok(), room);
        assert!(room || answer == Err(SysError::Overflow));
    }
    world.ok(root, Syscall::MutexUnlock, &[mutexes[3]]);
    let last = [mutexes[MAX_HELD], NEVER[0], NEVER[1]];
    world.ok(root, Syscall::MutexLock, &last);
}
