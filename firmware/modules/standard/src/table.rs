//! The list of modules.

use acelab_module_sdk::Descriptor;

use crate::{dc_block, eq, matrix, mixer, probe, rate, tone, volume};

/// All modules, in the order of the manifest.
///
/// The UUIDs are those by which hosts of today know modules that do the same; a
/// UUID that starts with `ACE1AB` is our own.
pub static MODULES: &[Descriptor] = &[
    mixer::MIXIN,
    mixer::MIXOUT,
    volume::PEAKVOL,
    volume::GAIN,
    rate::SRC,
    eq::EQIIR,
    eq::EQFIR,
    matrix::UPDWMIX,
    matrix::MICSEL,
    tone::TONE,
    probe::PROBE,
    dc_block::DCBLOCK,
];

/// The module called so.
pub fn find(name: &str) -> Option<&'static Descriptor> {
    MODULES.iter().find(|module| module.name() == name)
}
