//! Sample rate converters: what stands behind the base configuration.

/// SRC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SrcConfig {
    /// Frames per second at the output.
    pub sink_rate: u32,
}

wire!(SrcConfig, 4, { sink_rate: u32 });

/// ASRC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsrcConfig {
    /// Frames per second at the output.
    pub out_rate: u32,
    /// Operation mode.
    pub mode: u32,
}

wire!(AsrcConfig, 8, { out_rate: u32, mode: u32 });
