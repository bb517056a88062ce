//! Claims against a model that looks at each byte.

use std::vec::Vec;

use acelab_abi::memory::{PAGE_SIZE, TEXT_AREA, to_uncached};
use proptest::prelude::*;

use super::super::{
    Access, BadPointer, Memory, Partition, Placement, PointerFault, Rights, Space, Stack, Taker,
    UserBytes, UserPointer,
};
use super::fake::{Fake, LAYOUT, finish};
use crate::ids::DomainId;

/// Two domains, partitions of all rights in the first one, and stacks.
struct World {
    fake: Fake,
    memory: Memory,
    domain: DomainId,
    /// Address, bytes, rights of what the first domain has.
    mine: Vec<(u32, u32, Rights)>,
    /// Pages that the kernel must not touch for a thread: below a stack, and
    /// page tables.
    guards: Vec<u32>,
    _kept: (Vec<Partition>, Vec<Stack>),
}

impl World {
    fn new() -> Self {
        let (mut fake, mut memory) = Fake::booted();
        let domain = memory.create_domain(&mut fake, Taker::Firmware).unwrap();
        let other = memory.create_domain(&mut fake, Taker::Firmware).unwrap();
        let mut mine = Vec::new();
        let mut partitions = Vec::new();
        // In a row, so that claims reach from one into the next: a page of the
        // other domain in between is a hole.
        for (pages, rights) in [
            (2, Some(Rights::ReadWrite)),
            (1, Some(Rights::Read)),
            (1, None),
            (2, Some(Rights::ReadExecute)),
            (1, Some(Rights::UncachedReadWrite)),
            (2, Some(Rights::ReadWrite)),
            (1, Some(Rights::UncachedRead)),
        ] {
            let partition = finish(|| {
                memory.create_partition(&mut fake, pages, Placement::Low, Taker::Firmware)
            })
            .unwrap();
            let (into, has) = rights.map_or((other, Rights::ReadWrite), |rights| (domain, rights));
            memory.attach(&mut fake, into, &partition, has).unwrap();
            if let Some(rights) = rights {
                let address = if rights.uncached() {
                    partition.user_uncached_address().unwrap().get()
                } else {
                    partition.user_address().get()
                };
                mine.push((address, partition.size(), rights));
            }
            partitions.push(partition);
        }
        let stack = memory
            .allocate_stack(&mut fake, Some(domain), 2, Taker::Firmware)
            .unwrap();
        mine.push((stack.bottom(), 2 * PAGE_SIZE, Rights::ReadWrite));
        let kernel_stack = memory
            .allocate_stack(&mut fake, None, 2, Taker::Firmware)
            .unwrap();
        let tables = [domain, other].map(|domain| memory.page_table(domain).unwrap());
        let mut guards = std::vec![kernel_stack.guard(), tables[0], tables[1]];
        guards.extend([LAYOUT.page_tables.base, LAYOUT.page_tables.base + PAGE_SIZE]);
        Self {
            fake,
            memory,
            domain,
            mine,
            guards,
            _kept: (partitions, std::vec![stack, kernel_stack]),
        }
    }

    /// Where the byte lies in memory, if a thread of the space may access it so.
    fn byte(&self, space: Space, address: u32, access: Access) -> Option<u32> {
        let inside = |base: u32, size: u32| address >= base && address - base < size;
        let read = access == Access::Read;
        if inside(TEXT_AREA.base, TEXT_AREA.size) {
            return read.then_some(address);
        }
        if inside(LAYOUT.rodata.base, LAYOUT.rodata.size) {
            return read.then_some(address);
        }
        match space {
            Space::Domain(domain) if domain == self.domain => {
                let (_, _, rights) = *self
                    .mine
                    .iter()
                    .find(|&&(base, size, _)| inside(base, size))?;
                let distance = if rights.uncached() {
                    0x4010_0000
                } else {
                    0x4000_0000
                };
                (read || rights.writable()).then_some(address + distance)
            }
            Space::Domain(_) => None,
            Space::Kernel => self.kernel_byte(address, read),
        }
    }

