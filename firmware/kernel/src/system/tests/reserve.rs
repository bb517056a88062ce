//! What user threads cannot use up, and what they cannot have done.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::{SysError, Syscall, ThreadParams, flags, rights};

use super::world::{ENTRY, NEVER, World};
use crate::ids::{CORE_THREADS, MAX_THREADS, ThreadId};
use crate::system::{Idle, Outcome, Resume};
use crate::thread::State;

const C0: CoreId = CoreId::ALL[0];
const C1: CoreId = CoreId::ALL[1];

/// Takes what it can of everything; answers how many threads it created.
fn greedy(world: &mut World, thread: ThreadId) -> usize {
    world.kernel.threads[thread.index()].may_spawn = true;
    let params = ThreadParams {
        entry: ENTRY,
        arg: 0,
        stack_pages: 1,
        priority: 9,
        core: 0,
        domain: 0,
        flags: flags::SPAWN,
        name: [0; 4],
    };
    let mut created = 0;
    let address = world.put_params(thread, &params);
    loop {
        match world.call(thread, Syscall::ThreadCreate, &[address]) {
            Outcome::Return([0, ..]) => created += 1,
            Outcome::Return([code, ..]) => {
                assert_eq!(code, SysError::NoMemory.code());
                break;
            }
            Outcome::Blocked => {
                let now = world.port.now + 2;
                world.advance(now);
                world.choose(C0);
            }
            outcome => panic!("{outcome:?}"),
        }
    }
    while world.answer(thread, Syscall::SemCreate, &[0, 1]).is_ok() {}
    created
}

#[test]
fn a_core_comes_up_whatever_users_have_taken() {
    let mut world = World::new(1);
    let threads = [0; 4].map(|_| {
        let (_, domain) = world.domain();
        world.user_thread(C0, 5, domain)
    });
    world.block(world.root, Syscall::ThreadSleep, &NEVER);
    let created: usize = threads
        .map(|thread| greedy(&mut world, thread))
        .into_iter()
        .sum();
    assert!(created > 0 && created < MAX_THREADS - 4 * CORE_THREADS);
    for core in &CoreId::ALL[1..] {
        let idle = Idle {
            entry: ENTRY,
            stack_top: 0xA00D_C000,
        };
        world.kernel.add_core(*core, idle).unwrap();
        for priority in 1..CORE_THREADS as u32 {
            world.kernel_thread(*core, priority);
        }
    }
}

/// A call of core 0's most urgent thread that may take several steps.
fn in_steps(
    world: &mut World,
    thread: ThreadId,
    call: Syscall,
    args: &[u32],
) -> Result<[u32; 2], SysError> {
    let mut outcome = world.call(thread, call, args);
    let core = world.kernel.thread(thread).core;
    while outcome == Outcome::Blocked {
        world.advance(world.port.now);
        let (next, resume) = world.choose(core);
        if let (true, Resume::Answer(words)) = (next == thread, resume) {
            outcome = Outcome::Return(words);
        }
    }
    match outcome {
        Outcome::Return([0, first, second]) => Ok([first, second]),
        Outcome::Return([code, ..]) => Err(SysError::from_code(code).unwrap()),
        outcome => panic!("{outcome:?}"),
    }
}

fn create(world: &mut World, caller: ThreadId, params: ThreadParams) -> Result<u32, SysError> {
    let address = world.put_params(caller, &params);
    let [thread, _] = in_steps(world, caller, Syscall::ThreadCreate, &[address])?;
    Ok(thread)
}

