//! Pipelines and instances: states, ids and keys.

codes! {
    /// State of a pipeline, as SET_PIPELINE_STATE asks for it and
    /// GET_PIPELINE_STATE tells it.
    pub enum PipelineState: u32 {
        Invalid = 0 => "INVALID",
        Uninitialized = 1 => "UNINITIALIZED",
        Reset = 2 => "RESET",
        Paused = 3 => "PAUSED",
        Running = 4 => "RUNNING",
        Eos = 5 => "EOS",
        ErrorStop = 6 => "ERROR_STOP",
        Saved = 7 => "SAVED",
    }
}

/// Pipelines that can exist at a time.
pub const MAX_PIPELINES: usize = 32;
/// Pipeline of an instance that belongs to none.
pub const NO_PIPELINE: u8 = 0xFF;
/// Highest priority value of a pipeline; 0 runs first.
pub const MAX_PRIORITY: u8 = 7;

/// An instance of a module: instance in bits 23:16, module in bits 15:0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceKey(u32);

impl InstanceKey {
    /// Instance `instance` of `module`.
    #[must_use]
    pub const fn new(module: u16, instance: u8) -> Self {
        Self((instance as u32) << 16 | module as u32)
    }

    /// From either message word, where bits 23:0 hold it.
    #[must_use]
    pub const fn of_word(word: u32) -> Self {
        Self(word & 0x00FF_FFFF)
    }

    /// Module id.
    #[must_use]
    pub const fn module(self) -> u16 {
        self.0 as u16
    }

    /// Instance id.
    #[must_use]
    pub const fn instance(self) -> u8 {
        (self.0 >> 16) as u8
    }

    /// The key as a number; logs show it in hexadecimal.
    #[must_use]
    pub const fn word(self) -> u32 {
        self.0
    }
}

impl core::fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

codes! {
    /// Where an instance is processed: bit 28 of the extension of
    /// INIT_INSTANCE.
    pub enum ProcessingDomain: u32 {
        LowLatency = 0 => "LL",
        DataProcessing = 1 => "DP",
    }
}

codes! {
    /// What CHAIN_DMA asks for: bit 0 allocate, bit 1 enable.
    pub enum ChainRequest: u32 {
        Free = 0 => "FREE",
        Pause = 1 => "PAUSE",
        /// Not a request that can be met: nothing that is enabled is not
        /// allocated.
        Invalid = 2 => "INVALID",
        Start = 3 => "START",
    }
}

/// Payload of SET_PIPELINE_STATE for several pipelines: word 0 is the count,
/// the ids follow, one a word.
pub mod multi {
    /// Index of the count.
    pub const COUNT: usize = 0;
    /// Index of the first id.
    pub const FIRST: usize = 1;

    /// The largest count that an inbox of `bytes` holds.
    #[must_use]
    pub const fn max(bytes: u32) -> u32 {
        bytes.saturating_sub(4) / 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hold_module_and_instance() {
        let key = InstanceKey::new(0x1234, 0xAB);
        assert_eq!(
            (key.word(), key.module(), key.instance()),
            (0xAB_1234, 0x1234, 0xAB)
        );
        assert_eq!(InstanceKey::of_word(0x40AB_1234), key);
    }

    #[test]
    fn an_inbox_of_8_kib_holds_2047_ids() {
        assert_eq!(multi::max(8192), 2047);
        assert_eq!(multi::max(0), 0);
    }
}