    fn kernel_byte(&self, address: u32, read: bool) -> Option<u32> {
        if self
            .guards
            .iter()
            .any(|&guard| [guard, to_uncached(guard)].contains(&(address & !(PAGE_SIZE - 1))))
        {
            return None;
        }
        let area = LAYOUT.areas().find(|area| area.va.contains(address, 1))?;
        let code = self.mine.iter().any(|&(base, size, rights)| {
            rights.executable()
                && (base + 0x4000_0000..base + 0x4000_0000 + size)
                    .contains(&(area.pa + (address - area.va.base)))
        });
        (read || area.rights.writable() && !code).then_some(area.pa + (address - area.va.base))
    }

    /// What the judgement of a claim should be.
    fn expected(&self, space: Space, claim: UserBytes, access: Access) -> Result<(), BadPointer> {
        for offset in 0..claim.len() {
            let address = claim.address() + offset;
            if self.byte(space, address, access).is_none() {
                return Err(BadPointer {
                    address,
                    fault: PointerFault::Forbidden(access),
                });
            }
        }
        Ok(())
    }
}

/// Addresses at which something begins or ends.
fn edges() -> Vec<u32> {
    let world = World::new();
    let mut edges: Vec<u32> = [
        0,
        4,
        u32::MAX,
        0x10_0000,
        0x6000_0000,
        0x6040_0000,
        0x4000_0000,
        0x4040_0000,
        0xA000_0000,
        0xA040_0000,
        0x6010_0000,
        0x4010_0000,
        0xA104_2000,
        0x4001_0000,
        0x4001_6000,
    ]
    .to_vec();
    for (base, size, _) in world.mine {
        edges.extend([base, base + size, base + PAGE_SIZE]);
        edges.extend([base + 0x4000_0000, to_uncached(base + 0x4000_0000)]);
    }
    for guard in world.guards {
        edges.extend([guard, guard + PAGE_SIZE, to_uncached(guard)]);
    }
    for area in LAYOUT.areas() {
        edges.extend([area.va.base, area.va.end(), area.pa]);
    }
    edges.extend([TEXT_AREA.base, TEXT_AREA.end()]);
    edges
}

fn address() -> impl Strategy<Value = u32> {
    let near = (prop::sample::select(edges()), -70..70_i32)
        .prop_map(|(edge, offset)| edge.wrapping_add_signed(offset));
    prop_oneof![8 => near, 1 => any::<u32>()]
}

fn len() -> impl Strategy<Value = u32> {
    prop_oneof![6 => 0..200_u32, 3 => 0..3 * PAGE_SIZE, 1 => any::<u32>()]
}

fn space() -> impl Strategy<Value = Space> {
    let domain = |index| Space::Domain(DomainId::new(index).unwrap());
    prop_oneof![
        1 => Just(Space::Kernel),
        3 => Just(domain(0)),
        // The other domain has a page between those of the first one.
        1 => Just(domain(7)),
    ]
}

#[test]
fn a_claim_that_wraps_or_is_not_aligned_is_refused() {
    let wraps = |address, len| UserBytes::bytes(address, len).is_err();
    assert!(!wraps(u32::MAX, 1));
    assert!(wraps(u32::MAX, 2));
    assert!(!wraps(0, u32::MAX));
    assert!(wraps(2, u32::MAX));
    assert!(!wraps(u32::MAX, 0));
    assert!(UserBytes::words(0xFFFF_FFFC, 4).is_ok());
    assert_eq!(
        UserPointer::<2>::new(0xFFFF_FFFC),
        Err(BadPointer {
            address: 0xFFFF_FFFC,
            fault: PointerFault::Wraps
        })
    );
    for address in [1, 2, 3] {
        let unaligned = BadPointer {
            address,
            fault: PointerFault::Unaligned,
        };
        assert_eq!(UserBytes::words(address, 0), Err(unaligned));
        assert_eq!(UserPointer::<1>::new(address), Err(unaligned));
    }
}

