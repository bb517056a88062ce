//! Threads of ring 0 that use the memory of a domain.

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::{USER_DISTANCE, USER_WINDOW};
use acelab_abi::syscall::{SysError, Syscall, ThreadParams, flags};

use super::world::{ENTRY, World};
use crate::ids::{DomainId, ThreadId};
use crate::memory::Space;
use crate::system::{Fate, Outcome, Ring, Spawn};

fn spawn(world: &mut World, ring: Ring, domain: Option<DomainId>) -> Result<ThreadId, SysError> {
    let spawn = Spawn {
        core: CoreId::PRIMARY,
        entry: ENTRY,
        arg: 0,
        stack_pages: 1,
        priority: 3,
        ring,
        domain,
        may_spawn: false,
        system: false,
        name: "ll",
    };
    let spawned = world.kernel.spawn(&mut world.port, spawn);
    world.check();
    spawned
}

#[test]
fn it_sees_memory_as_the_users_of_the_domain_do() {
    let mut world = World::new(1);
    let root = world.root;
    let (handle, domain) = world.domain();
    assert_eq!(
        spawn(&mut world, Ring::User, None),
        Err(SysError::InvalidValue)
    );
    let thread = spawn(&mut world, Ring::Kernel, Some(domain)).unwrap();
    let record = world.kernel.thread(thread);
    assert_eq!(
        (record.ring, record.space()),
        (Ring::Kernel, Space::Domain(domain))
    );
    let stack = world.buffer(thread);
    assert!(USER_WINDOW.contains(stack, 4096));
    // Pointers are judged in the user window; the kernel's own are none here.
    let account = |world: &mut World, at| world.call(thread, Syscall::Account, &[at]);
    assert_eq!(account(&mut world, stack), Outcome::Return([0, 0, 0]));
    let kernel = account(&mut world, stack + USER_DISTANCE);
    assert!(matches!(kernel, Outcome::BadPointer { .. }), "{kernel:?}");
    // The heap is that of the domain.
    world.ok(root, Syscall::HeapCreate, &[handle, 1]);
    let [block, _] = world.ok(thread, Syscall::HeapAlloc, &[64, 64]);
    let user = world.user_thread(CoreId::PRIMARY, 4, domain);
    world.ok(user, Syscall::HeapFree, &[block]);
    // It is in ring 0 all the same: no object is forbidden to it.
    let semaphore = world.create(user, Syscall::SemCreate, &[0, 1]);
    world.ok(thread, Syscall::SemGive, &[semaphore]);
    // The domain lives as long as it does.
    let refused = world.answer(root, Syscall::ObjectClose, &[handle]);
    assert_eq!(refused, Err(SysError::Busy));
    for thread in [thread, user] {
        let (kernel, port) = (&mut world.kernel, &mut world.port);
        assert!(kernel.stop(port, thread, Fate::aborted()));
    }
    world.ok(root, Syscall::ObjectClose, &[handle]);
    world.check();
}

#[test]
fn it_passes_its_domain_on_and_a_user_gets_none_of_its_ring() {
    let mut world = World::new(1);
    let (handle, domain) = world.domain();
    let root = world.root;
    let parent = spawn(&mut world, Ring::Kernel, Some(domain)).unwrap();
    let spawner = world.user_thread(CoreId::PRIMARY, 4, domain);
    world.kernel.threads[spawner.index()].may_spawn = true;
    let mut create = |caller: ThreadId, domain: u32, flags: u32| {
        let params = ThreadParams {
            entry: ENTRY,
            arg: 0,
            stack_pages: 1,
            priority: 9,
            core: 0,
            domain,
            flags,
            name: [0; 4],
        };
        let thread = world.create_thread(caller, &params)?;
        let id = world.kernel.objects.find(thread)?;
        let thread = world.kernel.thread_of(id).expect("a thread");
        Ok::<_, SysError>((thread, world.kernel.domain_of(thread)))
    };
    let (child, inherited) = create(parent, 0, flags::KERNEL).unwrap();
    assert_eq!(inherited, Some(domain));
    let (user, inherited) = create(parent, 0, 0).unwrap();
    assert_eq!(inherited, Some(domain));
    assert_ne!(child, user);
    let refused = create(spawner, 0, flags::KERNEL);
    assert_eq!(refused, Err(SysError::Permission));
    let (_, named) = create(root, handle, flags::KERNEL).unwrap();
    assert_eq!(named, Some(domain));
    let (_, none) = create(root, 0, flags::KERNEL).unwrap();
    assert_eq!(none, None);
}
