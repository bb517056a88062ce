//! The kernel's page tables as the boot code fills them, and the audit.

use acelab_abi::memory::{
    LIBRARY_STORE, MANIFEST, PAGE_POOL, PAGE_SIZE, TEXT_AREA, WINDOW0, to_uncached,
};

use super::super::{
    KernelTable, MANIFEST_VIEW, Placement, Pte, Rights, Ring, Rule, Space, TABLE_WORDS, Taker,
};
use super::fake::{Fake, LAYOUT};
use crate::port::Port;

/// Ring and rights that the kernel's tables have at an address.
fn at(address: u32) -> Option<(u32, Ring, Rights)> {
    let (fake, memory) = Fake::booted();
    memory
        .mapping(&fake, Space::Kernel, address)
        .map(|mapping| (mapping.pa, mapping.ring, mapping.rights))
}

#[test]
fn each_area_has_its_rights_in_one_view() {
    use Rights::{Read, ReadExecute, ReadWrite, UncachedRead, UncachedReadWrite};
    let kernel = |pa, rights| Some((pa, Ring::Kernel, rights));
    let shared = |pa, rights| Some((pa, Ring::Shared, rights));
    for (va, expected) in [
        (LAYOUT.rodata.base, shared(LAYOUT.rodata.base, Read)),
        (to_uncached(LAYOUT.rodata.base), None),
        (LAYOUT.data.base, kernel(LAYOUT.data.base, ReadWrite)),
        (to_uncached(LAYOUT.data.base), None),
        (
            LAYOUT.bss.end() - 1,
            kernel(LAYOUT.bss.end() - PAGE_SIZE, ReadWrite),
        ),
        (LAYOUT.uncached.base, kernel(0xA003_5000, UncachedReadWrite)),
        (0xA003_5000, None),
        (LAYOUT.page_tables.base, None),
        (
            to_uncached(LAYOUT.page_tables.base),
            kernel(LAYOUT.page_tables.base, UncachedReadWrite),
        ),
        (WINDOW0.base, None),
        (
            to_uncached(WINDOW0.base),
            kernel(WINDOW0.base, UncachedReadWrite),
        ),
        (0x4000_0010, kernel(0xA000_0000, UncachedReadWrite)),
        (0x4000_1000, None),
        (MANIFEST_VIEW.base, kernel(MANIFEST.base, UncachedRead)),
        (MANIFEST_VIEW.end(), None),
        (PAGE_POOL.base, kernel(PAGE_POOL.base, ReadWrite)),
        (
            to_uncached(PAGE_POOL.end() - 1),
            kernel(PAGE_POOL.end() - PAGE_SIZE, UncachedReadWrite),
        ),
        (TEXT_AREA.base, shared(TEXT_AREA.base, ReadExecute)),
        (to_uncached(TEXT_AREA.base), None),
        (
            LIBRARY_STORE.end() - 1,
            kernel(LIBRARY_STORE.end() - PAGE_SIZE, ReadWrite),
        ),
        (to_uncached(LIBRARY_STORE.base), None),
        (LIBRARY_STORE.end(), None),
        (0xA002_F000, None),
        (0, None),
        (0x6020_0000, None),
        (MANIFEST.base, None),
        (u32::MAX, None),
    ] {
        assert_eq!(at(va), expected, "{va:#x}");
    }
}

#[test]
fn each_stack_has_a_guard_page() {
    for stack in 0..10 {
        let guard = LAYOUT.stacks.base + stack * LAYOUT.stack_size;
        assert_eq!(at(guard), None);
        assert_eq!(at(guard + PAGE_SIZE - 1), None);
        for page in 1..4 {
            let pa = guard + page * PAGE_SIZE;
            assert_eq!(at(pa), Some((pa, Ring::Kernel, Rights::ReadWrite)));
            assert_eq!(at(to_uncached(pa)), None);
        }
    }
}

#[test]
fn every_word_of_the_tables_is_written() {
    for table in [KernelTable::Cached, KernelTable::Uncached] {
        let mut words = [u32::MAX; TABLE_WORDS];
        LAYOUT.fill(table, |index, word| words[index] = word);
        assert!(words.iter().all(|&word| word != u32::MAX));
    }
}

