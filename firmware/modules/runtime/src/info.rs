//! What a library says of itself, for the tool that makes the file.
//!
//! The record lies in a section that is not loaded. It is made from the library's descriptors, so
//! nothing is written twice. Numbers are little-endian words; on the DSP's side pointers are
//! offsets into the image, which is linked at 0.

use acelab_module_abi::{ModuleTable, VERSION};
use acelab_module_sdk::{Descriptor, Export, Library};

/// First word.
pub const MAGIC: u32 = u32::from_le_bytes(*b"ACLI");
/// Version of this record.
pub const FORMAT: u32 = 2;
/// Size of what comes before the modules, in bytes.
pub const HEAD_BYTES: usize = 44;
/// Size of a module in bytes.
pub const MODULE_BYTES: usize = 40;
/// Size of an export in bytes.
pub const EXPORT_BYTES: usize = EXPORT_NAME_BYTES + 4;
/// Size of a dependency in bytes.
pub const DEPENDENCY_BYTES: usize = 8;
/// Longest name of an export in bytes.
pub const EXPORT_NAME_BYTES: usize = 32;

/// Bit of [`ModuleInfo::domains`]: instances may run in a thread of their own.
pub const DATA_PROCESSING: u8 = 1;

/// All of it: `M` modules, `E` exports, `D` dependencies.
#[repr(C)]
#[derive(Debug)]
pub struct Info<const M: usize, const E: usize, const D: usize> {
    magic: u32,
    format: u32,
    /// Version of the module interface.
    abi: u32,
    /// Size of a module's table.
    table_bytes: u32,
    modules: u32,
    exports: u32,
    dependencies: u32,
    name: [u8; 8],
    version: [u16; 4],
    module: [ModuleInfo; M],
    export: [ExportInfo; E],
    dependency: [[u8; DEPENDENCY_BYTES]; D],
}

/// One module.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ModuleInfo {
    /// Name, padded with zeros.
    pub name: [u8; 8],
    /// UUID in memory order.
    pub uuid: [u8; 16],
    /// Largest number of inputs.
    pub inputs: u8,
    /// Largest number of outputs.
    pub outputs: u8,
    /// [`DATA_PROCESSING`] or 0.
    pub domains: u8,
    /// Formats of samples, a bit each.
    pub samples: u8,
    /// Most heap of an instance in bytes.
    pub heap: u32,
    /// Deepest stack of an instance in bytes.
    pub stack: u32,
    /// Its functions.
    pub table: *const ModuleTable,
}

/// A function for other libraries.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ExportInfo {
    name: [u8; EXPORT_NAME_BYTES],
    function: *const (),
}

// SAFETY: constant data; the pointers name functions and tables, which are constant as well.
unsafe impl<const M: usize, const E: usize, const D: usize> Sync for Info<M, E, D> {}

#[cfg(target_pointer_width = "32")]
const _: () = assert!(
    size_of::<Info<0, 0, 0>>() == HEAD_BYTES
        && size_of::<ModuleInfo>() == MODULE_BYTES
        && size_of::<ExportInfo>() == EXPORT_BYTES
);

impl<const M: usize, const E: usize, const D: usize> Info<M, E, D> {
    /// The record of `L`, whose modules have these tables.
    pub const fn of<L: Library>(tables: &'static [ModuleTable; M]) -> Self {
        const {
            assert!(
                M == L::MODULES.len() && E == L::EXPORTS.len() && D == L::DEPENDENCIES.len(),
                "the record has room for what the library has"
            );
        }
        let mut info = Self {
            magic: MAGIC,
            format: FORMAT,
            abi: VERSION,
            table_bytes: size_of::<ModuleTable>() as u32,
            modules: M as u32,
            exports: E as u32,
            dependencies: D as u32,
            name: L::NAME,
            version: L::VERSION,
            module: [ModuleInfo::NONE; M],
            export: [ExportInfo::NONE; E],
            dependency: [[0; DEPENDENCY_BYTES]; D],
        };
        let mut index = 0;
        while index < M {
            info.module[index] = ModuleInfo::of(&L::MODULES[index], &tables[index]);
            index += 1;
        }
        index = 0;
        while index < E {
            info.export[index] = ExportInfo::of(&L::EXPORTS[index]);
            index += 1;
        }
        index = 0;
        while index < D {
            info.dependency[index] = L::DEPENDENCIES[index];
            index += 1;
        }
        info
    }
}

impl ModuleInfo {
    const NONE: Self = Self {
        name: [0; 8],
        uuid: [0; 16],
        inputs: 0,
        outputs: 0,
        domains: 0,
        samples: 0,
        heap: 0,
        stack: 0,
        table: core::ptr::null(),
    };

    const fn of(module: &Descriptor, table: &'static ModuleTable) -> Self {
        Self {
            name: module.name,
            uuid: module.uuid.0,
            inputs: module.inputs,
            outputs: module.outputs,
            domains: if module.data_processing {
                DATA_PROCESSING
            } else {
                0
            },
            samples: module.formats.samples,
            heap: module.needs.heap,
            stack: module.needs.stack,
            table,
        }
    }
}

impl ExportInfo {
    const NONE: Self = Self {
        name: [0; EXPORT_NAME_BYTES],
        function: core::ptr::null(),
    };

    const fn of(export: &Export) -> Self {
        let text = export.name.as_bytes();
        assert!(
            text.len() < EXPORT_NAME_BYTES,
            "the name of an export is too long"
        );
        let mut info = Self {
            function: export.function,
            ..Self::NONE
        };
        let mut at = 0;
        while at < text.len() {
            info.name[at] = text[at];
            at += 1;
        }
        info
    }
}
