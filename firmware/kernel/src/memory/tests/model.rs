//! What the page tables should hold, worked out from lists of what is attached
//! where.

use std::collections::BTreeMap;
use std::vec::Vec;

use acelab_abi::memory::{PAGE_SIZE, to_uncached};

use super::super::{
    Mapping, Memory, MemoryError, Partition, Rights, Ring, Segment, SegmentRights, Space, Stack,
};
use super::fake::{Fake, LAYOUT};
use crate::ids::DomainId;

/// Addresses of pages, and what is mapped there.
pub type Map = BTreeMap<u32, Mapping>;

/// A partition, and the domains it is attached to.
pub struct ModelPartition {
    pub partition: Partition,
    pub attached: Vec<(DomainId, Rights)>,
}

/// A segment of a module, and the domains that have it.
pub struct ModelSegment {
    pub segment: Segment,
    pub domains: Vec<DomainId>,
}

/// Everything there is.
#[derive(Default)]
pub struct Model {
    pub domains: Vec<DomainId>,
    pub partitions: Vec<ModelPartition>,
    pub stacks: Vec<Stack>,
    pub segments: Vec<ModelSegment>,
    /// Domain, physical address and pages of its heap; whether it is private.
    pub heaps: Vec<(DomainId, u32, usize, bool)>,
}

impl Model {
    /// What `attach` should answer for a domain that is there.
    pub fn judge_attach(
        &self,
        domain: DomainId,
        index: usize,
        rights: Rights,
    ) -> Result<(), MemoryError> {
        let this = &self.partitions[index];
        if rights.uncached() && this.partition.user_uncached_address().is_none() {
            return Err(MemoryError::NoUncachedView);
        }
        for &(other, has) in &this.attached {
            if other == domain && has.uncached() == rights.uncached() {
                return Err(MemoryError::Attached);
            }
        }
        let with = |test: fn(Rights) -> bool| this.attached.iter().any(|&(_, has)| test(has));
        if rights.executable() && with(Rights::writable)
            || rights.writable() && with(Rights::executable)
        {
            return Err(MemoryError::WritableAndExecutable);
        }
        Ok(())
    }

    /// What `map` should answer for a domain that is there.
    pub fn judge_map(&self, domain: DomainId, index: usize) -> Result<(), MemoryError> {
        let this = &self.segments[index];
        let meets = |other: &ModelSegment| {
            let (one, two) = (this.segment.range(), other.segment.range());
            other.domains.contains(&domain)
                && one.va() < two.va() + two.size()
                && two.va() < one.va() + one.size()
        };
        let lonely = this.segment.rights() == SegmentRights::ReadWrite;
        if self.segments.iter().any(meets) || lonely && !this.domains.is_empty() {
            return Err(MemoryError::Attached);
        }
        Ok(())
    }

    /// Pages taken from the pool.
    pub fn pages(&self) -> usize {
        let partitions = self.partitions.iter().map(|this| this.partition.pages());
        let stacks = self.stacks.iter().map(|stack| stack_pages(stack) + 1);
        let heaps = self.heaps.iter().map(|&(_, _, pages, _)| pages);
        let segments = self
            .segments
            .iter()
            .map(|this| this.segment.range().pages());
        let all = partitions.chain(stacks).chain(heaps).chain(segments);
        self.domains.len() + all.sum::<usize>()
    }

