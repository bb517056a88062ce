//! What an address in a file means.

use std::fmt;

use addr2line::Location;
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

/// In the path of every source file that comes with Rust, as images have it.
const RUST_SOURCE: &str = "/rust/library/";

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
    /// What was inlined of Rust's own libraries says little; behind it stands the line before it
    /// of the function, which begins at `function`: `ptr/mod.rs:12 after lib.rs:34`.
    pub fn find(&self, function: u32, address: u32) -> Option<String> {
        let location = self.0.find_location(u64::from(address)).ok()??;
        let line = shown(&location)?;
        let before = location.file.filter(|file| is_rusts(file));
        let before = before.and_then(|_| self.last_own(function, address));
        Some(match before {
            Some(before) => format!("{line} after {before}"),
            None => line,
        })
    }

    /// The last line in a range of addresses that is not of Rust's own libraries.
    fn last_own(&self, from: u32, to: u32) -> Option<String> {
        let rows = self.0.find_location_range(from.into(), to.into()).ok()?;
        let own = rows.filter_map(|(_, _, location)| {
            location
                .file
                .is_some_and(|file| !is_rusts(file))
                .then_some(location)
        });
        shown(&own.last()?)
    }
}

fn is_rusts(file: &str) -> bool {
    file.contains(RUST_SOURCE)
}

fn shown(location: &Location<'_>) -> Option<String> {
    let parts: Vec<&str> = location.file?.rsplit('/').take(2).collect();
    let file = parts.into_iter().rev().collect::<Vec<_>>().join("/");
    Some(format!("{file}:{}", location.line.unwrap_or(0)))
}
