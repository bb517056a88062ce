#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
//! Both halves of the mixer as a loadable library, of the same source as the built-in ones.

acelab_module_sdk::library! {
    name: "MIXER",
    version: [1, 0, 0, 0],
    modules: [acelab_modules::MIXIN, acelab_modules::MIXOUT],
}
