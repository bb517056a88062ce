//! Guarded calls and confined threads.

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::TEXT_AREA;
use acelab_abi::syscall::guard::{GuardWord, is_allowed, is_for_confined};
use acelab_abi::syscall::{ExitReason, MAX_ARGS, SYSCALLS, SysError, Syscall, ThreadParams, flags};

use super::world::{NEVER, World};
use crate::ids::ThreadId;
use crate::system::{Fate, Outcome, Resume, Ring, Start};
use crate::thread::{Limits, State, Wait};

const C0: CoreId = CoreId::ALL[0];
const C1: CoreId = CoreId::ALL[1];
/// Where threads go on.
const RECOVERY: u32 = TEXT_AREA.base + 0x800;
const FAULT: Fate = Fate::faulted(28, 0xA010_0004, 0x60);

/// A thread of core 1 that has registered, and its block.
fn guarded(world: &mut World) -> (ThreadId, u32) {
    let (_, domain) = world.domain();
    let thread = world.user_thread(C1, 5, domain);
    let [block, _] = world.ok(thread, Syscall::GuardRegister, &[RECOVERY]);
    world.choose(C1);
    (thread, block)
}

fn put(world: &mut World, thread: ThreadId, word: GuardWord, value: u32) {
    let block = world.kernel.thread(thread).local_block();
    let to = world.bytes(thread, block + word.offset(), 4);
    to.copy_from_slice(&value.to_le_bytes());
}

fn get(world: &mut World, thread: ThreadId, word: GuardWord) -> u32 {
    let block = world.kernel.thread(thread).local_block();
    let bytes = world.bytes(thread, block + word.offset(), 4);
    u32::from_le_bytes(bytes.try_into().unwrap())
}

fn enter(world: &mut World, thread: ThreadId, serial: u32, limit: u32) {
    put(world, thread, GuardWord::Limit, limit);
    put(world, thread, GuardWord::Who, 0x0003_0001);
    put(world, thread, GuardWord::Serial, serial);
}

fn fail(world: &mut World, thread: ThreadId, fate: Fate) {
    world.port.core = C1;
    world.kernel.fail(&mut world.port, thread, fate);
    world.check();
}

fn sample(world: &mut World, thread: ThreadId) -> bool {
    world.port.core = C1;
    world.kernel.sample(&mut world.port, thread, 0xA010_0008);
    world.check();
    world.kernel.thread(thread).wait == Wait::Report
}

#[test]
fn only_a_user_thread_registers_and_only_once() {
    let mut world = World::new(2);
    let root = world.root;
    let refused = world.answer(root, Syscall::GuardRegister, &[RECOVERY]);
    assert_eq!(refused, Err(SysError::Permission));
    let (_, domain) = world.domain();
    let thread = world.user_thread(C1, 5, domain);
    for entry in [0, 0xA00D_0000, world.buffer(thread)] {
        let bad = world.answer(thread, Syscall::GuardRegister, &[entry]);
        assert_eq!(bad, Err(SysError::InvalidValue), "{entry:#x}");
    }
    assert_eq!(world.kernel.thread(thread).limits, Limits::None);
    let [block, _] = world.ok(thread, Syscall::GuardRegister, &[RECOVERY]);
    let stack = world.kernel.thread(thread).stack.as_ref().unwrap();
    assert!((stack.bottom()..stack.top()).contains(&block));
    assert_eq!(world.port.watched, [thread]);
    let again = world.answer(thread, Syscall::GuardRegister, &[RECOVERY]);
    assert_eq!(again, Err(SysError::BadState));
}

#[test]
fn a_fault_in_a_guarded_call_ends_the_call() {
    let mut world = World::new(2);
    let (thread, block) = guarded(&mut world);
    let mutex = world.create(thread, Syscall::MutexCreate, &[]);
    world.ok(thread, Syscall::MutexLock, &[mutex, NEVER[0], NEVER[1]]);
    enter(&mut world, thread, 7, 4);
    fail(&mut world, thread, FAULT);
    let words = [
        GuardWord::Serial,
        GuardWord::Reason,
        GuardWord::Value,
        GuardWord::Pc,
        GuardWord::Address,
    ]
    .map(|word| get(&mut world, thread, word));
    assert_eq!(
        words,
        [8, ExitReason::Faulted.code(), 28, FAULT.pc, FAULT.address]
    );
    // Its registers stay as they are until they are reported.
    assert_ne!(world.choose(C1).0, thread);
    assert_eq!(world.kernel.next_report(C1), Some(thread));
    assert_eq!(world.kernel.next_report(C0), None);
    assert_eq!(world.kernel.thread(thread).fate, FAULT);
    let who = world.kernel.ended_call(&world.port, thread);
    assert_eq!(who, Some(0x0003_0001));
    world.kernel.reap(&mut world.port, thread);
    assert_eq!(world.kernel.next_report(C1), None);
    assert_eq!(world.kernel.ended_call(&world.port, thread), None);
    let start = Start {
        entry: RECOVERY,
        arg: block,
        stack: block,
        ring: Ring::User,
        thread_pointer: block,
    };
    assert_eq!(world.choose(C1), (thread, Resume::Start(start)));
    // What it holds it still holds.
    world.ok(thread, Syscall::MutexUnlock, &[mutex]);
    // The next one is guarded too.
    enter(&mut world, thread, 9, 4);
    fail(&mut world, thread, FAULT);
    assert_eq!(world.kernel.thread(thread).wait, Wait::Report);
}

