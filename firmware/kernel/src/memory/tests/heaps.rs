//! Heaps of two domains against a list of blocks.

use std::vec::Vec;

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::USER_DISTANCE;
use proptest::prelude::*;

use super::super::{GRANULE, Memory, MemoryError, Placement, Rights, Taker};
use super::fake::{Fake, finish};
use crate::ids::DomainId;

#[derive(Clone, Copy, Debug)]
enum Op {
    Alloc(usize, u32, u32),
    /// One of the blocks that are there.
    Free(usize),
    /// An address that may be no block: an offset from a block or the heap.
    FreeWrong(usize, usize, u32),
}

fn op() -> impl Strategy<Value = Op> {
    let size = prop_oneof![
        6 => 1..600_u32,
        2 => 1..20_000_u32,
        1 => prop::sample::select(std::vec![0, 63, 64, 65, 4096, u32::MAX, 1 << 31]),
    ];
    let align = prop_oneof![
        5 => (0..=12_u32).prop_map(|shift| 1 << shift),
        1 => prop::sample::select(std::vec![0, 3, 96, 8192, 1 << 31]),
    ];
    let wrong = prop_oneof![
        Just(0_u32),
        Just(1),
        Just(64),
        Just(0_u32.wrapping_sub(64)),
        any::<u32>(),
        (0..512_u32).prop_map(|granule| granule * GRANULE),
    ];
    prop_oneof![
        6 => (0..2_usize, size, align).prop_map(|(heap, size, align)| Op::Alloc(heap, size, align)),
        4 => any::<usize>().prop_map(Op::Free),
        2 => (0..2_usize, any::<usize>(), wrong).prop_map(|(h, b, offset)| Op::FreeWrong(h, b, offset)),
    ]
}

#[derive(Clone, Copy, Debug)]
struct Block {
    heap: usize,
    address: u32,
    size: u32,
}

struct World {
    fake: Fake,
    memory: Memory,
    domains: [DomainId; 2],
    start: [u32; 2],
    size: [u32; 2],
    blocks: Vec<Block>,
    high_water: [u32; 2],
    allocations: [u32; 2],
    failures: [u32; 2],
}

impl World {
    fn new(pages: [usize; 2]) -> Self {
        let (mut fake, mut memory) = Fake::booted();
        let domains = pages.map(|pages| {
            let domain = memory.create_domain(&mut fake, Taker::Firmware).unwrap();
            finish(|| memory.create_heap(&mut fake, domain, pages, Taker::Firmware)).unwrap();
            domain
        });
        let start = domains.map(|domain| {
            let first = memory.heap_alloc(&mut fake, domain, 1, 1).unwrap();
            memory.heap_free(&mut fake, domain, first).unwrap();
            first
        });
        Self {
            fake,
            memory,
            domains,
            start,
            size: pages.map(|pages| pages as u32 * 4096),
            blocks: Vec::new(),
            high_water: [GRANULE; 2],
            allocations: [1; 2],
            failures: [0; 2],
        }
    }

    /// The lowest address at which a block fits, by trying every granule.
    fn expected(&self, heap: usize, size: u32, align: u32) -> Result<u32, MemoryError> {
        if size == 0 || !align.is_power_of_two() || align > 4096 {
            return Err(MemoryError::Invalid);
        }
        let start = self.start[heap];
        let end = u64::from(start) + u64::from(self.size[heap]);
        (0..self.size[heap] / GRANULE)
            .map(|granule| start + granule * GRANULE)
            .find(|&address| {
                let stop = u64::from(address) + u64::from(size).next_multiple_of(64);
                address.is_multiple_of(align)
                    && stop <= end
                    && self.blocks.iter().all(|block| {
                        block.heap != heap
                            || u64::from(block.address) >= stop
                            || block.address + block.size <= address
                    })
            })
            .ok_or(MemoryError::HeapFull)
    }

    fn alloc(&mut self, heap: usize, size: u32, align: u32) {
        let expected = self.expected(heap, size, align);
        let domain = self.domains[heap];
        let got = self.memory.heap_alloc(&mut self.fake, domain, size, align);
        assert_eq!(got, expected);
        match got {
            Ok(address) => {
                let size = size.next_multiple_of(GRANULE);
                let bytes = self.fake.bytes(address + 0x4000_0000, size);
                assert!(bytes.iter().take(4096).all(|&byte| byte == 0xCD));
                bytes.fill(self.blocks.len() as u8);
                self.blocks.push(Block {
                    heap,
                    address,
                    size,
                });
                self.allocations[heap] += 1;
            }
            Err(MemoryError::HeapFull) => self.failures[heap] += 1,
            Err(_) => {}
        }
    }

