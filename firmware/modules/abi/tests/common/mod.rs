//! The standard modules as a library, called in this process.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::ffi::c_void;
use std::ptr::NonNull;

use acelab_module_abi::guest::{Nth, table};
use acelab_module_abi::host::{Area, Bounce, Caller, Fault, Guest, Kind, Runner};
use acelab_module_abi::{Entry, ModuleTable};
use acelab_module_sdk::{CreateError, Descriptor, Export, Library};

struct Standard;

impl Library for Standard {
    const NAME: [u8; 8] = *b"STANDARD";
    const VERSION: [u16; 4] = [1, 0, 0, 0];
    const MODULES: &'static [Descriptor] = acelab_modules::MODULES;
    const EXPORTS: &'static [Export] = &[];
    const DEPENDENCIES: &'static [[u8; 8]] = &[];
}

/// The tables of all standard modules.
pub static TABLES: [ModuleTable; 12] = [
    table::<Nth<Standard, 0>>(),
    table::<Nth<Standard, 1>>(),
    table::<Nth<Standard, 2>>(),
    table::<Nth<Standard, 3>>(),
    table::<Nth<Standard, 4>>(),
    table::<Nth<Standard, 5>>(),
    table::<Nth<Standard, 6>>(),
    table::<Nth<Standard, 7>>(),
    table::<Nth<Standard, 8>>(),
    table::<Nth<Standard, 9>>(),
    table::<Nth<Standard, 10>>(),
    table::<Nth<Standard, 11>>(),
];

const _: () = assert!(TABLES.len() == Standard::MODULES.len());

/// Calls functions as they are.
pub struct Plain;

impl Caller for Plain {
    unsafe fn call(
        &mut self,
        _: Kind,
        entry: Entry,
        instance: *mut c_void,
        record: *mut c_void,
    ) -> Result<u32, Fault> {
        // SAFETY: the caller's promise.
        Ok(unsafe { entry(instance, record) })
    }
}

/// An instance through the interface.
pub fn guest(
    table: &'static ModuleTable,
    pins: (u8, u8),
    payload: &[u8],
) -> Result<Guest<Plain>, CreateError> {
    Guest::create(*table, Plain, pins, payload)
}

/// Calls functions whose records lie in a piece of memory of its own.
pub struct Copying {
    memory: Vec<u64>,
}

impl Copying {
    /// So many bytes for records, and who calls functions with them.
    pub fn parts(bytes: usize) -> (Area, Self) {
        let mut memory = vec![0x5A5A_5A5A_5A5A_5A5A; bytes.div_ceil(8)];
        let start = NonNull::new(memory.as_mut_ptr().cast()).unwrap();
        // SAFETY: the vector is kept, and not touched.
        let area = unsafe { Area::new(start, bytes) };
        (area, Self { memory })
    }
}

impl Runner for Copying {
    fn begin(&mut self, _: Kind) {}

    fn run(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        record: *mut c_void,
    ) -> Result<u32, Fault> {
        assert!(
            self.memory
                .as_ptr_range()
                .contains(&record.cast_const().cast())
        );
        // SAFETY: the record is one of the function, as `Bounce` promises.
        Ok(unsafe { entry(instance, record) })
    }
}

/// An instance through the interface and through copies.
pub fn bounced(
    table: &'static ModuleTable,
    pins: (u8, u8),
    payload: &[u8],
    bytes: usize,
) -> Result<Guest<Bounce<Copying>>, CreateError> {
    let (area, copying) = Copying::parts(bytes);
    Guest::create(*table, Bounce::new(area, copying), pins, payload)
}
