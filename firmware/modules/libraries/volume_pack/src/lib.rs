#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
//! Several modules in one loadable library: they share code and constants.

acelab_module_sdk::library! {
    name: "VOLUMES",
    version: [1, 0, 0, 0],
    modules: [acelab_modules::GAIN, acelab_modules::PEAKVOL, acelab_modules::EQFIR],
}
