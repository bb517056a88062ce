#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
//! The equaliser of biquads as a loadable library, of the same source as the built-in one.

acelab_module_sdk::library! {
    name: "EQIIR",
    version: [1, 0, 0, 0],
    modules: [acelab_modules::EQIIR],
}
