//! Modules of libraries as the engine of this core gets them.
//!
//! A module in the tick runs in the threads of its core, each call guarded
//! ([`guarded`]). One with a period of its own has a domain and a thread of its own
//! ([`confined`]); the engine's DP thread passes its data there and back.

mod confined;
mod exports;
mod guarded;
mod word;

use alloc::boxed::Box;

use acelab_audio::{InstanceKey, LoadedModule};
use acelab_module_abi::ModuleTable;
use acelab_module_abi::host::Guest;
use acelab_module_sdk::{CreateError, Module, try_box};
use acelab_user::{Domain, Object, SysError, guard};

pub use confined::{PRIORITY as MODULE_PRIORITY, PRIORITY_BEHIND};

use super::platform::System;
use guarded::Guarded;

pub use exports::{acelab_alloc, acelab_free, acelab_panic};

/// From here on the calling thread can call modules. Nothing is guarded in ring 0, where
/// a fault ends the DSP; so no module of a library gets there.
pub fn guard() -> bool {
    matches!(guard::register(), Ok(()) | Err(SysError::Permission))
}

/// Makes an instance.
///
/// # Errors
/// The module refuses, it was stopped, or there is no memory for it.
pub fn load(
    system: &System,
    key: InstanceKey,
    module: &LoadedModule,
    payload: &[u8],
) -> Result<Box<dyn Module>, CreateError> {
    let pins = (module.inputs, module.outputs);
    if let Some(domain) = Domain::from_word(module.domain) {
        let (caller, table) = confined::start(system, key, module, domain)?;
        return Ok(try_box(Guest::create(table, caller, pins, payload)?)?);
    }
    let table: *const ModuleTable = core::ptr::with_exposed_provenance(module.table as usize);
    // SAFETY: ring 0 has seen that a table lies there, in constant data that is mapped
    // for this core until the instance is deleted; any words are a table.
    let table = unsafe { table.read() };
    let caller = Guarded::new(key, module.heap_bytes)?;
    Ok(try_box(Guest::create(table, caller, pins, payload)?)?)
}
