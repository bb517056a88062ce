//! What takes long is done in steps, with interrupts in between.

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::PAGE_SIZE;
use acelab_abi::syscall::{ExitReason, SysError, Syscall};

use super::world::{NEVER, World};
use crate::system::{Outcome, Resume};
use crate::thread::State;

const C0: CoreId = CoreId::ALL[0];

/// Lets time pass until the thread has its answer; answers how often it had to
/// wait.
fn steps(world: &mut World, thread: crate::ids::ThreadId) -> (u32, [u32; 3]) {
    for count in 1..1000 {
        assert_eq!(world.kernel.next_deadline(), Some(world.port.now));
        world.advance(world.port.now);
        let (next, resume) = world.choose(C0);
        if let Resume::Answer(words) = resume {
            assert_eq!(next, thread);
            return (count, words);
        }
        assert_eq!(Some(next), world.kernel.idle_of(C0));
    }
    panic!("it never ends");
}

#[test]
fn a_large_partition_is_zeroed_a_few_pages_at_a_time() {
    let mut world = World::new(1);
    let root = world.root;
    world.block(root, Syscall::PartitionCreate, &[256]);
    let (count, words) = steps(&mut world, root);
    assert_eq!(words[0], SysError::Ok.code());
    assert_eq!(count, 256 / 4 - 1);
    // What is given back is zeroed for the next one.
    world
        .port
        .memory
        .bytes(0xA020_0000, 256 * PAGE_SIZE)
        .fill(7);
    world.ok(root, Syscall::ObjectClose, &[words[1]]);
    world.block(root, Syscall::PartitionCreate, &[256]);
    let (_, words) = steps(&mut world, root);
    assert_eq!(words[0], SysError::Ok.code());
    let bytes = world.port.memory.bytes(0xA020_0000, 256 * PAGE_SIZE);
    assert!(bytes.iter().all(|byte| *byte == 0));
}

#[test]
fn what_was_true_in_the_beginning_is_checked_again_in_the_end() {
    let mut world = World::new(1);
    let (domain, number) = world.domain();
    let user = world.user_thread(C0, 0, number);
    world.kernel.threads[user.index()].may_spawn = true;
    world.grant(user, domain);
    world.block(world.root, Syscall::ThreadSleep, &NEVER);
    world.block(user, Syscall::HeapCreate, &[domain, 64]);
    world.advance(world.port.now);
    let handle = world.kernel.thread_handle(user);
    let root = world.root;
    world.kernel.finish_wait(&mut world.port, root, Ok([0; 2]));
    world.ok(root, Syscall::ObjectRevoke, &[handle, domain]);
    let error = SysError::Permission.code();
    assert_eq!(world.choose(C0), (user, Resume::Answer([error, 0, 0])));
}

#[test]
fn a_thread_that_is_aborted_in_the_middle_leaves_nothing() {
    let mut world = World::new(1);
    let thread = world.kernel_thread(C0, 0);
    let before = world.kernel.account();
    world.block(thread, Syscall::PartitionCreate, &[256]);
    world.advance(world.port.now);
    let handle = world.kernel.thread_handle(thread);
    world.ok(world.root, Syscall::ThreadAbort, &[handle]);
    let after = world.kernel.account();
    assert_eq!(after.pages, before.pages - 2);
    assert_eq!(after.objects, before.objects - 1);
}

#[test]
fn who_owned_much_is_reaped_in_steps_and_joined_in_the_end() {
    let mut world = World::new(1);
    let thread = world.kernel_thread(C0, 3);
    let handle = world.kernel.thread_handle(thread);
    for _ in 0..10 {
        world.create(thread, Syscall::SemCreate, &[0, 1]);
    }
    let root = world.root;
    world.block(root, Syscall::ThreadJoin, &[handle, NEVER[0], NEVER[1]]);
    let exit = world.call(thread, Syscall::ThreadExit, &[3]);
    assert_eq!(exit, Outcome::Ended);
    let count = |world: &World| world.kernel.account().semaphores;
    assert_eq!(count(&world), 6);
    assert_eq!(world.kernel.thread(thread).state, State::Stopped);
    assert_eq!(world.kernel.next_report(C0), None);
    world.advance(world.port.now + 1);
    assert_eq!((count(&world), world.is_waiting(root)), (2, true));
    world.advance(world.port.now + 1);
    assert_eq!(count(&world), 0);
    assert_eq!(world.woken(root), Ok([ExitReason::Exited.code(), 3]));
    assert_eq!(world.kernel.thread(thread).state, State::Free);
}

#[test]
fn the_steps_go_on_although_time_does_too() {
    let mut world = World::new(1);
    let root = world.root;
    world.port.drift = 1000;
    let mut steps = 0;
    let mut outcome = world.call(root, Syscall::PartitionCreate, &[256]);
    while outcome == Outcome::Blocked {
        steps += 1;
        world.advance(world.port.now);
        outcome = match world.choose(C0) {
            (thread, Resume::Answer(words)) if thread == root => Outcome::Return(words),
            _ => Outcome::Blocked,
        };
    }
    assert_eq!(steps, 256 / 4 - 1);
    assert!(matches!(outcome, Outcome::Return([0, ..])), "{outcome:?}");
}
