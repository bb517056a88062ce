//! What an address means.

use std::cell::OnceCell;
use std::fmt;

use acelab_abi::kernel_stack::KERNEL_STACKS;
use addr2line::gimli::{self, EndianSlice, LittleEndian};
use object::{Object, ObjectSection};

use super::elf::{Elf, Function};

/// A place in the firmware's code.
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

    /// The text with every address of code replaced by `<function>`: a form
    /// that another compiler or another line of code does not change.
    pub fn stable(&self, text: &str) -> String {
        self.rewrite(text, |_, place| format!("<{}>", place.function))
    }

    /// As [`Elf::stable`], for the lines of a fault report: there, an address
    /// that is not code and lies in the kernel's stacks is `<stack>`.
    pub fn stable_fault(&self, text: &str) -> String {
        let text = self.stable(text);
        let Some((head, digits)) = text.rsplit_once("VADDR 0x") else {
            return text;
        };
        match u32::from_str_radix(digits, 16) {
            // Where exactly an overflow hits a guard page depends on the compiler.
            Ok(address) if KERNEL_STACKS.contains(address, 1) => format!("{head}VADDR <stack>"),
            _ => text,
        }
    }

    /// The text with every address of code followed by its function, offset and source line.
    pub fn explained(&self, text: &str) -> String {
        // Line tables are large; most texts hold no address of code.
        let lines = OnceCell::new();
        self.rewrite(text, |address, place| {
            let lines = lines.get_or_init(|| Lines::of(self)).as_ref();
            let line = lines.and_then(|lines| lines.find(address));
            let line = line.map(|line| format!(" {line}")).unwrap_or_default();
            format!("{address:#010x} <{place}{line}>")
        })
    }

    fn rewrite(&self, text: &str, form: impl Fn(u32, &Place) -> String) -> String {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("0x") {
            let digits = rest[at + 2..]
                .bytes()
                .take_while(u8::is_ascii_hexdigit)
                .count();
            let end = at + 2 + digits;
            let address = u32::from_str_radix(&rest[at + 2..end], 16)
                .ok()
                .filter(|_| digits == 8);
            result.push_str(&rest[..at]);
            match address.and_then(|address| self.place(address).map(|place| (address, place))) {
                Some((address, place)) => result.push_str(&form(address, &place)),
                None => result.push_str(&rest[at..end]),
            }
            rest = &rest[end..];
        }
        result.push_str(rest);
        result
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
