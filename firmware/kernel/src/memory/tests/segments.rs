//! Segments of modules, where a random sequence would seldom come.

use std::vec::Vec;

use acelab_abi::memory::{MODULE_WINDOW, PAGE_SIZE, to_uncached};
use acelab_abi::memory_map::Run;

use super::super::{
    Access, Draft, Memory, MemoryError, ModuleRange, PAGES_AT_ONCE, PointerFault, Rights, Ring,
    Rule, Segment, SegmentRights, Space, Taker, UserBytes,
};
use super::fake::{Fake, finish};
use crate::ids::DomainId;
use crate::port::{CacheOperation, Port};

const AT: u32 = MODULE_WINDOW.base + 0x5000;

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
            let domain = memory.create_domain(&mut fake, Taker::User).unwrap();
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

    fn draft(&mut self, va: u32, pages: usize, rights: SegmentRights) -> Draft {
        let range = ModuleRange::new(va, pages).unwrap();
        let (memory, fake) = (&mut self.memory, &mut self.fake);
        finish(|| memory.segments(fake).take(range, rights)).unwrap()
    }

    fn segment(&mut self, va: u32, pages: usize, rights: SegmentRights) -> Segment {
        let mut draft = self.draft(va, pages, rights);
        loop {
            match self.memory.segments(&mut self.fake).seal(draft) {
                Ok(segment) => return segment,
                Err(rest) => draft = rest,
            }
        }
    }

    fn map(&mut self, domain: DomainId, segment: &Segment) -> Result<(), MemoryError> {
        let (memory, fake) = (&mut self.memory, &mut self.fake);
        finish(|| memory.segments(fake).map(domain, segment))
    }

    fn rights_at(&self, space: Space, va: u32) -> Option<Rights> {
        let mapping = self.memory.mapping(&self.fake, space, va);
        mapping.map(|mapping| mapping.rights)
    }

    /// Writes a word to where a thread of a domain points to, and reads it again.
    fn copy(&mut self, domain: DomainId, va: u32) -> Result<[u8; 4], (u32, PointerFault)> {
        let claim = UserBytes::bytes(va, 4).unwrap();
        let space = Space::Domain(domain);
        self.memory
            .write(&mut self.fake, space, claim, &[1, 2, 3, 4])
            .map_err(|bad| (bad.address, bad.fault))?;
        let mut into = [0; 4];
        let read = self.memory.read(&self.fake, space, claim, &mut into);
        read.map_err(|bad| (bad.address, bad.fault))?;
        Ok(into)
    }
}

#[test]
fn a_range_lies_in_the_module_window() {
    let (start, end) = (MODULE_WINDOW.base, MODULE_WINDOW.end());
    let most = (MODULE_WINDOW.size / PAGE_SIZE) as usize;
    for (va, pages, good) in [
        (start, 1, true),
        (start, most, true),
        (end - PAGE_SIZE, 1, true),
        (start, 0, false),
        (start, most + 1, false),
        (start, usize::MAX, false),
        (start + PAGE_SIZE, most, false),
        (start - PAGE_SIZE, 1, false),
        (start + 4, 1, false),
        (end, 1, false),
        (end - PAGE_SIZE, 2, false),
        (u32::MAX - (PAGE_SIZE - 1), 1, false),
    ] {
        assert_eq!(ModuleRange::new(va, pages).is_some(), good, "{va:#x}");
    }
}

#[test]
fn no_step_changes_more_pages_than_it_may() {
    let mut world = World::new();
    let pages = 2 * PAGES_AT_ONCE + 1;
    let mut draft = world.draft(AT, pages, SegmentRights::ReadExecute);
    let mut steps = Vec::new();
    let segment = loop {
        let written = world.fake.written();
        let sealed = world.memory.segments(&mut world.fake).seal(draft);
        steps.push(world.fake.written() - written);
        match sealed {
            Ok(segment) => break segment,
            Err(rest) => draft = rest,
        }
    };
    // Two views of each page.
    assert_eq!(steps, [32, 32, 2]);
    for (step, expected) in [16, 16, 1].into_iter().enumerate() {
        let written = world.fake.written();
        let mapped = world
            .memory
            .segments(&mut world.fake)
            .map(world.domain, &segment);
        assert_eq!(mapped.is_ok(), step == 2);
        assert_eq!(world.fake.written() - written, expected);
        assert!(!world.fake.has_stale_entries());
    }
    for (step, expected) in [16, 16, 1].into_iter().enumerate() {
        let written = world.fake.written();
        let unmapped = world
            .memory
            .segments(&mut world.fake)
            .unmap(world.domain, &segment);
        assert_eq!(unmapped.is_ok(), step == 2);
        assert_eq!(world.fake.written() - written, expected);
        assert!(!world.fake.has_stale_entries());
    }
    let mut segment = Some(segment);
    for expected in [32, 32, 2] {
        let written = world.fake.written();
        let freed = world
            .memory
            .segments(&mut world.fake)
            .free(segment.take().unwrap());
        assert_eq!(world.fake.written() - written, expected);
        segment = freed.err();
    }
    assert_eq!(segment, None);
}

