//! Threads from creation to their end.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::guard::BLOCK_WORDS;
use acelab_abi::syscall::{ExitReason, SysError, Syscall, ThreadLocal, ThreadParams, flags};

use super::world::{ENTRY, NEVER, World};
use crate::ids::{MAX_THREADS, ThreadId};
use crate::memory::Space;
use crate::system::{Fate, Outcome, Resume, Ring, Start};
use crate::thread::State;

const C0: CoreId = CoreId::ALL[0];
const C1: CoreId = CoreId::ALL[1];

/// Bytes of the block at the top of a stack.
const BLOCK: u32 = 4 * BLOCK_WORDS as u32;

const PARAMS: ThreadParams = ThreadParams {
    entry: ENTRY,
    arg: 77,
    stack_pages: 2,
    priority: 9,
    core: 0,
    domain: 0,
    flags: 0,
    name: [u32::from_le_bytes(*b"work"), 0, 0, 0],
};

/// `thread_create`, with the parameters on the caller's stack.
fn create(world: &mut World, caller: ThreadId, params: ThreadParams) -> Result<ThreadId, SysError> {
    let handle = world.create_thread(caller, &params)?;
    let id = world.kernel.objects.find(handle).unwrap();
    Ok(world.kernel.thread_of(id).unwrap())
}

fn handle(world: &World, thread: ThreadId) -> u32 {
    world.kernel.thread_handle(thread)
}

/// A user thread that may spawn, of priority 5 on core 0.
fn parent(world: &mut World) -> ThreadId {
    let (_, domain) = world.domain();
    let thread = world.user_thread(C0, 5, domain);
    world.kernel.threads[thread.index()].may_spawn = true;
    thread
}

#[test]
fn a_thread_starts_with_its_block_on_its_stack() {
    let mut world = World::new(2);
    let parent = parent(&mut world);
    let params = ThreadParams { core: 1, ..PARAMS };
    let child = create(&mut world, parent, params).unwrap();
    assert_eq!(world.kernel.thread(child).state, State::Created);
    assert!(world.queue(C1).is_empty());
    let object = handle(&world, child);
    world.ok(parent, Syscall::ThreadStart, &[object]);
    assert_eq!(world.port.rescheduled, [C1]);
    let again = world.answer(parent, Syscall::ThreadStart, &[object]);
    assert_eq!(again, Err(SysError::BadState));
    let top = world.kernel.thread(child).stack.as_ref().unwrap().top();
    let start = Start {
        entry: ENTRY,
        arg: 77,
        stack: top - BLOCK,
        ring: Ring::User,
        thread_pointer: top - BLOCK,
    };
    assert_eq!(world.choose(C1), (child, Resume::Start(start)));
    let mut words = [0; ThreadLocal::WORDS];
    for (index, word) in words.iter_mut().enumerate() {
        let bytes = world.bytes(child, top - BLOCK + 4 * index as u32, 4);
        *word = u32::from_le_bytes(bytes.try_into().unwrap());
    }
    let local = ThreadLocal::from_words(words).unwrap();
    assert_eq!((local.thread.word(), local.core), (object, C1));
    assert_eq!(world.ok(child, Syscall::ThreadSelf, &[]), [object, 0]);
    if cfg!(feature = "thread-names") {
        assert_eq!(world.kernel.thread(child).name.as_str(), "work");
    }
}

