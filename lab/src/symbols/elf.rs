//! Reading an ELF file.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{fs, io};

use object::elf::PT_LOAD;
use object::read::elf::{ElfFile32, ElfSymbol32, ProgramHeader};
use object::{Endianness, Object, ObjectSymbol, SymbolKind};

use crate::host::Image;

/// Why a file is none.
#[derive(Debug, thiserror::Error)]
pub enum ElfError {
    /// It cannot be read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is not an ELF file, or not a whole one.
    #[error("{path} is not a whole 32-bit little-endian ELF file: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Function {
    pub start: u32,
    pub size: u32,
    pub name: String,
}

/// A file of the firmware, or of a library.
#[derive(Debug)]
pub struct Elf {
    pub(super) bytes: Vec<u8>,
    /// What is loaded, by physical address.
    pub image: Image,
    /// Functions in the order of their addresses.
    pub(super) functions: Vec<Function>,
    /// Address ranges that are executed.
    pub(super) executable: Vec<Range<u32>>,
    /// What the linker calls this build.
    pub(super) build_id: Option<Vec<u8>>,
}

impl Elf {
    /// Reads a file.
    pub fn open(path: &Path) -> Result<Self, ElfError> {
        let bytes = fs::read(path).map_err(|error| ElfError::Read {
            path: path.to_owned(),
            error,
        })?;
        Self::from_bytes(bytes).map_err(|reason| ElfError::Malformed {
            path: path.to_owned(),
            reason,
        })
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads a file that is already in memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, String> {
        let (image, functions, executable, build_id) = {
            let file =
                ElfFile32::<Endianness>::parse(&*bytes).map_err(|error| error.to_string())?;
            let endian = file.endian();
            if endian != Endianness::Little {
                return Err("it is big-endian".to_owned());
            }
            let mut image = Image::default();
            let mut executable = Vec::new();
            for header in file.elf_program_headers() {
                if header.p_type(endian) != PT_LOAD || header.p_filesz(endian) == 0 {
                    continue;
                }
                let data = header
                    .data(endian, &*bytes)
                    .map_err(|()| "a segment lies outside the file".to_owned())?;
                image.segments.push((header.p_paddr(endian), data.to_vec()));
                if header.p_flags(endian) & object::elf::PF_X != 0 {
                    let start = header.p_vaddr(endian);
                    executable.push(start..start.saturating_add(header.p_memsz(endian)));
                }
            }
            if image.segments.is_empty() {
                return Err("it has nothing to load".to_owned());
            }
            let functions = functions(&file, &executable);
            // A library is found by it; who has none is not looked for.
            let build_id = file.build_id().ok().flatten().map(<[u8]>::to_vec);
            (image, functions, executable, build_id)
        };
        Ok(Self {
            bytes,
            image,
            functions,
            executable,
            build_id,
        })
    }
}

/// Functions, and labels of hand-written assembly, which carry no type.
fn functions(file: &ElfFile32<'_, Endianness>, executable: &[Range<u32>]) -> Vec<Function> {
    let code = |symbol: &ElfSymbol32<'_, '_, Endianness>| {
        matches!(
            symbol.kind(),
            SymbolKind::Text | SymbolKind::Unknown | SymbolKind::Label
        ) && !symbol.is_undefined()
    };
    let mut functions: Vec<Function> = file
        .symbols()
        .filter(code)
        .filter_map(|symbol| {
            // The alternate form leaves out the hashes of crates, which change with every compiler.
            let name = format!("{:#}", rustc_demangle::demangle(symbol.name().ok()?));
            let start = u32::try_from(symbol.address()).ok()?;
            let size = u32::try_from(symbol.size()).ok()?;
            let inside = executable.iter().any(|range| range.contains(&start));
            (inside && !name.is_empty()).then_some(Function { start, size, name })
        })
        .collect();
    // Of several names for one place, that of the largest extent is the function's.
    functions.sort_by(|a, b| (a.start, b.size, &a.name).cmp(&(b.start, a.size, &b.name)));
    functions.dedup_by_key(|function| function.start);
    functions
}
