//! What an instance has allocated.

/// Blocks that an instance can have at one time.
pub const MAX_BLOCKS: usize = 64;

/// So many uses of the heap are charged as one span between two looks of the watchdog, which
/// does not see them. That each takes less than 5.2 µs is seen in
/// `cases/modules/hostile_heap.yaml`.
pub const USES_PER_SAMPLE: u32 = 48;

/// The blocks of memory that an instance has, by their addresses: to be given back
/// when it ends, whatever it has done. It is no more than a list; the heap belongs to
/// somebody else.
#[derive(Debug)]
#[repr(C)]
pub struct Ledger {
    magic: u32,
    /// Bytes that the instance may have.
    limit: u32,
    used: u32,
    count: u32,
    /// Uses in the call that is being made.
    uses: u32,
    blocks: [Block; MAX_BLOCKS],
}

#[derive(Clone, Copy, Debug)]
struct Block {
    /// 0: none.
    address: u32,
    bytes: u32,
}

/// `LEDG`: what is at an address that a module gives may be anything.
const MAGIC: u32 = u32::from_le_bytes(*b"LEDG");

impl Ledger {
    /// Nothing, and a limit in bytes.
    pub const fn new(limit: u32) -> Self {
        Self {
            magic: MAGIC,
            limit,
            used: 0,
            count: 0,
            uses: 0,
            blocks: [Block {
                address: 0,
                bytes: 0,
            }; MAX_BLOCKS],
        }
    }

    /// A call of the instance begins.
    pub const fn begin_call(&mut self) {
        self.uses = 0;
    }

    /// Counts a use of the heap: whether another [`USES_PER_SAMPLE`] are to be charged.
    /// `None` when this is no ledger, as far as its first word says.
    pub const fn count_use(&mut self) -> Option<bool> {
        if self.magic != MAGIC {
            return None;
        }
        self.uses = self.uses.wrapping_add(1);
        Some(self.uses.is_multiple_of(USES_PER_SAMPLE))
    }

    /// Bytes that the instance has.
    pub const fn used(&self) -> u32 {
        self.used
    }

    /// Whether there is room for a block of so many bytes.
    pub fn has_room(&self, bytes: u32) -> bool {
        (self.count as usize) < MAX_BLOCKS && self.limit.saturating_sub(self.used) >= bytes
    }

    /// Notes a block for which there is [room](Self::has_room); `false`, and nothing
    /// changes, if there is none.
    pub fn note(&mut self, address: u32, bytes: u32) -> bool {
        if address == 0 || !self.has_room(bytes) {
            return false;
        }
        let Some(free) = self.blocks.iter_mut().find(|block| block.address == 0) else {
            return false;
        };
        *free = Block { address, bytes };
        self.count += 1;
        self.used += bytes;
        true
    }

    /// Strikes out the block at `address`; `false` if the instance has none there.
    pub fn strike(&mut self, address: u32) -> bool {
        let mut blocks = self.blocks.iter_mut();
        let Some(block) = blocks.find(|block| block.address == address && address != 0) else {
            return false;
        };
        self.used -= block.bytes;
        block.address = 0;
        self.count -= 1;
        true
    }

    /// Strikes out some block, if there is one: its address.
    pub fn strike_any(&mut self) -> Option<u32> {
        let block = self.blocks.iter().find(|block| block.address != 0)?;
        let address = block.address;
        self.strike(address).then_some(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn uses_of_the_heap_are_charged() {
        let mut ledger = Ledger::new(0);
        for _ in 0..2 {
            ledger.begin_call();
            for uses in 1..=3 * USES_PER_SAMPLE {
                assert_eq!(ledger.count_use(), Some(uses % USES_PER_SAMPLE == 0));
            }
            assert_eq!(ledger.count_use(), Some(false));
        }
        ledger.magic ^= 1;
        assert_eq!(ledger.count_use(), None);
    }

    proptest! {
        #[test]
        fn it_is_a_map_with_a_limit(
            limit in 0..5000u32,
            steps in proptest::collection::vec((any::<bool>(), 0..90u32, 0..120u32), 0..300),
        ) {
            let mut ledger = Ledger::new(limit);
            let mut model = BTreeMap::new();
            for (add, address, bytes) in steps {
                let used: u32 = model.values().sum();
                if add {
                    if model.contains_key(&address) {
                        continue;
                    }
                    let fits = model.len() < MAX_BLOCKS && used + bytes <= limit;
                    prop_assert_eq!(ledger.has_room(bytes), fits);
                    prop_assert_eq!(ledger.note(address, bytes), fits && address != 0);
                    if fits && address != 0 {
                        model.insert(address, bytes);
                    }
                } else {
                    prop_assert_eq!(ledger.strike(address), model.remove(&address).is_some());
                }
                prop_assert_eq!(ledger.used(), model.values().sum::<u32>());
            }
            while let Some(address) = ledger.strike_any() {
                prop_assert!(model.remove(&address).is_some());
            }
            prop_assert!(model.is_empty());
            prop_assert_eq!(ledger.used(), 0);
        }
    }
}
