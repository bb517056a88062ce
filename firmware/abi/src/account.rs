//! What the kernel and a heap say of themselves, in words of memory.

/// Defines a struct of words with conversions from and to an array.
macro_rules! account {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* $field:ident,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name {
            $($(#[$fmeta])* pub $field: u32,)+
        }

        impl $name {
            /// Words in memory.
            pub const WORDS: usize = [$(stringify!($field)),+].len();
            /// Names of the words.
            pub const NAMES: [&'static str; Self::WORDS] = [$(stringify!($field)),+];

            /// The words in order.
            #[must_use]
            pub const fn to_words(self) -> [u32; Self::WORDS] {
                [$(self.$field),+]
            }

            /// From the words in order.
            #[must_use]
            pub const fn from_words(words: [u32; Self::WORDS]) -> Self {
                let [$($field),+] = words;
                Self { $($field),+ }
            }
        }
    };
}

account! {
    /// Account of one heap.
    pub struct HeapAccount {
        /// Bytes of the heap.
        size,
        /// Bytes given out, rounded as the heap rounds them.
        in_use,
        /// Most bytes that were given out at once.
        high_water,
        /// Blocks given out.
        blocks,
        /// Blocks given out since the heap was created.
        allocations,
        /// Requests that did not fit.
        failures,
    }
}

account! {
    /// Account of the kernel.
    pub struct KernelAccount {
        /// Objects of every kind.
        objects,
        /// Most objects there were at once.
        objects_high_water,
        /// Threads.
        threads,
        /// Semaphores.
        semaphores,
        /// Mutexes.
        mutexes,
        /// Words of event flags.
        events,
        /// Timers.
        timers,
        /// Message slots.
        slots,
        /// Domains.
        domains,
        /// Partitions.
        partitions,
        /// Open gateways of the DMA.
        channels,
        /// Pages taken from the page pool.
        pages,
        /// Most pages that were taken at once.
        pages_high_water,
        /// Pages of the pool.
        pages_total,
        /// Threads that wait for a deadline, and timers that run.
        deadlines,
        /// Bytes given out by the heaps of all domains.
        heap_bytes,
    }
}
