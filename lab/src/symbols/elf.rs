//! Reading an ELF file.

use std::path::{Path, PathBuf};
use std::{fs, io};

use object::elf::PT_LOAD;
use object::read::elf::{ElfFile32, ProgramHeader};
use object::{Endianness, Object, ObjectSymbol, SymbolKind};

use crate::host::Image;

/// Why a file is no firmware.
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

/// A function of the firmware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Function {
    pub start: u32,
    pub size: u32,
    pub name: String,
}

/// A firmware file.
#[derive(Debug)]
pub struct Elf {
    pub(super) bytes: Vec<u8>,
    /// What is loaded, by physical address.
    pub image: Image,
    /// Functions in the order of their addresses.
    pub(super) functions: Vec<Function>,
    /// Address ranges that are executed.
    pub(super) executable: Vec<std::ops::Range<u32>>,
}

impl Elf {
    /// Reads a firmware file.
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

    /// Reads a firmware file that is already in memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, String> {
        let (image, functions, executable) = {
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
            (image, functions(&file), executable)
        };
        Ok(Self {
            bytes,
            image,
            functions,
            executable,
        })
    }
}

fn functions(file: &ElfFile32<'_, Endianness>) -> Vec<Function> {
    let mut functions: Vec<Function> = file
        .symbols()
        .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition())
        .filter_map(|symbol| {
            let name = rustc_demangle::demangle(symbol.name().ok()?).to_string();
            let start = u32::try_from(symbol.address()).ok()?;
            let size = u32::try_from(symbol.size()).ok()?;
            Some(Function {
                start,
                size,
                name: without_hash(&name),
            })
        })
        .collect();
    functions.sort_by(|a, b| (a.start, &a.name).cmp(&(b.start, &b.name)));
    functions.dedup_by_key(|function| function.start);
    functions
}

/// A legacy mangled name ends in `::h` and sixteen digits that change with every compiler.
fn without_hash(name: &str) -> String {
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            path.to_owned()
        }
        _ => name.to_owned(),
    }
}
