//! What an address in a file means.

use std::fmt;

use addr2line::gimli::{self, EndianSlice, LittleEndian};
use object::{Object, ObjectSection};

use super::elf::{Elf, Function};

/// A place in code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The function.
    pub function: String,
    /// Bytes from its start.
    pub offset: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:#x}", self.function, self.offset)
    }
}

impl Elf {
    /// The function that holds the address, if the address is executed at all.
    pub fn place(&self, address: u32) -> Option<Place> {
        if !self.executable.iter().any(|range| range.contains(&address)) {
            return None;
        }
        let next = self
            .functions
            .partition_point(|function| function.start <= address);
        let Function { start, size, name } = self.functions.get(next.checked_sub(1)?)?;
        let offset = address - start;
        // Hand-written assembly often has no size; it reaches up to the next symbol.
        (*size == 0 || offset < *size).then(|| Place {
            function: name.clone(),
            offset,
        })
    }
}

/// The source lines of a file that has DWARF line tables.
pub struct Lines<'a>(addr2line::Context<EndianSlice<'a, LittleEndian>>);

impl<'a> Lines<'a> {
    /// Reads the line tables; nothing without any.
    pub fn of(elf: &'a Elf) -> Option<Self> {
        let file = object::File::parse(&*elf.bytes).ok()?;
        file.section_by_name(".debug_line")?;
        let load = |id: gimli::SectionId| -> Result<_, gimli::Error> {
            let section = file.section_by_name(id.name());
            let data = section
                .and_then(|section| section.data().ok())
                .unwrap_or_default();
            Ok(EndianSlice::new(data, LittleEndian))
        };
        let dwarf = gimli::Dwarf::load(load).ok()?;
        addr2line::Context::from_dwarf(dwarf).ok().map(Self)
    }

    /// `file.rs:12`: the last two parts of the path are enough for people and are the same everywhere.
    pub fn find(&self, address: u32) -> Option<String> {
        let location = self.0.find_location(u64::from(address)).ok()??;
        let parts: Vec<&str> = location.file?.rsplit('/').take(2).collect();
        let file = parts.into_iter().rev().collect::<Vec<_>>().join("/");
        Some(format!("{file}:{}", location.line.unwrap_or(0)))
    }
}