#[test]
fn no_byte_anywhere_is_a_good_claim() {
    let world = World::new();
    for address in [0, 4, u32::MAX, 0x6000_0000, 0xA010_0000] {
        let claim = UserBytes::bytes(address, 0).unwrap();
        for access in [Access::Read, Access::Write] {
            let space = Space::Domain(world.domain);
            assert_eq!(
                world.memory.check(&world.fake, space, claim, access),
                Ok(())
            );
        }
    }
}

proptest! {
    #[test]
    fn a_claim_is_good_when_each_byte_is(
        address in address(),
        len in len(),
        space in space(),
        write in any::<bool>(),
    ) {
        let access = if write { Access::Write } else { Access::Read };
        if let Ok(claim) = UserBytes::bytes(address, len) {
            let world = World::new();
            let judged = world.memory.check(&world.fake, space, claim, access);
            prop_assert_eq!(judged, world.expected(space, claim, access));
        }
    }

    #[test]
    fn a_copy_is_of_the_bytes_that_the_thread_sees(
        address in address(),
        len in 0..2 * PAGE_SIZE + 100,
        shorter in 0..100_u32,
        space in space(),
        seed in any::<u8>(),
    ) {
        let Ok(claim) = UserBytes::bytes(address, len) else { return Ok(()) };
        let mut world = World::new();
        let places: Option<Vec<u32>> = (0..len)
            .map(|offset| world.byte(space, address + offset, Access::Read))
            .collect();
        // The manifest is not in this machine's memory.
        prop_assume!(places.iter().flatten().all(|&place| place < 0xA100_0000));
        for &place in places.iter().flatten() {
            world.fake.bytes(place, 1)[0] = (place as u8).wrapping_mul(7) ^ seed;
        }
        let mut buffer = std::vec![0xEE; len as usize + 3];
        match world.memory.read(&world.fake, space, claim, &mut buffer) {
            Ok(read) => {
                let expected = places.unwrap().into_iter()
                    .map(|place| (place as u8).wrapping_mul(7) ^ seed);
                prop_assert!(read.iter().copied().eq(expected));
                prop_assert_eq!(&buffer[len as usize..], [0xEE; 3]);
            }
            Err(error) => {
                prop_assert_eq!(Err(error), world.expected(space, claim, Access::Read));
                prop_assert!(buffer.iter().all(|&byte| byte == 0xEE));
            }
        }
        let before = world.fake.bytes(0xA000_0000, 0x40_0000).to_vec();
        let data = std::vec![seed; len.saturating_sub(shorter) as usize];
        let expected = world.expected(space, claim, Access::Write);
        let written = world.memory.write(&mut world.fake, space, claim, &data);
        prop_assert_eq!(written, expected);
        let mut after = before;
        if written.is_ok() {
            for offset in 0..data.len() as u32 {
                let place = world.byte(space, address + offset, Access::Write).unwrap();
                after[(place - 0xA000_0000) as usize] = seed;
            }
        }
        prop_assert!(world.fake.bytes(0xA000_0000, 0x40_0000) == after);
    }

    #[test]
    fn words_are_copied_like_bytes(address in address(), space in space(), word in any::<u32>()) {
        let Ok(claim) = UserPointer::<3>::new(address) else { return Ok(()) };
        let mut world = World::new();
        let words = [word, !word, word.rotate_left(8)];
        let written = world.memory.write_words(&mut world.fake, space, claim, &words);
        prop_assert_eq!(written, world.expected(space, claim.bytes(), Access::Write));
        let mut buffer = [0; 12];
        if written.is_ok() {
            prop_assert_eq!(world.memory.read_words(&world.fake, space, claim), Ok(words));
            let read = world.memory.read(&world.fake, space, claim.bytes(), &mut buffer);
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            prop_assert_eq!(read, Ok(&bytes[..]));
        }
    }

    #[test]
    fn code_is_text_and_what_is_attached_to_execute(address in address(), space in space()) {
        let world = World::new();
        let text = TEXT_AREA.contains(address, 1);
        let own = space == Space::Domain(world.domain)
            && world.mine.iter().any(|&(base, size, rights)| {
                rights.executable() && address >= base && address - base < size
            });
        prop_assert_eq!(world.memory.may_execute(&world.fake, space, address), text || own);
    }
}