#[test]
fn a_fault_in_the_recovery_ends_the_thread() {
    let mut world = World::new(2);
    let (thread, _) = guarded(&mut world);
    enter(&mut world, thread, u32::MAX, 4);
    fail(&mut world, thread, FAULT);
    assert_eq!(get(&mut world, thread, GuardWord::Serial), 0);
    world.kernel.reap(&mut world.port, thread);
    world.choose(C1);
    fail(&mut world, thread, FAULT);
    assert_eq!(world.kernel.thread(thread).state, State::Stopped);
    assert_eq!(world.kernel.ended_call(&world.port, thread), None);
}

#[test]
fn only_few_calls_are_made_inside() {
    let mut world = World::new(2);
    let (thread, _) = guarded(&mut world);
    enter(&mut world, thread, 1, 4);
    let before = world.kernel.digest(&world.port, None);
    for info in SYSCALLS {
        if !is_allowed(info.syscall) {
            let outcome = world.raw(thread, info.syscall.number(), [0; MAX_ARGS]);
            assert_eq!(outcome, Outcome::Forbidden, "{}", info.name);
        }
    }
    let unknown = world.raw(thread, 1000, [0; MAX_ARGS]);
    assert_eq!(unknown, Outcome::Forbidden);
    assert_eq!(world.kernel.digest(&world.port, None), before);
    world.ok(thread, Syscall::ThreadYield, &[]);
    let text = world.buffer(thread);
    assert_eq!(
        world.call(thread, Syscall::Panic, &[text, 4]),
        Outcome::Panic
    );
    assert_eq!(world.port.last_words.len(), 1);
    // Outside it may do what it may.
    put(&mut world, thread, GuardWord::Serial, 2);
    world.ok(thread, Syscall::ThreadSelf, &[]);
    let unknown = world.raw(thread, 1000, [0; MAX_ARGS]);
    assert_eq!(
        unknown,
        Outcome::Return([SysError::BadSyscall.code(), 0, 0])
    );
}

#[test]
fn a_call_is_found_as_often_as_its_limit_and_no_more() {
    let mut world = World::new(2);
    let (thread, _) = guarded(&mut world);
    for limit in [0, 1, 4] {
        enter(&mut world, thread, 101 + 2 * limit, limit);
        for _ in 0..limit {
            assert!(!sample(&mut world, thread));
        }
        assert!(sample(&mut world, thread), "{limit}");
        assert_eq!(
            get(&mut world, thread, GuardWord::Reason),
            ExitReason::Budget.code()
        );
        assert_eq!(get(&mut world, thread, GuardWord::Value), limit);
        world.kernel.reap(&mut world.port, thread);
        world.choose(C1);
    }
}

#[test]
fn calls_are_told_apart_and_time_outside_does_not_count() {
    let mut world = World::new(2);
    let (thread, _) = guarded(&mut world);
    for serial in (1..40).step_by(2) {
        enter(&mut world, thread, serial, 1);
        assert!(!sample(&mut world, thread));
    }
    // A call that goes out for a while is not a new one.
    put(&mut world, thread, GuardWord::Serial, 38);
    for _ in 0..5 {
        assert!(!sample(&mut world, thread));
    }
    put(&mut world, thread, GuardWord::Serial, 39);
    assert!(sample(&mut world, thread));
    // Nobody else is counted.
    let (_, domain) = world.domain();
    let other = world.user_thread(C1, 5, domain);
    enter(&mut world, other, 1, 0);
    assert!(!sample(&mut world, other));
}

