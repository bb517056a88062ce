//! Rules one by one, where a random sequence would seldom come.

use std::vec::Vec;

use acelab_abi::memory::{PAGE_SIZE, is_uncached, to_uncached};

use super::super::{
    MAX_ATTACHMENTS, Memory, MemoryError, POOL_PAGES, PagePool, Partition, Placement, Rights,
    Space, Taker, UNCACHED_PAGES, UserBytes,
};
use super::fake::{Fake, finish};
use crate::ids::{DomainId, RESERVED_STACK_PAGES, RESERVED_UNCACHED_PAGES};

struct World {
    fake: Fake,
    memory: Memory,
    domain: DomainId,
    other: DomainId,
}

impl World {
    fn new() -> Self {
        let (mut fake, mut memory) = Fake::booted();
        let [domain, other] = [(); 2].map(|()| {
            let domain = memory.create_domain(&mut fake, Taker::Firmware).unwrap();
            fake.new_table(memory.page_table(domain).unwrap());
            domain
        });
        Self {
            fake,
            memory,
            domain,
            other,
        }
    }

    fn partition(&mut self, pages: usize) -> Result<Partition, MemoryError> {
        let (memory, fake) = (&mut self.memory, &mut self.fake);
        finish(|| memory.create_partition(fake, pages, Placement::Low, Taker::User))
    }

    fn attach(
        &mut self,
        domain: DomainId,
        partition: &Partition,
        rights: Rights,
    ) -> Result<(), MemoryError> {
        self.memory
            .attach(&mut self.fake, domain, partition, rights)
    }

    fn charged(&mut self, domain: DomainId) -> u16 {
        self.memory.quota(domain).unwrap().used()
    }

    /// What the kernel may do with the first page of a partition, by both views.
    fn kernel_rights(&self, partition: &Partition) -> [Option<Rights>; 2] {
        let address = partition.kernel_address().get();
        [address, to_uncached(address)].map(|va| {
            let mapping = self.memory.mapping(&self.fake, Space::Kernel, va);
            mapping.map(|mapping| mapping.rights)
        })
    }
}

#[test]
fn a_domain_has_room_for_32_attachments_and_two_views_are_two() {
    let mut world = World::new();
    let domain = world.domain;
    let partitions: Vec<Partition> = (0..MAX_ATTACHMENTS)
        .map(|_| world.partition(1).unwrap())
        .collect();
    for partition in &partitions[1..] {
        assert_eq!(world.attach(domain, partition, Rights::Read), Ok(()));
    }
    let first = &partitions[0];
    assert_eq!(
        world.attach(domain, first, Rights::UncachedReadWrite),
        Ok(())
    );
    let full = Err(MemoryError::Quota);
    assert_eq!(world.attach(domain, first, Rights::ReadWrite), full);
    assert_eq!(world.memory.attachments(first), 1);
    // A place that gets free is used again.
    world
        .memory
        .detach(&mut world.fake, domain, &partitions[5])
        .unwrap();
    assert_eq!(world.attach(domain, first, Rights::ReadWrite), Ok(()));
    assert_eq!(world.memory.attachments(first), 2);
    world.memory.detach(&mut world.fake, domain, first).unwrap();
    assert_eq!(world.memory.attachments(first), 0);
}

#[test]
fn the_kernel_writes_code_again_when_the_last_domain_lets_go() {
    let mut world = World::new();
    let (domain, other) = (world.domain, world.other);
    let code = world.partition(1).unwrap();
    let written = [Some(Rights::ReadWrite), Some(Rights::UncachedReadWrite)];
    let read = [Some(Rights::Read), Some(Rights::UncachedRead)];
    assert_eq!(world.kernel_rights(&code), written);
    world.attach(domain, &code, Rights::ReadExecute).unwrap();
    world.attach(other, &code, Rights::ReadExecute).unwrap();
    assert_eq!(world.kernel_rights(&code), read);
    world.memory.detach(&mut world.fake, domain, &code).unwrap();
    assert_eq!(world.kernel_rights(&code), read);
    world.memory.destroy_domain(&mut world.fake, other).unwrap();
    assert_eq!(world.kernel_rights(&code), written);
    world.attach(domain, &code, Rights::ReadExecute).unwrap();
    world.memory.destroy_partition(&mut world.fake, code);
    // Its page is the next one again.
    let next = world.partition(1).unwrap();
    assert_eq!(world.kernel_rights(&next), written);
}

