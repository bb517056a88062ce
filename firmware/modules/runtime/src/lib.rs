#![cfg_attr(not(test), no_std)]
//! What is linked into each loadable library, beside its author's code.
//!
//! [`image!`] makes of a crate with a [`Library`](acelab_module_sdk::Library) what the tool that
//! writes the file needs: the tables of its modules, and an [`Info`](info::Info) that names them.
//! On the DSP the crate is also the library's allocator and its panic handler, by way of what the
//! firmware offers to all images ([`acelab_module_abi::import`]).

#[cfg(target_os = "none")]
mod allocator;
pub mod info;
#[cfg(target_os = "none")]
mod panic;
mod tables;

/// For [`image!`].
#[doc(hidden)]
pub use {acelab_module_abi as abi, acelab_module_sdk as sdk};

pub use tables::{MAX_MODULES, tables};

/// Makes an image of the crate `$library`, which has called the SDK's `library!`.
#[macro_export]
macro_rules! image {
    ($library:ident) => {
        const MODULES: usize = <$library::Library as $crate::sdk::Library>::MODULES.len();
        const EXPORTS: usize = <$library::Library as $crate::sdk::Library>::EXPORTS.len();
        const DEPENDENCIES: usize = <$library::Library as $crate::sdk::Library>::DEPENDENCIES.len();

        static TABLES: [$crate::abi::ModuleTable; MODULES] =
            $crate::tables::<$library::Library, MODULES>();

        // SAFETY: the section is for this record, which the DSP never sees.
        #[unsafe(link_section = ".acelab.library")]
        #[used]
        static INFO: $crate::info::Info<MODULES, EXPORTS, DEPENDENCIES> =
            $crate::info::Info::of::<$library::Library>(&TABLES);
    };
}
