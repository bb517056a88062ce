//! Random sequences of everything that changes page tables.

use std::vec::Vec;

use proptest::prelude::*;

use super::super::{Memory, MemoryError, Page, Placement, Rights, Taker, UNCACHED_PAGES};
use super::fake::{Fake, finish};
use super::model::{Model, ModelPartition, stack_pages};
use crate::ids::DomainId;

#[derive(Clone, Copy, Debug)]
enum Op {
    CreateDomain,
    DestroyDomain(usize),
    CreatePartition(usize, Placement),
    DestroyPartition(usize),
    Attach(usize, usize, Rights),
    Detach(usize, usize),
    NewStack(Option<usize>, usize),
    MoveStack(usize, usize),
    FreeStack(usize),
    CreateHeap(usize, usize),
}

fn op() -> impl Strategy<Value = Op> {
    let index = 0..6_usize;
    let domain = 0..4_usize;
    let placement = prop::sample::select(std::vec![
        Placement::Low,
        Placement::UncachedCapable,
        Placement::High,
    ]);
    let rights = prop::sample::select(Rights::ALL.to_vec());
    prop_oneof![
        2 => Just(Op::CreateDomain),
        1 => domain.clone().prop_map(Op::DestroyDomain),
        3 => (1..9_usize, placement).prop_map(|(pages, place)| Op::CreatePartition(pages, place)),
        1 => index.clone().prop_map(Op::DestroyPartition),
        8 => (domain.clone(), index.clone(), rights).prop_map(|(d, p, r)| Op::Attach(d, p, r)),
        3 => (domain.clone(), index.clone()).prop_map(|(d, p)| Op::Detach(d, p)),
        2 => (prop::option::of(domain.clone()), 1..5_usize).prop_map(|(d, n)| Op::NewStack(d, n)),
        1 => (index.clone(), domain.clone()).prop_map(|(s, d)| Op::MoveStack(s, d)),
        1 => index.prop_map(Op::FreeStack),
        1 => (domain, 0..170_usize).prop_map(|(d, n)| Op::CreateHeap(d, n)),
    ]
}

struct World {
    fake: Fake,
    memory: Memory,
    model: Model,
}

impl World {
    fn new() -> Self {
        let (fake, memory) = Fake::booted();
        Self {
            fake,
            memory,
            model: Model::default(),
        }
    }

    fn domain(&self, index: usize) -> Option<DomainId> {
        self.model.domains.get(index).copied()
    }

    fn create_domain(&mut self) {
        let expected = self.model.domains.len() < 16;
        let created = self.memory.create_domain(&mut self.fake, Taker::User);
        assert_eq!(created.is_ok(), expected);
        if let Ok(domain) = created {
            let table = self.memory.page_table(domain).unwrap();
            self.fake.new_table(table);
            self.model.domains.push(domain);
        }
    }

    fn destroy_domain(&mut self, domain: DomainId) {
        let stacks = &self.model.stacks;
        let expected = if stacks.iter().any(|stack| stack.domain() == Some(domain)) {
            Err(MemoryError::InUse)
        } else {
            Ok(())
        };
        self.fake.gone.clear();
        let destroyed = self.memory.destroy_domain(&mut self.fake, domain);
        assert_eq!(destroyed, expected);
        if destroyed.is_ok() {
            assert_eq!(self.fake.gone, [domain]);
            assert_eq!(self.memory.page_table(domain), None);
            self.model.domains.retain(|&other| other != domain);
            self.model.heaps.retain(|&(of, _, _)| of != domain);
            for partition in &mut self.model.partitions {
                partition.attached.retain(|&(of, _)| of != domain);
            }
        }
    }

    fn create_partition(&mut self, pages: usize, placement: Placement) {
        let (memory, fake) = (&mut self.memory, &mut self.fake);
        let created = finish(|| memory.create_partition(fake, pages, placement, Taker::User));
        let Ok(partition) = created else {
            // The part with the uncached view is the only one that gets full.
            assert_eq!(placement, Placement::UncachedCapable);
            return;
        };
        if placement == Placement::UncachedCapable {
            assert!(partition.user_uncached_address().is_some());
        }
        let bytes = self
            .fake
            .bytes(partition.kernel_address().get(), partition.size());
        assert!(bytes.iter().all(|&byte| byte == 0));
        bytes.fill(0x5A);
        self.model.partitions.push(ModelPartition {
            partition,
            attached: Vec::new(),
        });
    }

    fn detach(&mut self, domain: DomainId, index: usize) {
        let this = &mut self.model.partitions[index];
        let expected = if this.attached.iter().any(|&(of, _)| of == domain) {
            Ok(())
        } else {
            Err(MemoryError::NotAttached)
        };
        let detached = self.memory.detach(&mut self.fake, domain, &this.partition);
        assert_eq!(detached, expected);
        this.attached.retain(|&(of, _)| of != domain);
    }

    fn charged(&mut self, domain: DomainId) -> usize {
        self.memory.quota(domain).unwrap().used().into()
    }