    fn free(&mut self, index: usize) {
        let Block {
            heap,
            address,
            size,
        } = self.blocks.swap_remove(index);
        let domain = self.domains[heap];
        let freed = self.memory.heap_free(&mut self.fake, domain, address);
        assert_eq!(freed, Ok(()));
        let bytes = self.fake.bytes(address + 0x4000_0000, size);
        assert!(bytes.iter().take(4096).all(|&byte| byte == 0xDD));
        // Twice is once too often.
        let again = self.memory.heap_free(&mut self.fake, domain, address);
        assert_eq!(again, Err(MemoryError::Invalid));
    }

    fn free_wrong(&mut self, heap: usize, block: usize, offset: u32) {
        let base = match self.blocks.get(block % (self.blocks.len() + 1)) {
            Some(block) => block.address,
            None => self.start[heap],
        };
        let address = base.wrapping_add(offset);
        let here = |block: &Block| block.heap == heap && block.address == address;
        if let Some(index) = self.blocks.iter().position(here) {
            self.free(index);
            return;
        }
        let freed = self
            .memory
            .heap_free(&mut self.fake, self.domains[heap], address);
        assert_eq!(freed, Err(MemoryError::Invalid));
    }

    fn compare(&mut self) {
        let mut total = 0;
        for heap in 0..2 {
            let mine = self.blocks.iter().filter(|block| block.heap == heap);
            let in_use = mine.clone().map(|block| block.size).sum();
            self.high_water[heap] = self.high_water[heap].max(in_use);
            total += in_use;
            let account = self.memory.heap_account(self.domains[heap]).unwrap();
            assert_eq!(account.size, self.size[heap]);
            assert_eq!(account.in_use, in_use);
            assert_eq!(account.high_water, self.high_water[heap]);
            assert_eq!(account.blocks as usize, mine.count());
            assert_eq!(account.allocations, self.allocations[heap]);
            assert_eq!(account.failures, self.failures[heap]);
        }
        assert_eq!(self.memory.heap_bytes(), total);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn blocks_lie_apart_and_the_account_is_exact(
        pages in [1..5_usize, 1..9_usize],
        ops in prop::collection::vec(op(), 1..120),
    ) {
        let mut world = World::new(pages);
        for op in ops {
            match op {
                Op::Alloc(heap, size, align) => world.alloc(heap, size, align),
                Op::Free(_) if world.blocks.is_empty() => {}
                Op::Free(index) => world.free(index % world.blocks.len()),
                Op::FreeWrong(heap, block, offset) => world.free_wrong(heap, block, offset),
            }
            world.compare();
        }
        while !world.blocks.is_empty() {
            world.free(0);
        }
        world.compare();
    }
}

#[test]
fn the_largest_heap_is_given_out_to_its_last_granule() {
    let (mut fake, mut memory) = Fake::booted();
    let domain = memory.create_domain(&mut fake, Taker::Firmware).unwrap();
    finish(|| memory.create_heap(&mut fake, domain, 64, Taker::Firmware)).unwrap();
    let mut alloc = |size| memory.heap_alloc(&mut fake, domain, size, 1);
    let start = alloc(64).unwrap();
    for granule in 1..4096 {
        assert_eq!(alloc(64), Ok(start + granule * 64));
    }
    assert_eq!(alloc(1), Err(MemoryError::HeapFull));
    // A hole of two granules takes what needs two, and no more.
    for granule in [100, 101] {
        let freed = memory.heap_free(&mut fake, domain, start + granule * 64);
        assert_eq!(freed, Ok(()));
    }
    let mut alloc = |size| memory.heap_alloc(&mut fake, domain, size, 1);
    assert_eq!(alloc(129), Err(MemoryError::HeapFull));
    assert_eq!(alloc(128), Ok(start + 100 * 64));
    let account = memory.heap_account(domain).unwrap();
    assert_eq!((account.in_use, account.blocks), (64 * 4096, 4095));
    assert_eq!((account.high_water, account.failures), (64 * 4096, 2));
}

#[test]
fn what_a_core_has_left_is_taken_back_and_nothing_else() {
    let (mut fake, mut memory) = Fake::booted();
    let domain = memory.create_domain(&mut fake, Taker::Firmware).unwrap();
    finish(|| memory.create_heap(&mut fake, domain, 8, Taker::Firmware)).unwrap();
    let mut blocks: [Vec<u32>; 2] = Default::default();
    for round in 0..30_u32 {
        for core in [0, 1_usize] {
            fake.core = CoreId::ALL[core];
            let size = 64 + round * 37 % 700;
            if let Ok(block) = memory.heap_alloc(&mut fake, domain, size, 1) {
                blocks[core].push(block);
            }
        }
    }
    let page = |block: &u32| block / acelab_abi::memory::PAGE_SIZE;
    assert!(
        blocks[0]
            .iter()
            .all(|one| { blocks[1].iter().all(|other| page(one) != page(other)) })
    );
    // Blocks that are larger than a page go as a whole.
    memory
        .heap_free(&mut fake, domain, blocks[1].pop().unwrap())
        .unwrap();
    let own = blocks[1].len() as u32;
    let before = memory.heap_account(domain).unwrap();
    let mut taken = 0;
    while let Some(block) = memory.heap_block_of(domain, CoreId::ALL[1]) {
        memory.heap_free(&mut fake, domain, block).unwrap();
        taken += 1;
    }
    assert_eq!(taken, own);
    let after = memory.heap_account(domain).unwrap();
    assert_eq!(after.blocks, before.blocks - own);
    assert_eq!(after.blocks, blocks[0].len() as u32);
    for block in blocks[0].drain(..) {
        memory.heap_free(&mut fake, domain, block).unwrap();
    }
    assert_eq!(memory.heap_account(domain).unwrap().in_use, 0);
    // The pages are anybody's again.
    fake.core = CoreId::ALL[3];
    assert!(memory.heap_alloc(&mut fake, domain, 8 * 4096, 1).is_ok());
    let block = memory.heap_block_of(domain, CoreId::ALL[3]).unwrap();
    memory.heap_free(&mut fake, domain, block).unwrap();
    assert_eq!(memory.heap_account(domain).unwrap().in_use, 0);
}

#[test]
fn a_domain_without_a_heap_has_none() {
    let (mut fake, mut memory) = Fake::booted();
    let domain = memory.create_domain(&mut fake, Taker::Firmware).unwrap();
    let error = MemoryError::NoHeap;
    assert_eq!(memory.heap_alloc(&mut fake, domain, 1, 1), Err(error));
    assert_eq!(memory.heap_free(&mut fake, domain, 0), Err(error));
    assert_eq!(memory.heap_account(domain), Err(error));
    memory
        .create_heap(&mut fake, domain, 1, Taker::Firmware)
        .unwrap();
    memory.heap_alloc(&mut fake, domain, 1, 1).unwrap();
    memory.destroy_domain(&mut fake, domain).unwrap();
    assert_eq!(memory.heap_bytes(), 0);
    assert_eq!(memory.heap_account(domain), Err(error));
    // The next domain in its place starts from nothing.
    let domain = memory.create_domain(&mut fake, Taker::Firmware).unwrap();
    fake.new_table(memory.page_table(domain).unwrap());
    memory
        .create_heap(&mut fake, domain, 1, Taker::Firmware)
        .unwrap();
    let account = memory.heap_account(domain).unwrap();
    assert_eq!(
        (account.in_use, account.blocks, account.allocations),
        (0, 0, 0)
    );
    assert!(memory.heap_alloc(&mut fake, domain, 4096, 4096).is_ok());
}

#[test]
fn a_device_gets_what_is_given_out_or_may_be_written() {
    let (mut fake, mut memory) = Fake::booted();
    let domain = memory.create_domain(&mut fake, Taker::Firmware).unwrap();
    finish(|| memory.create_heap(&mut fake, domain, 2, Taker::Firmware)).unwrap();
    let block = memory.heap_alloc(&mut fake, domain, 256, 128).unwrap();
    let at = block + USER_DISTANCE;
    let get = |memory: &Memory, address, len| memory.device_memory(domain, address, len);
    assert_eq!(get(&memory, block, 256), Ok(at));
    assert_eq!(get(&memory, block - 0x10_0000 + 64, 192), Ok(at + 64));
    assert_eq!(get(&memory, block, 0), Err(MemoryError::Invalid));
    assert_eq!(get(&memory, block, 257), Err(MemoryError::Invalid));
    assert_eq!(get(&memory, block, u32::MAX), Err(MemoryError::Invalid));
    assert_eq!(get(&memory, at, 256), Err(MemoryError::Invalid));
    assert_eq!(get(&memory, 0, 256), Err(MemoryError::Invalid));
    for (rights, expected) in [(Rights::Read, false), (Rights::UncachedReadWrite, true)] {
        let part =
            finish(|| memory.create_partition(&mut fake, 2, Placement::Low, Taker::Firmware))
                .unwrap();
        let address = part.user_address().get();
        assert_eq!(get(&memory, address, 64), Err(MemoryError::Invalid));
        memory.attach(&mut fake, domain, &part, rights).unwrap();
        let found = get(&memory, address, 0x2000);
        assert_eq!(found.is_ok(), expected, "{rights:?}");
        assert_eq!(get(&memory, address, 0x2001), Err(MemoryError::Invalid));
        memory.destroy_partition(&mut fake, part);
    }
    memory.heap_free(&mut fake, domain, block).unwrap();
    assert_eq!(get(&memory, block, 256), Err(MemoryError::Invalid));
}