#[test]
fn nobody_writes_what_somebody_executes() {
    let mut world = World::new();
    let (domain, other) = (world.domain, world.other);
    let code = world.partition(1).unwrap();
    let refused = Err(MemoryError::WritableAndExecutable);
    world.attach(domain, &code, Rights::ReadExecute).unwrap();
    for into in [domain, other] {
        assert_eq!(
            world.attach(into, &code, Rights::UncachedReadWrite),
            refused
        );
    }
    assert_eq!(world.attach(other, &code, Rights::ReadWrite), refused);
    assert_eq!(world.attach(other, &code, Rights::Read), Ok(()));
    let data = world.partition(1).unwrap();
    for rights in [Rights::ReadWrite, Rights::UncachedReadWrite] {
        world.attach(other, &data, rights).unwrap();
        assert_eq!(world.attach(domain, &data, Rights::ReadExecute), refused);
        world.memory.detach(&mut world.fake, other, &data).unwrap();
    }
    assert_eq!(world.attach(domain, &data, Rights::ReadExecute), Ok(()));
}

#[test]
fn what_was_not_given_is_not_charged() {
    let mut world = World::new();
    let domain = Some(world.domain);
    // All pages go away that are not the firmware's.
    let mut rest = Vec::new();
    for pages in [64, 8, 1] {
        while let Ok(partition) = world.partition(pages) {
            rest.push(partition);
        }
    }
    let reserved = RESERVED_STACK_PAGES + RESERVED_UNCACHED_PAGES;
    // Of the firmware's, the two domains' tables are in use.
    let taken = world.memory.pool().in_use() as usize;
    assert_eq!(taken, POOL_PAGES - reserved + 2);
    for _ in 0..300 {
        let (memory, fake) = (&mut world.memory, &mut world.fake);
        let stack = memory.allocate_stack(fake, domain, 2, Taker::User);
        assert_eq!(stack, Err(MemoryError::NoPages));
        let heap = memory.create_heap(fake, world.domain, 2, Taker::User);
        assert_eq!(heap, Err(MemoryError::NoPages));
        let table = memory.create_domain(fake, Taker::User);
        assert_eq!(table, Err(MemoryError::NoPages));
    }
    assert_eq!(world.charged(world.domain), 0);
    let (memory, fake) = (&mut world.memory, &mut world.fake);
    let kernel = finish(|| memory.allocate_stack(fake, None, 2, Taker::Firmware)).unwrap();
    memory.free_stack(fake, kernel);
    for partition in rest {
        world.memory.destroy_partition(&mut world.fake, partition);
    }
    assert_eq!(
        world.memory.destroy_domain(&mut world.fake, world.domain),
        Ok(())
    );
}

#[test]
fn a_stack_is_charged_to_the_domain_it_lies_in() {
    let mut world = World::new();
    let (memory, fake) = (&mut world.memory, &mut world.fake);
    let mut stack =
        finish(|| memory.allocate_stack(fake, Some(world.domain), 3, Taker::User)).unwrap();
    assert_eq!(world.charged(world.domain), 4);
    world
        .memory
        .move_stack(&mut world.fake, &mut stack, world.other)
        .unwrap();
    assert_eq!(world.charged(world.domain), 0);
    assert_eq!(world.charged(world.other), 4);
    let in_use = Err(MemoryError::InUse);
    let destroyed = world.memory.destroy_domain(&mut world.fake, world.other);
    assert_eq!(destroyed, in_use);
    world.memory.free_stack(&mut world.fake, stack);
    assert_eq!(world.charged(world.other), 0);
    for domain in [world.domain, world.other] {
        let destroyed = world.memory.destroy_domain(&mut world.fake, domain);
        assert_eq!(destroyed, Ok(()));
        let gone = world.memory.destroy_domain(&mut world.fake, domain);
        assert_eq!(gone, Err(MemoryError::BadDomain));
    }
}