    fn new_stack(&mut self, domain: Option<DomainId>, pages: usize) {
        let before = domain.map(|domain| self.charged(domain));
        let (memory, fake) = (&mut self.memory, &mut self.fake);
        let stack = finish(|| memory.allocate_stack(fake, domain, pages, Taker::User));
        let Ok(stack) = stack else {
            assert_eq!(stack, Err(MemoryError::Quota));
            assert!(before.unwrap() + pages + 1 > 304);
            return;
        };
        assert_eq!(stack_pages(&stack), pages);
        assert_eq!(stack.guard() + 4096, stack.bottom());
        if let Some(domain) = domain {
            assert_eq!(self.charged(domain), before.unwrap() + pages + 1);
        }
        self.model.stacks.push(stack);
    }

    fn longest_run_with_two_views(&self) -> usize {
        let pages: Vec<_> = (0..UNCACHED_PAGES).filter_map(Page::new).collect();
        pages
            .split(|page| self.memory.pool().is_taken(*page))
            .map(<[Page]>::len)
            .max()
            .unwrap_or(0)
    }

    fn create_heap(&mut self, domain: DomainId, pages: usize) {
        let has = self.model.heaps.iter().any(|&(of, _, _)| of == domain);
        let full = self.charged(domain) + pages > 304;
        let crowded = self.longest_run_with_two_views() < pages;
        let (memory, fake) = (&mut self.memory, &mut self.fake);
        let created = finish(|| memory.create_heap(fake, domain, pages, Taker::User));
        let expected = match (pages, has, full, crowded) {
            (0 | 161.., ..) => Err(MemoryError::Invalid),
            (_, true, ..) => Err(MemoryError::HasHeap),
            (_, _, true, _) => Err(MemoryError::Quota),
            (_, _, _, true) => Err(MemoryError::NoPages),
            _ => Ok(()),
        };
        assert_eq!(created, expected);
        if created.is_ok() {
            let size = self.memory.heap_account(domain).unwrap().size;
            assert_eq!(size, pages as u32 * 4096);
            // The first block lies where the heap begins.
            let address = self
                .memory
                .heap_alloc(&mut self.fake, domain, 1, 1)
                .unwrap();
            self.model
                .heaps
                .push((domain, address + 0x4000_0000, pages));
        }
    }

    fn step(&mut self, op: Op) {
        match op {
            Op::CreateDomain => self.create_domain(),
            Op::CreatePartition(pages, placement) => self.create_partition(pages, placement),
            Op::DestroyDomain(d) => {
                if let Some(domain) = self.domain(d) {
                    self.destroy_domain(domain);
                }
            }
            Op::DestroyPartition(p) if p < self.model.partitions.len() => {
                let this = self.model.partitions.remove(p);
                assert_eq!(
                    self.memory.attachments(&this.partition),
                    this.attached.len()
                );
                self.memory
                    .destroy_partition(&mut self.fake, this.partition);
            }
            Op::Attach(d, p, rights) if p < self.model.partitions.len() => {
                let Some(domain) = self.domain(d) else { return };
                let expected = self.model.judge_attach(domain, p, rights);
                let this = &mut self.model.partitions[p];
                let attached = self
                    .memory
                    .attach(&mut self.fake, domain, &this.partition, rights);
                assert_eq!(attached, expected);
                if attached.is_ok() {
                    this.attached.push((domain, rights));
                }
            }
            Op::Detach(d, p) if p < self.model.partitions.len() => {
                if let Some(domain) = self.domain(d) {
                    self.detach(domain, p);
                }
            }
            Op::NewStack(d, pages) => self.new_stack(d.and_then(|d| self.domain(d)), pages),
            Op::MoveStack(s, d) if s < self.model.stacks.len() => {
                let Some(domain) = self.domain(d) else { return };
                let stack = &mut self.model.stacks[s];
                let moved = self.memory.move_stack(&mut self.fake, stack, domain);
                if moved.is_ok() {
                    assert_eq!(stack.domain(), Some(domain));
                } else {
                    assert_eq!(moved, Err(MemoryError::Quota));
                }
            }
            Op::FreeStack(s) if s < self.model.stacks.len() => {
                let stack = self.model.stacks.remove(s);
                self.memory.free_stack(&mut self.fake, stack);
            }
            Op::CreateHeap(d, pages) => {
                if let Some(domain) = self.domain(d) {
                    self.create_heap(domain, pages);
                }
            }
            _ => {}
        }
    }

    /// Ends everything, and fails when a page is missing.
    fn end(mut self) {
        for stack in std::mem::take(&mut self.model.stacks) {
            self.memory.free_stack(&mut self.fake, stack);
        }
        for domain in self.model.domains.clone() {
            self.destroy_domain(domain);
        }
        for this in std::mem::take(&mut self.model.partitions) {
            self.memory
                .destroy_partition(&mut self.fake, this.partition);
        }
        assert_eq!(self.memory.pool().in_use(), 0);
        self.model.compare(&self.memory, &self.fake);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn page_tables_hold_what_is_attached_and_nothing_else(
        ops in prop::collection::vec(op(), 1..60),
    ) {
        let mut world = World::new();
        world.create_domain();
        world.create_partition(3, Placement::Low);
        for op in ops {
            world.step(op);
            world.model.compare(&world.memory, &world.fake);
        }
        prop_assert_eq!(world.memory.audit(&world.fake), Ok(()));
        world.end();
    }
}
