//! Cores come and go.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::{EVENT_CLEAR, SysError, Syscall, ThreadParams, flags};

use super::world::{ENTRY, NEVER, World};
use crate::ids::ThreadId;
use crate::system::{Busy, Fate, Idle, Ring, Spawn};

const C1: CoreId = CoreId::ALL[1];
const IDLE: Idle = Idle {
    entry: ENTRY,
    stack_top: 0xA00D_C000,
};

fn system_thread(world: &mut World) -> ThreadId {
    let spawn = Spawn {
        core: C1,
        entry: ENTRY,
        arg: 0,
        stack_pages: 2,
        priority: 2,
        ring: Ring::Kernel,
        domain: None,
        may_spawn: true,
        system: true,
        name: "work",
    };
    world.kernel.spawn(&mut world.port, spawn).unwrap()
}

fn remove(world: &mut World) -> Result<(), Busy> {
    world.port.core = C1;
    let removed = world.kernel.remove_core(&mut world.port, C1);
    world.check();
    removed
}

#[test]
fn power_cycles_leave_nothing_behind() {
    let mut world = World::new(1);
    let before = world.kernel.account();
    for _ in 0..200 {
        let idle = world.kernel.add_core(C1, IDLE).unwrap();
        let again = world.kernel.add_core(C1, IDLE);
        assert_eq!(again, Err(SysError::BadState));
        let work = system_thread(&mut world);
        let event = world.create(work, Syscall::EventCreate, &[]);
        let thread = world.kernel_thread(C1, 8);
        assert_eq!(world.choose(C1).0, work);
        let args = [event, 1, 0, NEVER[0], NEVER[1]];
        world.block(work, Syscall::EventWait, &args);
        assert_eq!(world.choose(C1).0, thread);
        assert_eq!(remove(&mut world), Err(Busy), "a thread is pinned");
        let _ = world.call(thread, Syscall::ThreadExit, &[0]);
        assert_eq!(world.choose(C1).0, idle);
        assert_eq!(remove(&mut world), Ok(()));
        let after = world.kernel.account();
        assert_eq!((after.objects, after.pages), (before.objects, before.pages));
        assert_eq!((after.threads, after.deadlines), (before.threads, 0));
    }
}

#[test]
fn a_core_with_something_to_do_stays() {
    let mut world = World::new(2);
    let work = system_thread(&mut world);
    let event = world.kernel.create_event().unwrap();
    assert_eq!(remove(&mut world), Err(Busy), "it has not run yet");
    let args = [event, 1, 0, NEVER[0], NEVER[1]];
    world.block(work, Syscall::EventWait, &args);
    world.kernel.report_to(C1, event, 1).unwrap();
    let thread = world.kernel_thread(C1, 8);
    world.block(thread, Syscall::ThreadSleep, &NEVER);
    assert_eq!(remove(&mut world), Err(Busy), "a thread sleeps there");
    world
        .kernel
        .stop(&mut world.port, thread, Fate::faulted(0, 0, 0));
    assert_eq!(remove(&mut world), Err(Busy), "a report is to be written");
    assert_eq!(world.choose(C1).0, work);
    world.kernel.reap(&mut world.port, thread);
    assert_eq!(remove(&mut world), Err(Busy), "the work thread runs");
    world.ok(work, Syscall::EventWait, &[event, 1, EVENT_CLEAR, 0, 0]);
    world.block(work, Syscall::EventWait, &args);
    world.choose(C1);
    assert_eq!(remove(&mut world), Ok(()));
    assert_eq!(remove(&mut world), Err(Busy), "there is no such core");
    // Nothing can be pinned to it now.
    let spawn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        world.kernel_thread(C1, 8);
    }));
    assert!(spawn.is_err());
}

#[test]
fn nobody_comes_to_a_core_that_is_to_go() {
    let mut world = World::new(2);
    let (_, domain) = world.domain();
    let user = world.user_thread(CoreId::PRIMARY, 5, domain);
    world.kernel.threads[user.index()].may_spawn = true;
    let before = world.kernel.account();
    for caller in [user, world.root] {
        let create = |world: &mut World| {
            let params = ThreadParams {
                entry: ENTRY,
                arg: 0,
                stack_pages: 1,
                priority: 9,
                core: 1,
                domain: 0,
                flags: if caller == user { 0 } else { flags::KERNEL },
                name: [0; 4],
            };
            world.create_thread(caller, &params)
        };
        let thread = create(&mut world).unwrap();
        world.ok(caller, Syscall::ObjectClose, &[thread]);
        world.kernel.close_core(C1, true);
        assert_eq!(create(&mut world), Err(SysError::Busy));
        // It could not go, and goes on.
        world.kernel.close_core(C1, false);
        let thread = create(&mut world).unwrap();
        world.ok(caller, Syscall::ObjectClose, &[thread]);
    }
    assert_eq!(world.kernel.account().objects, before.objects);
    // One that comes back is open.
    world.kernel.close_core(C1, true);
    assert_eq!(remove(&mut world), Ok(()));
    world.kernel.add_core(C1, IDLE).unwrap();
    world.kernel_thread(C1, 8);
}

#[test]
fn only_the_core_whose_choice_changes_is_told() {
    let mut world = World::new(3);
    let [low, high] = [20, 10].map(|priority| world.kernel_thread(C1, priority));
    let root = world.root;
    let semaphore = world.create(root, Syscall::SemCreate, &[0, 9]);
    let take = [semaphore, NEVER[0], NEVER[1]];
    assert_eq!(world.choose(C1).0, high);
    world.block(high, Syscall::SemTake, &take);
    assert_eq!(world.choose(C1).0, low);
    world.port.rescheduled.clear();
    world.ok(root, Syscall::SemGive, &[semaphore]);
    assert_eq!(world.port.rescheduled, [C1]);
    assert_eq!(world.choose(C1).0, high);
    world.block(low, Syscall::SemTake, &take);
    world.port.rescheduled.clear();
    world.ok(root, Syscall::SemGive, &[semaphore]);
    assert!(world.port.rescheduled.is_empty(), "high goes on");
}
