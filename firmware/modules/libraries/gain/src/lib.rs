#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
//! The volume without meters as a loadable library, of the same source as the built-in one.

acelab_module_sdk::library! {
    name: "GAIN",
    version: [1, 0, 0, 0],
    modules: [acelab_modules::GAIN],
}