    /// What a domain should have mapped.
    pub fn domain_map(&self, domain: DomainId) -> Map {
        let mut map = Map::new();
        let mut insert = |va: u32, pa: u32, pages: usize, rights| {
            for offset in (0..pages as u32 * PAGE_SIZE).step_by(PAGE_SIZE as usize) {
                let mapping = Mapping {
                    pa: pa + offset,
                    ring: Ring::Domain,
                    rights,
                };
                assert_eq!(map.insert(va + offset, mapping), None, "two at {va:#x}");
            }
        };
        for ModelPartition {
            partition,
            attached,
        } in &self.partitions
        {
            for &(_, rights) in attached.iter().filter(|&&(of, _)| of == domain) {
                let pa = partition.kernel_address().get();
                let va = pa
                    - if rights.uncached() {
                        0x4010_0000
                    } else {
                        0x4000_0000
                    };
                insert(va, pa, partition.pages(), rights);
            }
        }
        for stack in &self.stacks {
            if stack.domain() == Some(domain) {
                let va = stack.bottom();
                insert(va, va + 0x4000_0000, stack_pages(stack), Rights::ReadWrite);
            }
        }
        for &(_, pa, pages, private) in self.heaps.iter().filter(|heap| heap.0 == domain) {
            insert(pa - 0x4000_0000, pa, pages, Rights::ReadWrite);
            if !private {
                insert(pa - 0x4010_0000, pa, pages, Rights::UncachedReadWrite);
            }
        }
        for ModelSegment { segment, domains } in &self.segments {
            if domains.contains(&domain) {
                let rights = match segment.rights() {
                    SegmentRights::ReadExecute => Rights::ReadExecute,
                    SegmentRights::Read => Rights::Read,
                    SegmentRights::ReadWrite => Rights::ReadWrite,
                };
                let (range, pa) = (segment.range(), segment.kernel_address().get());
                insert(range.va(), pa, range.pages(), rights);
            }
        }
        map
    }

    /// What the kernel should have mapped.
    pub fn kernel_map(&self) -> Map {
        let mut map = Map::new();
        for area in LAYOUT.areas() {
            for offset in (0..area.va.size).step_by(PAGE_SIZE as usize) {
                let mapping = Mapping {
                    pa: area.pa + offset,
                    ring: area.ring,
                    rights: area.rights,
                };
                map.insert(area.va.base + offset, mapping);
            }
        }
        for ModelPartition {
            partition,
            attached,
        } in &self.partitions
        {
            if attached.iter().any(|&(_, rights)| rights.executable()) {
                for page in 0..partition.pages() as u32 {
                    let pa = partition.kernel_address().get() + page * PAGE_SIZE;
                    map.get_mut(&pa).unwrap().rights = Rights::Read;
                    map.get_mut(&to_uncached(pa)).unwrap().rights = Rights::UncachedRead;
                }
            }
        }
        for ModelSegment { segment, .. } in &self.segments {
            if segment.rights() == SegmentRights::ReadWrite {
                continue;
            }
            for page in 0..segment.range().pages() as u32 {
                let pa = segment.kernel_address().get() + page * PAGE_SIZE;
                map.get_mut(&pa).unwrap().rights = Rights::Read;
                map.get_mut(&to_uncached(pa)).unwrap().rights = Rights::UncachedRead;
            }
        }
        for stack in self.stacks.iter().filter(|stack| stack.domain().is_none()) {
            assert!(map.remove(&stack.guard()).is_some());
            assert!(map.remove(&to_uncached(stack.guard())).is_some());
        }
        map
    }

    /// Fails when the page tables or the counts are not what they should be.
    pub fn compare(&self, memory: &Memory, fake: &Fake) {
        assert!(!fake.has_stale_entries(), "a TLB was not told");
        assert_eq!(memory.pool().in_use() as usize, self.pages());
        let read = |space| -> Map {
            memory
                .mapped(fake, space)
                .map(|page| (page.va, page.mapping))
                .collect()
        };
        assert_eq!(read(Space::Kernel), self.kernel_map());
        for index in 0..16 {
            let domain = DomainId::new(index).unwrap();
            let expected = if self.domains.contains(&domain) {
                self.domain_map(domain)
            } else {
                Map::new()
            };
            assert_eq!(read(Space::Domain(domain)), expected);
        }
    }
}

/// Pages of a stack without its guard page.
pub fn stack_pages(stack: &Stack) -> usize {
    ((stack.top() - stack.bottom()) / PAGE_SIZE) as usize
}
