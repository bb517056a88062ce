//! Random sequences of everything that changes page tables.

use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::super::{
    Memory, MemoryError, ModuleRange, POOL_PAGES, Page, Placement, Rights, SegmentRights, Taker,
    UNCACHED_PAGES,
};
use super::fake::{Fake, finish};
use super::model::{Model, ModelPartition, ModelSegment, stack_pages};
use crate::ids::{DomainId, RESERVED_STACK_PAGES, RESERVED_UNCACHED_PAGES};

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
    CreateHeap(usize, usize, bool),
    TakeSegment(usize, usize, SegmentRights, bool),
    MapSegment(usize, usize),
    UnmapSegment(usize, usize),
    FreeSegment(usize),
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
    let module = prop::sample::select(SegmentRights::ALL.to_vec());
    prop_oneof![
        2 => Just(Op::CreateDomain),
        1 => domain.clone().prop_map(Op::DestroyDomain),
        3 => (1..9_usize, placement).prop_map(|(pages, place)| Op::CreatePartition(pages, place)),
        1 => index.clone().prop_map(Op::DestroyPartition),
        8 => (domain.clone(), index.clone(), rights).prop_map(|(d, p, r)| Op::Attach(d, p, r)),
        3 => (domain.clone(), index.clone()).prop_map(|(d, p)| Op::Detach(d, p)),
        2 => (prop::option::of(domain.clone()), 1..5_usize).prop_map(|(d, n)| Op::NewStack(d, n)),
        1 => (index.clone(), domain.clone()).prop_map(|(s, d)| Op::MoveStack(s, d)),
        1 => index.clone().prop_map(Op::FreeStack),
        4 => (0..60_usize, 1..64_usize, module, prop::bool::weighted(0.9))
            .prop_map(|(at, n, r, whole)| Op::TakeSegment(at, n, r, whole)),
        6 => (domain.clone(), index.clone()).prop_map(|(d, s)| Op::MapSegment(d, s)),
        3 => (domain.clone(), index.clone()).prop_map(|(d, s)| Op::UnmapSegment(d, s)),
        2 => index.prop_map(Op::FreeSegment),
        1 => (domain, 0..170_usize, any::<bool>())
            .prop_map(|(d, n, private)| Op::CreateHeap(d, n, private)),
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
        let expected = self.model.domains.len() < 16 && self.fits(1, Placement::High);
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
            self.model.heaps.retain(|heap| heap.0 != domain);
            for partition in &mut self.model.partitions {
                partition.attached.retain(|&(of, _)| of != domain);
            }
            for segment in &mut self.model.segments {
                segment.domains.retain(|&of| of != domain);
            }
        }
    }

    fn create_partition(&mut self, pages: usize, placement: Placement) {
        let (memory, fake) = (&mut self.memory, &mut self.fake);
        let created = finish(|| memory.create_partition(fake, pages, placement, Taker::User));
        let Ok(partition) = created else {
            assert!(!self.fits(pages, placement));
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
            match stack {
                Err(MemoryError::Quota) => assert!(before.unwrap() + pages + 1 > 304),
                full => {
                    assert_eq!(full, Err(MemoryError::NoPages));
                    assert!(!self.fits(pages + 1, Placement::High));
                }
            }
            return;
        };
        assert_eq!(stack_pages(&stack), pages);
        assert_eq!(stack.guard() + 4096, stack.bottom());
        if let Some(domain) = domain {
            assert_eq!(self.charged(domain), before.unwrap() + pages + 1);
        }
        self.model.stacks.push(stack);
    }

    fn take_segment(&mut self, at: usize, pages: usize, rights: SegmentRights, whole: bool) {
        let range = ModuleRange::new(0x6003_0000 + 4096 * at as u32, pages).unwrap();
        let (memory, fake) = (&mut self.memory, &mut self.fake);
        let taken = finish(|| memory.segments(fake).take(range, rights));
        let Ok(mut draft) = taken else {
            assert_eq!(taken, Err(MemoryError::NoPages));
            assert!(!self.fits(pages, Placement::High));
            return;
        };
        let bytes = self.fake.bytes(draft.kernel_address().get(), range.size());
        assert!(bytes.iter().all(|&byte| byte == 0));
        bytes.fill(0xA5);
        let mut segments = self.memory.segments(&mut self.fake);
        loop {
            match segments.seal(draft) {
                Ok(segment) => {
                    let domains = Vec::new();
                    return self.model.segments.push(ModelSegment { segment, domains });
                }
                Err(rest) if whole => draft = rest,
                Err(rest) => break draft = rest,
            }
        }
        while let Err(rest) = segments.discard(draft) {
            draft = rest;
        }
    }

    fn map_segment(&mut self, domain: DomainId, index: usize) {
        let expected = self.model.judge_map(domain, index);
        let this = &mut self.model.segments[index];
        let (memory, fake) = (&mut self.memory, &mut self.fake);
        let mapped = finish(|| memory.segments(fake).map(domain, &this.segment));
        assert_eq!(mapped, expected);
        if mapped.is_ok() {
            this.domains.push(domain);
        }
    }

    fn unmap_segment(&mut self, domain: DomainId, index: usize) {
        let this = &mut self.model.segments[index];
        let expected = if this.domains.contains(&domain) {
            Ok(())
        } else {
            Err(MemoryError::NotAttached)
        };
        let (memory, fake) = (&mut self.memory, &mut self.fake);
        let unmapped = finish(|| memory.segments(fake).unmap(domain, &this.segment));
        assert_eq!(unmapped, expected);
        this.domains.retain(|&of| of != domain);
    }

    /// Frees a segment, if no domain has it.
    fn free_segment(&mut self, index: usize) {
        let ModelSegment {
            mut segment,
            domains,
        } = self.model.segments.remove(index);
        let mut segments = self.memory.segments(&mut self.fake);
        assert_eq!(segments.domains(&segment), domains.len());
        if !domains.is_empty() {
            let segment = segments.free(segment).expect_err("domains have it");
            return self.model.segments.push(ModelSegment { segment, domains });
        }
        while let Err(rest) = segments.free(segment) {
            segment = rest;
        }
    }

    /// Whether users can take so many pages.
    fn fits(&self, count: usize, placement: Placement) -> bool {
        let end = match placement {
            Placement::UncachedCapable => UNCACHED_PAGES,
            Placement::Low | Placement::High => POOL_PAGES,
        };
        let pages: Vec<_> = (0..end).filter_map(Page::new).collect();
        let kept = |index: usize| {
            index >= POOL_PAGES - RESERVED_STACK_PAGES
                || (UNCACHED_PAGES - RESERVED_UNCACHED_PAGES..UNCACHED_PAGES).contains(&index)
        };
        let taken = |page: &Page| kept(page.index()) || self.memory.pool().is_taken(*page);
        pages.split(taken).any(|run| run.len() >= count)
    }

    fn create_heap(&mut self, domain: DomainId, pages: usize, private: bool) {
        let has = self.model.heaps.iter().any(|heap| heap.0 == domain);
        let full = self.charged(domain) + pages > 304;
        let placement = if private {
            Placement::High
        } else {
            Placement::UncachedCapable
        };
        let crowded = !self.fits(pages, placement);
        let (memory, fake) = (&mut self.memory, &mut self.fake);
        let created = finish(|| match private {
            false => memory.create_heap(fake, domain, pages, Taker::User),
            true => memory.create_private_heap(fake, domain, pages, Taker::User),
        });
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
                .push((domain, address + 0x4000_0000, pages, private));
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
            Op::CreateHeap(d, pages, private) => {
                if let Some(domain) = self.domain(d) {
                    self.create_heap(domain, pages, private);
                }
            }
            Op::TakeSegment(at, pages, rights, whole) => {
                self.take_segment(at, pages, rights, whole)
            }
            Op::MapSegment(d, s) if s < self.model.segments.len() => {
                if let Some(domain) = self.domain(d) {
                    self.map_segment(domain, s);
                }
            }
            Op::UnmapSegment(d, s) if s < self.model.segments.len() => {
                if let Some(domain) = self.domain(d) {
                    self.unmap_segment(domain, s);
                }
            }
            Op::FreeSegment(s) if s < self.model.segments.len() => self.free_segment(s),
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
        while !self.model.segments.is_empty() {
            self.free_segment(0);
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