#[test]
fn parameters_are_judged() {
    let mut world = World::new(1);
    let parent = parent(&mut world);
    let (foreign, _) = world.domain();
    let object = world.create(world.root, Syscall::EventCreate, &[]);
    world.grant(parent, object);
    use SysError::*;
    let bad = [
        (ThreadParams { core: 1, ..PARAMS }, InvalidValue),
        (
            ThreadParams {
                core: 256,
                ..PARAMS
            },
            InvalidValue,
        ),
        (
            ThreadParams {
                priority: 32,
                ..PARAMS
            },
            InvalidValue,
        ),
        (
            ThreadParams {
                priority: 4,
                ..PARAMS
            },
            Permission,
        ),
        (
            ThreadParams {
                stack_pages: 0,
                ..PARAMS
            },
            InvalidValue,
        ),
        (
            ThreadParams {
                stack_pages: 17,
                ..PARAMS
            },
            InvalidValue,
        ),
        (
            ThreadParams {
                flags: 16,
                ..PARAMS
            },
            InvalidValue,
        ),
        (
            ThreadParams {
                flags: flags::DEVICES,
                ..PARAMS
            },
            Permission,
        ),
        (
            ThreadParams {
                flags: flags::KERNEL,
                ..PARAMS
            },
            Permission,
        ),
        (
            ThreadParams {
                domain: foreign,
                ..PARAMS
            },
            Permission,
        ),
        (
            ThreadParams {
                domain: object,
                ..PARAMS
            },
            WrongKind,
        ),
        (
            ThreadParams {
                domain: 0x777,
                ..PARAMS
            },
            BadHandle,
        ),
        (ThreadParams { entry: 0, ..PARAMS }, InvalidValue),
        (
            ThreadParams {
                entry: 0xA003_4000,
                ..PARAMS
            },
            InvalidValue,
        ),
    ];
    let before = world.kernel.account();
    for (params, error) in bad {
        assert_eq!(create(&mut world, parent, params), Err(error), "{params:?}");
    }
    // Its own stack cannot be executed.
    let entry = world.buffer(parent);
    let params = ThreadParams { entry, ..PARAMS };
    assert_eq!(create(&mut world, parent, params), Err(InvalidValue));
    assert_eq!(world.kernel.account(), before);
    world.kernel.threads[parent.index()].may_spawn = false;
    assert_eq!(create(&mut world, parent, PARAMS), Err(Permission));
    // Ring 0: user threads have a domain.
    let root = world.root;
    assert_eq!(create(&mut world, root, PARAMS), Err(InvalidValue));
    let kernel = ThreadParams {
        flags: flags::KERNEL,
        priority: 0,
        ..PARAMS
    };
    let thread = create(&mut world, root, kernel).unwrap();
    let record = world.kernel.thread(thread);
    assert_eq!((record.ring, record.space()), (Ring::Kernel, Space::Kernel));
    let devices = ThreadParams {
        flags: flags::DEVICES,
        domain: foreign,
        ..PARAMS
    };
    let thread = create(&mut world, root, devices).unwrap();
    assert!(world.kernel.thread(thread).may_open);
}

#[test]
fn an_executable_page_of_the_domain_is_an_entry() {
    let mut world = World::new(1);
    let root = world.root;
    let (domain, _) = world.domain();
    let [code, address] = world.ok(root, Syscall::PartitionCreate, &[1]);
    let params = ThreadParams {
        domain,
        entry: address + 8,
        ..PARAMS
    };
    assert_eq!(
        create(&mut world, root, params),
        Err(SysError::InvalidValue)
    );
    world.ok(root, Syscall::PartitionAttach, &[domain, code, 5]);
    assert!(create(&mut world, root, params).is_ok());
}

#[test]
fn there_are_so_many_threads_and_no_more() {
    let mut world = World::new(1);
    let root = world.root;
    let before = world.kernel.account();
    let params = ThreadParams {
        flags: flags::KERNEL,
        stack_pages: 1,
        ..PARAMS
    };
    let mut threads = std::vec::Vec::new();
    while let Ok(thread) = create(&mut world, root, params) {
        threads.push(thread);
    }
    // The idle thread and the root thread are there, too.
    assert_eq!(threads.len(), MAX_THREADS - 2);
    for thread in threads {
        let object = handle(&world, thread);
        world.ok(root, Syscall::ObjectClose, &[object]);
    }
    let after = world.kernel.account();
    assert_eq!((after.objects, after.pages), (before.objects, before.pages));
}

#[test]
fn an_exit_wakes_who_joins_and_leaves_the_result_for_the_owner() {
    let mut world = World::new(1);
    let root = world.root;
    let params = ThreadParams {
        flags: flags::KERNEL,
        ..PARAMS
    };
    let child = create(&mut world, root, params).unwrap();
    let object = handle(&world, child);
    world.ok(root, Syscall::ThreadStart, &[object]);
    let pages = world.kernel.account().pages;
    let other = world.kernel_thread(C0, 20);
    world.block(other, Syscall::ThreadJoin, &[object, NEVER[0], NEVER[1]]);
    let early = world.answer(root, Syscall::ThreadJoin, &[object, 0, 0]);
    assert_eq!(early, Err(SysError::Timeout));
    assert_eq!(
        world.call(child, Syscall::ThreadExit, &[55]),
        Outcome::Ended
    );
    let result = [ExitReason::Exited.code(), 55];
    assert_eq!(world.woken(other), Ok(result));
    assert_eq!(world.port.gone, [child]);
    // Its stack of two pages and a guard is free; one page and one of the other.
    assert_eq!(world.kernel.account().pages, pages - 3 + 2);
    assert_eq!(world.ok(root, Syscall::ThreadJoin, &[object, 0, 0]), result);
    for syscall in [Syscall::ThreadAbort, Syscall::ThreadStart] {
        assert_eq!(
            world.answer(root, syscall, &[object]),
            Err(SysError::BadState)
        );
    }
    let priority = world.answer(root, Syscall::ThreadSetPriority, &[object, 3]);
    assert_eq!(priority, Err(SysError::BadState));
    world.ok(root, Syscall::ObjectClose, &[object]);
    let gone = world.answer(root, Syscall::ThreadJoin, &[object, 0, 0]);
    assert_eq!(gone, Err(SysError::BadHandle));
}

