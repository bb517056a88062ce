//! What an engine needs to know of a module that was loaded.

/// A module of a library, ready to be called: its code is mapped for this core.
///
/// Ring 0 says all of it, from what it has verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadedModule {
    /// Address of its table of functions (see `acelab-module-abi`), never 0.
    pub table: u32,
    /// Largest number of inputs.
    pub inputs: u8,
    /// Largest number of outputs.
    pub outputs: u8,
    /// Whether an instance may have a thread of its own.
    pub data_processing: bool,
    /// The most that an instance may allocate, in bytes.
    pub heap_bytes: u32,
    /// The stack that the thread of an instance needs, in bytes.
    pub stack_bytes: u32,
    /// The memory domain of this instance, as the core's IPC thread names it; 0 when
    /// it runs in the tick, and so in the core's own domain.
    pub domain: u32,
}

impl LoadedModule {
    /// Words that it is passed in.
    pub const WORDS: usize = 5;

    /// Bit of the second word, above the numbers of pins.
    const DATA_PROCESSING: u32 = 1 << 16;

    /// It in words.
    #[must_use]
    pub const fn to_words(self) -> [u32; Self::WORDS] {
        let mut pins = self.inputs as u32 | (self.outputs as u32) << 8;
        if self.data_processing {
            pins |= Self::DATA_PROCESSING;
        }
        [
            self.table,
            pins,
            self.heap_bytes,
            self.stack_bytes,
            self.domain,
        ]
    }

    /// What words say; `None` if there is no table.
    #[must_use]
    pub const fn from_words(words: [u32; Self::WORDS]) -> Option<Self> {
        let [table, pins, heap_bytes, stack_bytes, domain] = words;
        if table == 0 {
            return None;
        }
        Some(Self {
            table,
            inputs: pins as u8,
            outputs: (pins >> 8) as u8,
            data_processing: pins & Self::DATA_PROCESSING != 0,
            heap_bytes,
            stack_bytes,
            domain,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_all_of_it() {
        let module = LoadedModule {
            table: 0x6003_0100,
            inputs: 8,
            outputs: 1,
            data_processing: true,
            heap_bytes: 0x4000,
            stack_bytes: 0x1000,
            domain: 0x512,
        };
        assert_eq!(LoadedModule::from_words(module.to_words()), Some(module));
        let other = LoadedModule {
            data_processing: false,
            inputs: 0,
            ..module
        };
        assert_eq!(LoadedModule::from_words(other.to_words()), Some(other));
        assert_eq!(LoadedModule::from_words([0; 5]), None);
    }
}