/// Plants a word for an address in a table of the kernel or of a domain that has
/// a partition to execute; what the audit says.
fn planted(space: Space, va: u32, entry: Pte) -> Option<Rule> {
    let (mut fake, mut memory) = Fake::booted();
    let domain = memory.create_domain(&mut fake, Taker::Firmware).unwrap();
    let code = memory
        .create_partition(&mut fake, 1, Placement::Low, Taker::Firmware)
        .unwrap();
    memory
        .attach(&mut fake, domain, &code, Rights::ReadExecute)
        .unwrap();
    let other = memory.create_domain(&mut fake, Taker::Firmware).unwrap();
    assert_eq!(memory.audit(&fake), Ok(()));
    let (table, index) = match (space, KernelTable::of(va)) {
        (Space::Kernel, Some((KernelTable::Cached, index))) => (LAYOUT.page_tables.base, index),
        (Space::Kernel, Some((_, index))) => (LAYOUT.page_tables.base + PAGE_SIZE, index),
        _ => {
            let table = memory.page_table(other).unwrap();
            (table, ((va - 0x6000_0000) / PAGE_SIZE) as usize)
        }
    };
    fake.write_entry(table, index, entry.word());
    let violation = memory.audit(&fake).err()?;
    Some(violation.rule)
}

#[test]
fn the_audit_finds_a_planted_word() {
    use Rights::{Read, ReadExecute, ReadWrite, UncachedReadWrite};
    let domain = Space::Domain(crate::ids::DomainId::new(1).unwrap());
    let code = PAGE_POOL.base;
    let data = code + PAGE_SIZE;
    let user = |pa| pa - 0x4000_0000;
    let own = |pa, rights| Pte::new(pa, Ring::Domain, rights);
    let kernel = |pa, rights| Pte::new(pa, Ring::Kernel, rights);
    for (space, va, entry, rule) in [
        (domain, user(data), own(data, ReadWrite), None),
        (domain, user(code), own(code, Read), None),
        (domain, user(code), own(code, ReadExecute), None),
        // Writable where another domain executes, through every view.
        (
            domain,
            user(code),
            own(code, ReadWrite),
            Some(Rule::WriteOrExecute),
        ),
        (
            domain,
            user(code) - 0x10_0000,
            own(code, UncachedReadWrite),
            Some(Rule::WriteOrExecute),
        ),
        (
            Space::Kernel,
            code,
            kernel(code, ReadWrite),
            Some(Rule::WriteOrExecute),
        ),
        (
            Space::Kernel,
            to_uncached(code),
            kernel(code, UncachedReadWrite),
            Some(Rule::WriteOrExecute),
        ),
        // Executable where the kernel writes.
        (
            domain,
            user(data),
            own(data, ReadExecute),
            Some(Rule::WriteOrExecute),
        ),
        (
            Space::Kernel,
            code,
            kernel(code, ReadExecute),
            Some(Rule::WriteOrExecute),
        ),
        // Both at once has no meaning here, but the MMU knows it.
        (
            domain,
            user(data),
            Pte::from_word(data | 0x27),
            Some(Rule::Encoding),
        ),
        (
            domain,
            user(data),
            Pte::from_word(data | 0x23),
            Some(Rule::Encoding),
        ),
        // Text, written by the kernel or in the table of a domain.
        (
            Space::Kernel,
            to_uncached(TEXT_AREA.base),
            kernel(TEXT_AREA.base, UncachedReadWrite),
            Some(Rule::WriteOrExecute),
        ),
        (
            domain,
            user(TEXT_AREA.base) + PAGE_SIZE,
            own(TEXT_AREA.base, ReadWrite),
            Some(Rule::Place),
        ),
        // Memory of somebody else, and a wrong ring.
        (
            domain,
            user(data),
            own(0xA003_4000, ReadWrite),
            Some(Rule::Place),
        ),
        (
            domain,
            user(data),
            own(data, UncachedReadWrite),
            Some(Rule::Place),
        ),
        (
            domain,
            user(data),
            kernel(data, ReadWrite),
            Some(Rule::Ring),
        ),
        (
            domain,
            user(data),
            Pte::new(data, Ring::Shared, Read),
            Some(Rule::Ring),
        ),
        (Space::Kernel, data, own(data, ReadWrite), Some(Rule::Ring)),
        (
            Space::Kernel,
            LAYOUT.rodata.base,
            Pte::new(LAYOUT.rodata.base, Ring::Shared, ReadWrite),
            Some(Rule::Ring),
        ),
        // What is absent for all domains would be absent for each of them.
        (
            domain,
            user(data),
            Pte::from_word(0x3C),
            Some(Rule::Encoding),
        ),
    ] {
        assert_eq!(planted(space, va, entry), rule, "{va:#x} {entry:?}");
    }
}