#[test]
fn a_fault_is_reported_before_anything_is_taken_back() {
    let mut world = World::new(2);
    let parent = parent(&mut world);
    let params = ThreadParams { core: 1, ..PARAMS };
    let child = create(&mut world, parent, params).unwrap();
    let object = handle(&world, child);
    world.ok(parent, Syscall::ThreadStart, &[object]);
    let event = world.create(child, Syscall::EventCreate, &[]);
    world.block(parent, Syscall::ThreadJoin, &[object, NEVER[0], NEVER[1]]);
    assert_eq!(world.choose(C1).0, child);
    let fate = Fate::faulted(28, ENTRY + 4, 0x1234);
    assert!(world.kernel.stop(&mut world.port, child, fate));
    world.check();
    assert!(
        !world.kernel.stop(&mut world.port, child, Fate::aborted()),
        "once"
    );
    assert_eq!(Some(world.choose(C1).0), world.kernel.idle_of(C1));
    assert!(world.is_waiting(parent));
    let record = world.kernel.thread(child);
    assert!(record.stack.is_some() && record.fate == fate);
    assert!(world.kernel.objects.find(event).is_ok());
    assert_eq!(world.kernel.next_report(C0), None);
    assert_eq!(world.kernel.next_report(C1), Some(child));
    world.kernel.reap(&mut world.port, child);
    world.check();
    assert_eq!(world.woken(parent), Ok([ExitReason::Faulted.code(), 28]));
    assert!(world.kernel.objects.find(event).is_err());
    assert_eq!(world.kernel.next_report(C1), None);
}

#[test]
fn a_thread_that_another_core_runs_is_reaped_when_that_core_has_left_it() {
    let mut world = World::new(2);
    let root = world.root;
    let victim = world.kernel_thread(C1, 5);
    assert_eq!(world.choose(C1).0, victim);
    let pages = world.kernel.account().pages;
    let object = handle(&world, victim);
    world.port.rescheduled.clear();
    world.ok(root, Syscall::ThreadAbort, &[object]);
    assert_eq!(world.port.rescheduled, [C1]);
    // It may still be using its stack, and may come with a system call or a
    // fault before the core notices.
    assert_eq!(world.kernel.account().pages, pages);
    assert_eq!(world.call(victim, Syscall::Null, &[]), Outcome::Ended);
    assert!(
        !world
            .kernel
            .stop(&mut world.port, victim, Fate::faulted(1, 2, 3))
    );
    assert_eq!(Some(world.choose(C1).0), world.kernel.idle_of(C1));
    assert_eq!(world.kernel.account().pages, pages - 2);
    assert_eq!(world.kernel.thread(victim).state, State::Free);
}

#[test]
fn a_parent_takes_along_what_has_not_started_and_lets_go_of_what_runs() {
    let mut world = World::new(1);
    let parent = parent(&mut world);
    let created = create(&mut world, parent, PARAMS).unwrap();
    let running = create(&mut world, parent, PARAMS).unwrap();
    let ended = create(&mut world, parent, PARAMS).unwrap();
    for thread in [running, ended] {
        let object = handle(&world, thread);
        world.ok(parent, Syscall::ThreadStart, &[object]);
    }
    let _ = world.call(ended, Syscall::ThreadExit, &[0]);
    assert_eq!(world.kernel.thread(ended).state, State::Ended);
    let _ = world.call(parent, Syscall::ThreadExit, &[0]);
    assert_eq!(world.kernel.thread(created).state, State::Free);
    assert_eq!(world.kernel.thread(ended).state, State::Free);
    assert_eq!(world.kernel.thread(running).state, State::Ready);
    let _ = world.call(running, Syscall::ThreadExit, &[0]);
    assert_eq!(world.kernel.thread(running).state, State::Free);
}

