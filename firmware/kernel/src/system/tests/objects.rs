//! Handles, permissions, quotas, the digest.

use acelab_abi::core_id::CoreId;
use acelab_abi::object::Handle;
use acelab_abi::syscall::{SysError, Syscall};

use super::world::World;
use crate::object::{DOMAIN_QUOTA, Object, Objects};
use crate::sync::EventFlags;
use crate::system::Outcome;

const C0: CoreId = CoreId::ALL[0];

#[test]
fn permission_is_given_by_who_has_it_and_taken_by_the_owner() {
    let mut world = World::new(1);
    let (_, domain) = world.domain();
    let [owner, friend, other] = [5, 5, 5].map(|p| world.user_thread(C0, p, domain));
    let handles = [owner, friend, other].map(|t| world.kernel.thread_handle(t));
    let event = world.create(owner, Syscall::EventCreate, &[]);
    let post = [event, 1];
    assert_eq!(
        world.answer(friend, Syscall::EventPost, &post),
        Err(SysError::Permission)
    );
    let grant = |to: usize| [handles[to], event];
    // To give it, one needs permission for the thread, too.
    assert_eq!(
        world.answer(owner, Syscall::ObjectGrant, &grant(1)),
        Err(SysError::Permission)
    );
    world.grant(owner, handles[1]);
    world.ok(owner, Syscall::ObjectGrant, &grant(1));
    world.ok(friend, Syscall::EventPost, &post);
    world.grant(friend, handles[2]);
    world.ok(friend, Syscall::ObjectGrant, &grant(2));
    world.ok(other, Syscall::EventPost, &post);
    // Who has it cannot take it, nor close the object.
    let close = world.answer(friend, Syscall::ObjectClose, &[event]);
    assert_eq!(close, Err(SysError::Permission));
    let revoke = world.answer(friend, Syscall::ObjectRevoke, &grant(2));
    assert_eq!(revoke, Err(SysError::Permission));
    world.ok(owner, Syscall::ObjectRevoke, &grant(1));
    assert_eq!(
        world.answer(friend, Syscall::EventPost, &post),
        Err(SysError::Permission)
    );
    // Ring 0 may do everything.
    world.ok(world.root, Syscall::ObjectRevoke, &grant(2));
    assert_eq!(
        world.answer(other, Syscall::EventPost, &post),
        Err(SysError::Permission)
    );
    world.ok(world.root, Syscall::ObjectClose, &[event]);
    assert_eq!(
        world.answer(owner, Syscall::EventPost, &post),
        Err(SysError::BadHandle)
    );
}

#[test]
fn the_next_thread_with_a_number_inherits_nothing() {
    let mut world = World::new(1);
    let (_, domain) = world.domain();
    let event = world.create(world.root, Syscall::EventCreate, &[]);
    let first = world.user_thread(C0, 5, domain);
    world.grant(first, event);
    let keep = world.user_thread(C0, 5, domain);
    assert_eq!(world.call(first, Syscall::ThreadExit, &[0]), Outcome::Ended);
    let second = world.user_thread(C0, 5, domain);
    assert_eq!((first, keep == second), (second, false));
    let post = world.answer(second, Syscall::EventPost, &[event, 1]);
    assert_eq!(post, Err(SysError::Permission));
    // To a thread that has ended nothing is given.
    let ended = world.kernel.thread_handle(keep);
    let _ = world.call(keep, Syscall::ThreadExit, &[0]);
    let grant = world.answer(world.root, Syscall::ObjectGrant, &[ended, event]);
    assert_eq!(grant, Err(SysError::BadHandle));
}

#[test]
fn old_handles_name_nothing() {
    let mut world = World::new(1);
    let root = world.root;
    let event = world.create(root, Syscall::EventCreate, &[]);
    world.ok(root, Syscall::ObjectClose, &[event]);
    for _ in 0..300 {
        let other = world.create(root, Syscall::SemCreate, &[0, 1]);
        assert_ne!(other, event);
        let post = world.answer(root, Syscall::EventPost, &[event, 1]);
        assert_eq!(post, Err(SysError::BadHandle));
        world.ok(root, Syscall::ObjectClose, &[other]);
    }
    for forged in [0, 1, 0xFF, event & 0xFF, event + 0x100, u32::MAX] {
        let post = world.answer(root, Syscall::EventPost, &[forged, 1]);
        assert_eq!(post, Err(SysError::BadHandle), "{forged:#x}");
    }
}

