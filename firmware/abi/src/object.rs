//! Kernel objects and their handles.

codes! {
    /// Kinds of kernel objects.
    pub enum ObjectKind: u32 {
        Thread = 1 => "THREAD",
        Semaphore = 2 => "SEMAPHORE",
        Mutex = 3 => "MUTEX",
        Event = 4 => "EVENT",
        Timer = 5 => "TIMER",
        Slot = 6 => "SLOT",
        Domain = 7 => "DOMAIN",
        Partition = 8 => "PARTITION",
        /// A gateway of the DMA that a thread has opened.
        Channel = 9 => "CHANNEL",
    }
}

/// Objects the kernel's table has room for.
pub const MAX_OBJECTS: usize = 256;

const INDEX_BITS: u32 = 8;
const _: () = assert!(MAX_OBJECTS == 1 << INDEX_BITS);

/// Names a kernel object. The word a thread holds is a claim, not a proof: the
/// kernel checks index, generation, kind and permission at each use.
///
/// Bits 7:0 are the index in the object table, bits 31:8 the generation, which
/// counts how often the index was used and is never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handle(u32);

impl Handle {
    /// The word that names nothing.
    pub const NONE: u32 = 0;
    /// Highest generation; an index that has reached it is not used again.
    pub const MAX_GENERATION: u32 = (1 << (32 - INDEX_BITS)) - 1;

    /// From a word as a thread holds it; `None` for generation 0.
    #[must_use]
    pub const fn from_word(word: u32) -> Option<Self> {
        if word >> INDEX_BITS == 0 {
            None
        } else {
            Some(Self(word))
        }
    }

    /// Of an index in its `generation`-th use; `None` for generation 0 and
    /// beyond the highest.
    #[must_use]
    pub const fn new(index: u8, generation: u32) -> Option<Self> {
        if generation == 0 || generation > Self::MAX_GENERATION {
            None
        } else {
            Some(Self(generation << INDEX_BITS | index as u32))
        }
    }

    /// The word.
    #[must_use]
    pub const fn word(self) -> u32 {
        self.0
    }

    /// Index in the object table.
    #[must_use]
    pub const fn index(self) -> usize {
        (self.0 & (MAX_OBJECTS as u32 - 1)) as usize
    }

    /// Use of the index.
    #[must_use]
    pub const fn generation(self) -> u32 {
        self.0 >> INDEX_BITS
    }
}