#[test]
fn the_kernel_has_the_rights_of_the_users() {
    use Rights::{Read, ReadExecute, ReadWrite, UncachedRead, UncachedReadWrite};
    for (rights, users, kernel, uncached) in [
        (SegmentRights::ReadExecute, ReadExecute, Read, UncachedRead),
        (SegmentRights::Read, Read, Read, UncachedRead),
        (
            SegmentRights::ReadWrite,
            ReadWrite,
            ReadWrite,
            UncachedReadWrite,
        ),
    ] {
        let mut world = World::new();
        let draft = world.draft(AT, 2, rights);
        let pa = draft.kernel_address().get() + PAGE_SIZE;
        assert_eq!(world.rights_at(Space::Kernel, pa), Some(ReadWrite));
        world
            .memory
            .segments(&mut world.fake)
            .discard(draft)
            .unwrap();
        let segment = world.segment(AT, 2, rights);
        world.map(world.domain, &segment).unwrap();
        let space = Space::Domain(world.domain);
        let mapping = world.memory.mapping(&world.fake, space, AT + PAGE_SIZE);
        let mapping = mapping.unwrap();
        assert_eq!((mapping.pa, mapping.ring), (pa, Ring::Domain));
        assert_eq!(mapping.rights, users);
        assert_eq!(world.rights_at(Space::Kernel, pa), Some(kernel));
        assert_eq!(
            world.rights_at(Space::Kernel, to_uncached(pa)),
            Some(uncached)
        );
        assert_eq!(world.rights_at(Space::Domain(world.other), AT), None);
        assert_eq!(world.memory.audit(&world.fake), Ok(()));
    }
}

#[test]
fn a_pointer_into_a_module_is_what_the_page_tables_say() {
    let mut world = World::new();
    let (domain, other) = (world.domain, world.other);
    let text = world.segment(AT, 1, SegmentRights::ReadExecute);
    let constants = world.segment(AT + PAGE_SIZE, 1, SegmentRights::Read);
    let data = world.segment(AT + 2 * PAGE_SIZE, 2, SegmentRights::ReadWrite);
    let theirs = world.segment(AT + 2 * PAGE_SIZE, 2, SegmentRights::ReadWrite);
    for segment in [&text, &constants, &data] {
        world.map(domain, segment).unwrap();
    }
    world.map(other, &theirs).unwrap();
    for address in [AT, AT + PAGE_SIZE] {
        let fault = PointerFault::Forbidden(Access::Write);
        assert_eq!(world.copy(domain, address), Err((address, fault)));
        let claim = UserBytes::bytes(address, 8).unwrap();
        for (space, good) in [(domain, true), (other, false)] {
            let space = Space::Domain(space);
            let check = world.memory.check(&world.fake, space, claim, Access::Read);
            assert_eq!(check.is_ok(), good);
        }
    }
    // Across the border of two pages, in each domain the own ones.
    let address = AT + 3 * PAGE_SIZE - 2;
    assert_eq!(world.copy(domain, address), Ok([1, 2, 3, 4]));
    let bytes = |world: &mut World, segment: &Segment| {
        let at = segment.kernel_address().get() + PAGE_SIZE - 2;
        world.fake.bytes(at, 4).to_vec()
    };
    assert_eq!(bytes(&mut world, &data), [1, 2, 3, 4]);
    assert_eq!(bytes(&mut world, &theirs), [0; 4]);
    // The cache, a page at a time, where the kernel has it.
    let claim = UserBytes::bytes(address, 4).unwrap();
    let (memory, fake) = (&mut world.memory, &mut world.fake);
    let operation = CacheOperation::WriteBack;
    let space = Space::Domain(other);
    memory.cache(fake, space, claim, operation).unwrap();
    let at = theirs.kernel_address().get() + PAGE_SIZE - 2;
    assert_eq!(fake.cached, [(at, 2), (at + 2, 2)]);
    let claim = UserBytes::bytes(AT, 4).unwrap();
    let refused = memory.cache(fake, Space::Domain(domain), claim, operation);
    assert_eq!(refused.map_err(|bad| bad.address), Err(AT));
    // Whoever may execute it may start a thread there, and nobody a DMA channel.
    let memory = &world.memory;
    let starts = |space, va| memory.may_execute(&world.fake, space, va);
    assert!(starts(Space::Domain(domain), AT));
    assert!(!starts(Space::Domain(other), AT));
    assert!(!starts(Space::Domain(domain), AT + PAGE_SIZE));
    let claimed = memory.device_memory(domain, address, 4);
    assert_eq!(claimed, Err(MemoryError::Invalid));
}