/// What a core needs when users have done their worst: threads with the stacks
/// that they ask for most, every page of the pool in pieces, their own heap. The
/// domains and heaps of all cores are there since boot.
#[test]
fn the_audio_of_a_core_begins_whatever_users_have_taken() {
    const HEAP_PAGES: u32 = 40;
    let mut world = World::new(1);
    let root = world.root;
    let domains = CoreId::ALL.map(|_| world.domain());
    for (domain, _) in domains {
        in_steps(&mut world, root, Syscall::HeapCreate, &[domain, HEAP_PAGES]).unwrap();
    }
    let user = world.user_thread(C0, 5, domains[0].1);
    world.kernel.threads[user.index()].may_spawn = true;
    let other = world.domain().1;
    // More urgent: it comes first when both could run.
    let neighbour = world.user_thread(C0, 4, other);
    world.kernel.threads[neighbour.index()].may_spawn = true;
    for thread in [root, neighbour] {
        world.block(thread, Syscall::ThreadSleep, &NEVER);
    }
    let params = ThreadParams {
        entry: ENTRY,
        arg: 0,
        stack_pages: 16,
        priority: 9,
        core: 0,
        domain: 0,
        flags: 0,
        name: [0; 4],
    };
    let until_refused = loop {
        if let Err(error) = create(&mut world, user, params) {
            break error;
        }
    };
    assert_eq!(until_refused, SysError::NoMemory);
    let kernel = &mut world.kernel;
    kernel.finish_wait(&mut world.port, neighbour, Ok([0; 2]));
    assert_eq!(world.choose(C0).0, neighbour);
    for pages in [32, 4, 1] {
        while in_steps(&mut world, neighbour, Syscall::PartitionCreate, &[pages]).is_ok() {}
    }
    for size in [65_536, 4096, 64] {
        while world.answer(user, Syscall::HeapAlloc, &[size, 64]).is_ok() {}
    }
    world.kernel.finish_wait(&mut world.port, root, Ok([0; 2]));
    assert_eq!(world.choose(C0).0, root);
    for (index, core) in CoreId::ALL.into_iter().enumerate().skip(1) {
        let idle = Idle {
            entry: ENTRY,
            stack_top: 0xA00D_C000,
        };
        world.kernel.add_core(core, idle).unwrap();
        let (domain, _) = domains[index];
        let work = world.kernel_thread(core, 0);
        world.grant(work, domain);
        assert_eq!(world.choose(core).0, work);
        let [reply, _] = in_steps(&mut world, work, Syscall::PartitionCreate, &[1]).unwrap();
        let uncached = rights::READ | rights::WRITE | rights::UNCACHED;
        world.ok(work, Syscall::PartitionAttach, &[domain, reply, uncached]);
        for stack_pages in [4, 4] {
            let params = ThreadParams {
                core: index as u32,
                domain,
                stack_pages,
                priority: 3,
                ..params
            };
            let thread = create(&mut world, work, params).unwrap();
            world.ok(work, Syscall::ThreadStart, &[thread]);
        }
        world.block(work, Syscall::ThreadSleep, &NEVER);
        let (thread, _) = world.choose(core);
        world
            .answer(thread, Syscall::HeapAlloc, &[4096, 64])
            .unwrap();
    }
}

#[test]
fn a_cache_operation_on_no_bytes_reaches_no_cache() {
    let mut world = World::new(1);
    let (_, domain) = world.domain();
    let thread = world.user_thread(C0, 5, domain);
    for operation in [1, 2] {
        world.ok(thread, Syscall::Cache, &[0xFFFF_FF01, 0, operation]);
    }
    assert!(world.port.cached.is_empty());
}

#[test]
fn a_mutex_is_handed_on_when_the_core_of_its_dead_owner_has_left_it() {
    let mut world = World::new(2);
    let (_, domain) = world.domain();
    let mutex = world.create(world.root, Syscall::MutexCreate, &[]);
    let owner = world.user_thread(C1, 5, domain);
    let waiter = world.user_thread(C0, 5, domain);
    for thread in [owner, waiter] {
        world.grant(thread, mutex);
    }
    assert_eq!(world.choose(C1).0, owner);
    world.ok(owner, Syscall::MutexLock, &[mutex, NEVER[0], NEVER[1]]);
    world.block(waiter, Syscall::MutexLock, &[mutex, NEVER[0], NEVER[1]]);
    let handle = world.kernel.thread_handle(owner);
    world.ok(world.root, Syscall::ThreadAbort, &[handle]);
    assert!(world.is_waiting(waiter), "the owner may still be inside");
    assert_ne!(world.choose(C1).0, owner);
    assert_eq!(world.woken(waiter), Err(SysError::OwnerDied));
    assert_eq!(world.kernel.thread(owner).state, State::Free);
}
