//! The module's side: a table made from a `Descriptor`.
//!
//! This code is part of each library. It trusts its caller, the firmware.

mod instance;
mod views;

use core::marker::PhantomData;

use acelab_module_sdk::{Descriptor, Library};

use crate::table::{ModuleTable, VERSION};

/// A module that a library offers.
pub trait Exported {
    /// What there is to know about it.
    const DESCRIPTOR: Descriptor;
}

/// Module number `N` of the library `L`.
#[derive(Clone, Copy, Debug)]
pub struct Nth<L, const N: usize>(PhantomData<L>);

impl<L: Library, const N: usize> Exported for Nth<L, N> {
    const DESCRIPTOR: Descriptor = L::MODULES[N];
}

/// The functions of a module.
pub const fn table<E: Exported>() -> ModuleTable {
    ModuleTable {
        version: VERSION,
        size: size_of::<ModuleTable>() as u32,
        create: Some(instance::create::<E>),
        destroy: Some(instance::destroy),
        prepare: Some(instance::prepare),
        process: Some(instance::process),
        reset: Some(instance::reset),
        set_config: Some(instance::set_config),
        get_config: Some(instance::get_config),
    }
}