#[test]
fn no_limit_is_none() {
    let mut world = World::new(2);
    let (thread, _) = guarded(&mut world);
    enter(&mut world, thread, 3, u32::MAX);
    if let Limits::Guarded(guard) = &mut world.kernel.threads[thread.index()].limits {
        (guard.seen, guard.samples) = (3, u32::MAX - 1);
    }
    for _ in 0..3 {
        assert!(!sample(&mut world, thread));
    }
}

#[test]
fn a_thread_that_waits_for_its_report_can_be_ended() {
    let mut world = World::new(2);
    let (thread, _) = guarded(&mut world);
    let handle = world.kernel.thread_handle(thread);
    enter(&mut world, thread, 1, 4);
    fail(&mut world, thread, FAULT);
    assert_ne!(world.choose(C1).0, thread);
    world.ok(world.root, Syscall::ThreadAbort, &[handle]);
    assert_eq!(world.kernel.next_report(C1), None);
    assert_eq!(world.kernel.thread(thread).state, State::Free);
    // Who gets its number is not guarded.
    let (_, domain) = world.domain();
    let next = world.user_thread(C1, 5, domain);
    assert_eq!(next, thread);
    assert_eq!(world.kernel.thread(next).limits, Limits::None);
    enter(&mut world, next, 1, 4);
    fail(&mut world, next, FAULT);
    assert_eq!(world.kernel.thread(next).state, State::Stopped);
}

#[test]
fn who_is_ended_by_another_core_does_not_go_on() {
    let mut world = World::new(2);
    let (thread, _) = guarded(&mut world);
    let handle = world.kernel.thread_handle(thread);
    enter(&mut world, thread, 1, 0);
    world.ok(world.root, Syscall::ThreadAbort, &[handle]);
    assert_eq!(world.kernel.thread(thread).state, State::Stopped);
    assert!(!sample(&mut world, thread));
    fail(&mut world, thread, FAULT);
    assert_eq!(world.kernel.thread(thread).fate, Fate::aborted());
    world.choose(C1);
    assert_eq!(world.kernel.thread(thread).state, State::Free);
}

#[test]
fn a_confined_thread_makes_few_calls() {
    let mut world = World::new(2);
    let (domain, number) = world.domain();
    let parent = world.user_thread(C1, 5, number);
    world.kernel.threads[parent.index()].may_spawn = true;
    world.grant(parent, domain);
    let params = |flags| ThreadParams {
        entry: RECOVERY,
        arg: 0,
        stack_pages: 1,
        priority: 9,
        core: 1,
        domain: 0,
        flags,
        name: [0; 4],
    };
    let create = |world: &mut World, flags| world.create_thread(parent, &params(flags));
    for more in [flags::KERNEL, flags::SPAWN, flags::DEVICES] {
        let refused = create(&mut world, flags::CONFINED | more);
        assert_eq!(refused, Err(SysError::InvalidValue));
    }
    let handle = create(&mut world, flags::CONFINED).unwrap();
    let semaphore = world.create(parent, Syscall::SemCreate, &[1, 2]);
    world.ok(parent, Syscall::ObjectGrant, &[handle, semaphore]);
    world.ok(parent, Syscall::ThreadStart, &[handle]);
    let id = world.kernel.objects.find(handle).unwrap();
    let thread = world.kernel.thread_of(id).unwrap();
    world.block(parent, Syscall::ThreadJoin, &[handle, NEVER[0], NEVER[1]]);
    world.choose(C1);
    let before = world.kernel.digest(&world.port, None);
    for info in SYSCALLS {
        if !is_for_confined(info.syscall) {
            let outcome = world.raw(thread, info.syscall.number(), [0; MAX_ARGS]);
            assert_eq!(outcome, Outcome::Forbidden, "{}", info.name);
        }
    }
    // A serial of its own makes no difference.
    put(&mut world, thread, GuardWord::Serial, 1);
    let unknown = world.raw(thread, u32::MAX, [0; MAX_ARGS]);
    assert_eq!(unknown, Outcome::Forbidden);
    assert_eq!(world.kernel.digest(&world.port, None), before);
    world.ok(thread, Syscall::SemTake, &[semaphore, NEVER[0], NEVER[1]]);
    world.ok(thread, Syscall::SemGive, &[semaphore]);
    world.ok(thread, Syscall::ClockNow, &[]);
    fail(&mut world, thread, Fate::forbidden(9, RECOVERY));
    assert_eq!(world.kernel.thread(thread).state, State::Stopped);
    world.kernel.reap(&mut world.port, thread);
    assert_eq!(world.woken(parent), Ok([ExitReason::Forbidden.code(), 9]));
}