#[test]
fn the_guard_page_of_a_user_is_mapped_for_no_thread_of_its_domain() {
    let mut world = World::new();
    let (memory, fake) = (&mut world.memory, &mut world.fake);
    let domain = Some(world.domain);
    let stacks =
        [(); 3].map(|()| finish(|| memory.allocate_stack(fake, domain, 1, Taker::User)).unwrap());
    // Stacks lie one below the other, the guard page of one above the next.
    for stack in &stacks {
        for (va, mapped) in [(stack.guard(), false), (stack.bottom(), true)] {
            let mapping = world
                .memory
                .mapping(&world.fake, Space::Domain(world.domain), va);
            assert_eq!(mapping.is_some(), mapped);
        }
        assert_eq!(stack.top() - stack.guard(), 2 * PAGE_SIZE);
    }
}

#[test]
fn a_copy_goes_through_the_view_of_the_thread() {
    let mut world = World::new();
    let partition = world.partition(1).unwrap();
    let domain = world.domain;
    let cached = partition.user_address().get();
    let uncached = partition.user_uncached_address().unwrap().get();
    world.attach(domain, &partition, Rights::ReadWrite).unwrap();
    world
        .attach(domain, &partition, Rights::UncachedReadWrite)
        .unwrap();
    for address in [cached, uncached] {
        let claim = UserBytes::bytes(address, 4).unwrap();
        let space = Space::Domain(domain);
        let mut into = [0; 4];
        world
            .memory
            .read(&world.fake, space, claim, &mut into)
            .unwrap();
        assert_eq!(is_uncached(world.fake.accessed()), address == uncached);
        world
            .memory
            .write(&mut world.fake, space, claim, &[1])
            .unwrap();
        assert_eq!(is_uncached(world.fake.accessed()), address == uncached);
    }
}

#[test]
fn what_must_have_an_uncached_view_lies_where_there_is_one() {
    let mut pool = PagePool::new();
    for index in 0..UNCACHED_PAGES {
        let run = pool
            .take(1, Placement::UncachedCapable, Taker::Firmware)
            .unwrap();
        assert_eq!(run.pages().first().index(), index);
        assert!(run.pages().have_uncached_view());
    }
    assert_eq!(
        pool.take(1, Placement::UncachedCapable, Taker::Firmware),
        None
    );
    let beyond = pool.take(1, Placement::Low, Taker::Firmware).unwrap();
    assert!(!beyond.pages().have_uncached_view());
}

#[test]
fn a_new_domain_knows_nothing_of_the_heap_of_the_one_before() {
    let mut world = World::new();
    let domain = world.domain;
    world
        .memory
        .create_heap(&mut world.fake, domain, 1, Taker::User)
        .unwrap();
    let block = [(); 2].map(|()| {
        world
            .memory
            .heap_alloc(&mut world.fake, domain, 64, 64)
            .unwrap()
    });
    assert_eq!(world.charged(domain), 1);
    world
        .memory
        .destroy_domain(&mut world.fake, domain)
        .unwrap();
    assert_eq!(
        world.memory.create_domain(&mut world.fake, Taker::User),
        Ok(domain)
    );
    assert_eq!(world.charged(domain), 0);
    world
        .fake
        .new_table(world.memory.page_table(domain).unwrap());
    world
        .memory
        .create_heap(&mut world.fake, domain, 1, Taker::User)
        .unwrap();
    for address in block {
        let freed = world.memory.heap_free(&mut world.fake, domain, address);
        assert_eq!(freed, Err(MemoryError::Invalid));
    }
}
