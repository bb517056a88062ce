//! What user threads cannot use up, and what they cannot have done.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::{SysError, Syscall, ThreadParams, flags};

use super::world::{ENTRY, NEVER, World};
use crate::ids::{CORE_THREADS, MAX_THREADS, ThreadId};
use crate::system::{Idle, Outcome};
use crate::thread::State;

const C0: CoreId = CoreId::ALL[0];
const C1: CoreId = CoreId::ALL[1];

/// Takes what it can of everything; answers how many threads it created.
fn greedy(world: &mut World, thread: ThreadId) -> usize {
    world.kernel.threads[thread.index()].may_spawn = true;
    let address = world.buffer(thread);
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
    let put = |world: &mut World| {
        let words = params.to_words();
        let bytes = world.bytes(thread, address, 4 * words.len() as u32);
        for (bytes, word) in bytes.chunks_exact_mut(4).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
    };
    put(world);
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
