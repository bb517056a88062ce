//! Capabilities of the part (DFIDCCP).
//!
//! Source: `soc_num_cpus_init` in Zephyr's `ace/multiprocessing.c`.

/// The register; the rest of its block is not known.
pub const BASE: u32 = 0x2020;
/// Bytes of the block.
pub const SPAN: u32 = 0x4;

const CORES_SHIFT: u32 = 24;
const CORES_MASK: u32 = 0xF;

/// How many cores a value of the register stands for.
pub const fn cores(value: u32) -> u32 {
    (value >> CORES_SHIFT & CORES_MASK) + 1
}

/// The register's value on a part with `cores` cores (1 to 16).
pub const fn with_cores(cores: u32) -> u32 {
    (cores.saturating_sub(1) & CORES_MASK) << CORES_SHIFT
}