#[test]
fn a_domain_owns_so_many_objects_and_no_more() {
    let mut world = World::new(1);
    let (_, domain) = world.domain();
    let [a, b] = [5, 6].map(|priority| world.user_thread(C0, priority, domain));
    let mut last = 0;
    for index in 0..DOMAIN_QUOTA {
        let owner = if index % 2 == 0 { a } else { b };
        last = world.create(owner, Syscall::MutexCreate, &[]);
    }
    for thread in [a, b] {
        let full = world.answer(thread, Syscall::MutexCreate, &[]);
        assert_eq!(full, Err(SysError::NoMemory));
    }
    // Others are not concerned, and who dies makes room.
    world.create(world.root, Syscall::MutexCreate, &[]);
    world.ok(b, Syscall::ObjectClose, &[last]);
    world.create(a, Syscall::MutexCreate, &[]);
    let _ = world.call(b, Syscall::ThreadExit, &[0]);
    // So many objects are not closed in one go.
    let full = world.answer(a, Syscall::MutexCreate, &[]);
    while world.kernel.next_deadline().is_some() {
        world.advance(world.port.now + 1);
    }
    assert_eq!(
        (full.is_ok(), world.kernel.objects.quota_used(domain)),
        (true, DOMAIN_QUOTA / 2 + 2)
    );
    for _ in 0..DOMAIN_QUOTA / 2 - 2 {
        world.create(a, Syscall::MutexCreate, &[]);
    }
}

#[test]
fn an_index_that_is_worn_out_is_not_used_again() {
    let mut objects = Objects::new();
    objects.wear(Handle::MAX_GENERATION - 1);
    let event = || Object::Event(EventFlags::NEW);
    let id = objects.create(event(), None, None).unwrap();
    let handle = objects.handle(id);
    assert_eq!(objects.find(handle), Ok(id));
    objects.remove(id);
    assert_eq!(objects.find(handle), Err(SysError::BadHandle));
    for _ in 0..255 {
        assert_ne!(objects.create(event(), None, None), Ok(id));
    }
    let full = objects.create(event(), None, None);
    assert_eq!(full, Err(SysError::NoMemory));
}

#[test]
fn the_digest_sees_changes_and_nothing_else() {
    let mut world = World::new(1);
    let (domain, number) = world.domain();
    let root = world.root;
    let user = world.user_thread(C0, 5, number);
    let [partition, _] = world.ok(root, Syscall::PartitionCreate, &[1]);
    let event = world.create(user, Syscall::EventCreate, &[]);
    let semaphore = world.create(root, Syscall::SemCreate, &[0, 9]);
    let digest = |world: &World| world.kernel.digest(&world.port, Some(root));
    let mut seen = std::vec![digest(&world)];
    let handle = world.kernel.thread_handle(user);
    let changes: [(Syscall, &[u32]); 9] = [
        (Syscall::ObjectGrant, &[handle, semaphore]),
        (Syscall::SemGive, &[semaphore]),
        (Syscall::EventPost, &[event, 4]),
        (Syscall::PartitionAttach, &[domain, partition, 1]),
        (Syscall::HeapCreate, &[domain, 1]),
        (Syscall::ThreadSetPriority, &[handle, 9]),
        (Syscall::MutexCreate, &[]),
        (Syscall::PartitionDetach, &[domain, partition]),
        (Syscall::ObjectClose, &[event]),
    ];
    for (syscall, args) in changes {
        world.ok(root, syscall, args);
        let now = digest(&world);
        assert!(!seen.contains(&now), "{syscall:?}");
        seen.push(now);
    }
    // Time, choices and what is done and undone leave no trace.
    let before = digest(&world);
    world.advance(5000);
    world.choose(C0);
    world.ok(root, Syscall::ThreadYield, &[]);
    let other = world.create(root, Syscall::SlotCreate, &[]);
    assert_ne!(digest(&world), before);
    world.ok(root, Syscall::ObjectClose, &[other]);
    let address = world.ok(user, Syscall::HeapAlloc, &[8, 4])[0];
    assert_ne!(digest(&world), before);
    world.ok(user, Syscall::HeapFree, &[address]);
    assert_eq!(digest(&world), before);
}