#[test]
fn what_is_in_the_way_is_left_alone() {
    let mut world = World::new();
    let (domain, other) = (world.domain, world.other);
    let refused = Err(MemoryError::Attached);
    let pages = PAGES_AT_ONCE + 4;
    let text = world.segment(AT, pages, SegmentRights::ReadExecute);
    let last = AT + (pages as u32 - 1) * PAGE_SIZE;
    let small = world.segment(last, 1, SegmentRights::Read);
    world.map(domain, &small).unwrap();
    // It would be met in the second step; the first one has not begun.
    let written = world.fake.written();
    assert_eq!(world.map(domain, &text), refused);
    assert_eq!(world.fake.written(), written);
    assert_eq!(world.map(other, &text), Ok(()));
    assert_eq!(world.map(other, &text), refused);
    assert_eq!(world.map(other, &small), refused);
    let data = world.segment(AT - PAGE_SIZE, 1, SegmentRights::ReadWrite);
    assert_eq!(world.map(domain, &data), Ok(()));
    assert_eq!(world.map(other, &data), refused);
    let mut segments = world.memory.segments(&mut world.fake);
    assert_eq!(
        [&small, &text, &data].map(|segment| segments.domains(segment)),
        [1; 3]
    );
    let absent = segments.unmap(domain, &text);
    assert_eq!(absent, Err(MemoryError::NotAttached));
    assert_eq!(
        segments.free(data).map_err(|data| data.range().va()),
        Err(AT - PAGE_SIZE)
    );
}

#[test]
fn a_domain_that_ends_lets_go_of_its_segments_even_in_the_middle_of_a_step() {
    let mut world = World::new();
    let baseline = world.memory.pool().in_use();
    let text = world.segment(AT, 3 * PAGES_AT_ONCE, SegmentRights::ReadExecute);
    let bad = Err(MemoryError::BadDomain);
    for steps in 1..4 {
        let id = world
            .memory
            .create_domain(&mut world.fake, Taker::User)
            .unwrap();
        let table = world.memory.page_table(id).unwrap();
        world.fake.new_table(table);
        for step in 1..=steps {
            let mapped = world.memory.segments(&mut world.fake).map(id, &text);
            assert_eq!(mapped.is_ok(), step == 3);
        }
        assert_eq!(world.memory.segments(&mut world.fake).domains(&text), 1);
        assert_eq!(world.memory.audit(&world.fake), Ok(()));
        world.memory.destroy_domain(&mut world.fake, id).unwrap();
        let mut segments = world.memory.segments(&mut world.fake);
        assert_eq!(segments.domains(&text), 0);
        assert_eq!(segments.map(id, &text), bad);
        assert_eq!(segments.unmap(id, &text), bad);
    }
    let mut rest = Some(text);
    while let Some(text) = rest {
        rest = world.memory.segments(&mut world.fake).free(text).err();
    }
    assert_eq!(world.memory.pool().in_use(), baseline);
}