#[test]
fn a_domain_outlives_its_owner_until_its_last_thread_has_ended() {
    let mut world = World::new(1);
    let parent = parent(&mut world);
    let before = world.kernel.account();
    let domain = world.create(parent, Syscall::DomainCreate, &[]);
    world.ok(parent, Syscall::HeapCreate, &[domain, 4]);
    let [data, address] = world.ok(parent, Syscall::PartitionCreate, &[2]);
    world.ok(parent, Syscall::PartitionAttach, &[domain, data, 3]);
    let child = create(&mut world, parent, ThreadParams { domain, ..PARAMS }).unwrap();
    let object = handle(&world, child);
    world.ok(parent, Syscall::ThreadStart, &[object]);
    let busy = world.answer(parent, Syscall::ObjectClose, &[domain]);
    assert_eq!(busy, Err(SysError::Busy));
    let busy = world.answer(parent, Syscall::ObjectClose, &[data]);
    assert_eq!(busy, Err(SysError::Busy));
    assert_eq!(world.ok(child, Syscall::HeapAlloc, &[64, 4])[1], 0);
    let _ = world.call(parent, Syscall::ThreadExit, &[0]);
    // The partition is gone, and so is the child's access to it.
    let text = [0, address, 1];
    let bad = world.call(child, Syscall::Log, &text);
    assert_eq!(
        bad,
        Outcome::BadPointer {
            argument: 1,
            address
        }
    );
    assert_eq!(world.kernel.account().domains, 2);
    let _ = world.call(child, Syscall::ThreadExit, &[0]);
    let after = world.kernel.account();
    assert_eq!(after.domains, 1);
    // The parent's stack is free as well.
    assert_eq!(after.pages, before.pages - 2);
    assert_eq!(after.heap_bytes, 0);
}

#[test]
fn a_thread_is_moved_before_it_starts() {
    let mut world = World::new(1);
    let parent = parent(&mut world);
    let home = world.kernel.domain_of(parent);
    let domain = world.create(parent, Syscall::DomainCreate, &[]);
    let child = create(&mut world, parent, PARAMS).unwrap();
    let object = handle(&world, child);
    let top = world.kernel.thread(child).stack.as_ref().unwrap().top();
    world.ok(parent, Syscall::DomainAssign, &[domain, object]);
    assert_ne!(world.kernel.domain_of(child), home);
    world.ok(parent, Syscall::ThreadStart, &[object]);
    world.block(parent, Syscall::ThreadSleep, &NEVER);
    world.block(world.root, Syscall::ThreadSleep, &NEVER);
    let Resume::Start(start) = world.choose(C0).1 else {
        panic!("it has not run");
    };
    assert_eq!(start.thread_pointer, top - BLOCK);
    assert_eq!(world.bytes(child, top - BLOCK, 4), object.to_le_bytes());
    world
        .kernel
        .finish_wait(&mut world.port, parent, Ok([0; 2]));
    let late = world.answer(parent, Syscall::DomainAssign, &[domain, object]);
    assert_eq!(late, Err(SysError::BadState));
}

#[test]
fn priorities_are_given_up_to_the_own_one() {
    let mut world = World::new(1);
    let parent = parent(&mut world);
    let child = create(&mut world, parent, PARAMS).unwrap();
    let object = handle(&world, child);
    world.ok(parent, Syscall::ThreadSetPriority, &[object, 5]);
    assert_eq!(world.priority(child), 5);
    let more = world.answer(parent, Syscall::ThreadSetPriority, &[object, 4]);
    assert_eq!(more, Err(SysError::Permission));
    world.ok(world.root, Syscall::ThreadSetPriority, &[object, 0]);
    assert_eq!(world.priority(child), 0);
    // A user thread does nothing to a kernel thread, even if it has the handle.
    let root = handle(&world, world.root);
    world.grant(parent, root);
    for (syscall, args) in [
        (Syscall::ThreadSetPriority, [root, 9]),
        (Syscall::ThreadAbort, [root, 0]),
    ] {
        assert_eq!(
            world.answer(parent, syscall, &args),
            Err(SysError::Permission)
        );
    }
}

#[test]
fn idle_threads_neither_wait_nor_end() {
    let mut world = World::new(1);
    let idle = world.kernel.idle_of(C0).unwrap();
    let object = handle(&world, idle);
    world.ok(idle, Syscall::ThreadYield, &[]);
    assert_eq!(world.kernel.idle_of(C0), Some(idle));
    assert_eq!(
        world.answer(idle, Syscall::ThreadSleep, &NEVER),
        Err(SysError::BadState)
    );
    assert_eq!(
        world.answer(idle, Syscall::ThreadExit, &[0]),
        Err(SysError::BadState)
    );
    assert_eq!(
        world.answer(world.root, Syscall::ThreadAbort, &[object]),
        Err(SysError::BadState)
    );
    let priority = world.answer(world.root, Syscall::ThreadSetPriority, &[object, 0]);
    assert_eq!(priority, Err(SysError::BadState));
}

#[test]
fn a_thread_can_end_itself_by_its_own_handle() {
    let mut world = World::new(1);
    let thread = world.kernel_thread(C0, 9);
    let object = handle(&world, thread);
    assert_eq!(
        world.call(thread, Syscall::ThreadAbort, &[object]),
        Outcome::Ended
    );
    assert_eq!(world.kernel.thread(thread).state, State::Free);
}