#[test]
fn the_audit_knows_what_a_module_page_may_be() {
    let mut world = World::new();
    let text = world.segment(AT, 1, SegmentRights::ReadExecute);
    let constants = world.segment(AT + PAGE_SIZE, 1, SegmentRights::Read);
    let data = world.segment(AT + 2 * PAGE_SIZE, 1, SegmentRights::ReadWrite);
    for segment in [&text, &constants, &data] {
        world.map(world.domain, segment).unwrap();
    }
    world.map(world.other, &text).unwrap();
    assert_eq!(world.memory.audit(&world.fake), Ok(()));
    let pa = |segment: &Segment| segment.kernel_address().get();
    let [text, constants, data] = [&text, &constants, &data].map(pa);
    let table = world.memory.page_table(world.other).unwrap();
    let own = |va: u32, word: u32| (table, ((va - 0x6000_0000) / PAGE_SIZE) as usize, word);
    let kernel = |va: u32, word: u32| {
        let tables = super::fake::LAYOUT.page_tables.base;
        (tables, ((va - 0xA000_0000) / PAGE_SIZE) as usize, word)
    };
    let free = AT + 0x1_0000;
    for (planted, rule) in [
        // The same page for two domains, written by one.
        (own(AT + 2 * PAGE_SIZE, data | 0x26), Some(Rule::Module)),
        (own(free, data | 0x24), Some(Rule::Module)),
        // What one executes or takes for constant, another one writes.
        (own(free, text | 0x26), Some(Rule::WriteOrExecute)),
        (own(free, constants | 0x26), Some(Rule::Module)),
        (kernel(text, text | 0x06), Some(Rule::WriteOrExecute)),
        (kernel(constants, constants | 0x06), Some(Rule::Module)),
        // At its place among heaps and stacks as well.
        (own(data - 0x4000_0000, data | 0x26), Some(Rule::Module)),
        (
            own(constants - 0x4000_0000, constants | 0x24),
            Some(Rule::Module),
        ),
        // Past the cache, and memory that is not the pool's.
        (own(free, 0xA025_0022), Some(Rule::Place)),
        (own(free, 0xA003_4026), Some(Rule::Place)),
        (own(free, table | 0x24), Some(Rule::Ring)),
        (own(free, text | 0x05), Some(Rule::Ring)),
        (own(free, text | 0x27), Some(Rule::Encoding)),
        (own(AT + PAGE_SIZE, constants | 0x24), None),
    ] {
        let (table, index, word) = planted;
        let before = world.fake.read_entry(table, index);
        world.fake.write_entry(table, index, word);
        let violation = world.memory.audit(&world.fake).err();
        assert_eq!(violation.map(|violation| violation.rule), rule, "{word:#x}");
        world.fake.write_entry(table, index, before);
    }
    assert_eq!(world.memory.audit(&world.fake), Ok(()));
}

/// The whole map of a space, from its pieces.
fn pieces(world: &World, space: Space) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    let mut from = 0;
    loop {
        let (runs, next) = world.memory.piece(&world.fake, space, from).unwrap();
        for run in runs.into_iter().flatten() {
            assert!(run.va >= from);
            match all.last_mut() {
                Some(last) if last.is_continued_by(&run) => last.pages += run.pages,
                _ => all.push(run),
            }
        }
        assert!(next == 0 || next > from);
        from = next;
        if next == 0 {
            return all;
        }
    }
}

#[test]
fn the_map_in_pieces_is_the_whole_map() {
    let mut world = World::new();
    let domain = world.domain;
    let rights = [
        SegmentRights::ReadExecute,
        SegmentRights::Read,
        SegmentRights::ReadWrite,
    ];
    // With a hole after each, more than an answer has room for.
    let segments: Vec<Segment> = (0..12)
        .map(|n| world.segment(AT + n * 0x4000, 3, rights[n as usize % 3]))
        .collect();
    for segment in &segments {
        world.map(domain, segment).unwrap();
    }
    let memory = &mut world.memory;
    finish(|| memory.create_heap(&mut world.fake, domain, 40, Taker::User)).unwrap();
    let runs = pieces(&world, Space::Domain(domain));
    assert_eq!(runs.len(), 12 + 2);
    for (segment, run) in segments.iter().zip(&runs) {
        let expected = Run {
            va: segment.range().va(),
            pa: segment.kernel_address().get(),
            pages: 3,
            rights: segment.rights().rights().bits(),
            ring: 2,
        };
        assert_eq!(*run, expected);
    }
    for space in [
        Space::Kernel,
        Space::Domain(domain),
        Space::Domain(world.other),
    ] {
        let whole: Vec<_> = world.memory.mapped(&world.fake, space).collect();
        let told: Vec<_> = pieces(&world, space)
            .iter()
            .flat_map(|run| (0..run.pages).map(move |page| (run, page * PAGE_SIZE)))
            .map(|(run, offset)| (run.va + offset, run.pa + offset, run.rights, run.ring))
            .collect();
        let expected: Vec<_> = whole
            .iter()
            .map(|page| {
                let mapping = page.mapping;
                (
                    page.va,
                    mapping.pa,
                    mapping.rights.bits(),
                    mapping.ring as u32,
                )
            })
            .collect();
        assert_eq!(told, expected);
    }
    let none = Space::Domain(DomainId::new(9).unwrap());
    assert_eq!(world.memory.piece(&world.fake, none, 0), None);
}
