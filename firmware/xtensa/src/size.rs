//! The size report: what takes how much memory, and how much stack.
//!
//! Everything but the remedies is read from the image itself, so that others
//! can make the report of any image. The driver writes it beside the image, as
//! `IMAGE.size.json` and `IMAGE.size.txt`.

mod constants;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use object::read::elf::ElfFile32;
use object::{LittleEndian, Object, ObjectSection, ObjectSymbol, SectionFlags, SymbolKind, elf};
use serde::{Deserialize, Serialize};

use crate::codegen::Remedy;
use crate::error::{Stage, StageError};

/// How many functions the text names in each list.
const NAMED: usize = 15;

/// Sizes of one image, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeReport {
    /// The build id in hexadecimal.
    pub build_id: String,
    /// Sections that take memory, by address.
    pub sections: Vec<Section>,
    /// Functions, the largest first.
    pub functions: Vec<Function>,
    /// Literals and constants, by the functions that use them.
    pub uses: Vec<Use>,
    /// Functions that needed help to be compiled, by name.
    pub remedies: Vec<Remedied>,
}

/// Literals and constants with the same users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// Names of the functions, demangled.
    pub users: Vec<String>,
    /// Bytes of both together.
    pub size: u32,
}

/// A section that takes memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its name in the linker script.
    pub name: String,
    /// Where the program sees it.
    pub address: u32,
    /// Its length; of what is read only, without zeros at its end, which fill up a page.
    pub size: u32,
}

/// A function of the image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its name, demangled.
    pub name: String,
    /// Length of its code, without literals.
    pub size: u32,
    /// Its stack frame; unknown for functions in assembly.
    pub frame: Option<u32>,
}

/// A function that LLVM failed on at first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedied {
    /// Its name, demangled.
    pub function: String,
    /// What helped.
    pub remedy: Remedy,
}

impl SizeReport {
    /// Reads the sizes of `image`, an ELF file.
    pub fn of(image: &[u8]) -> Result<Self, String> {
        let file = ElfFile32::<LittleEndian>::parse(image).map_err(|error| error.to_string())?;
        let mut sections: Vec<_> = file
            .sections()
            .filter(|section| section.size() > 0 && takes_memory(section.flags()))
            .map(|section| Section {
                name: section.name().unwrap_or_default().to_owned(),
                address: section.address() as u32,
                size: without_padding(&section),
            })
            .collect();
        sections.sort_by_key(|section| section.address);

        let frames = frames(&file)?;
        // Functions that came out alike share their code, and then it counts once.
        let mut functions: BTreeMap<u64, Function> = BTreeMap::new();
        for symbol in file.symbols() {
            if symbol.kind() != SymbolKind::Text || symbol.size() == 0 {
                continue;
            }
            let name = demangle(symbol.name().unwrap_or_default());
            let function = functions.entry(symbol.address()).or_insert(Function {
                name: name.clone(),
                size: symbol.size() as u32,
                frame: frames.get(&(symbol.address() as u32)).copied(),
            });
            if name < function.name {
                function.name = name;
            }
        }
        let mut functions: Vec<_> = functions.into_values().collect();
        functions.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.name.cmp(&b.name)));

        let uses = constants::uses(&file)
            .into_iter()
            .map(|(users, size)| Use {
                users: users.iter().map(|symbol| demangle(symbol)).collect(),
                size,
            })
            .collect();
        let build_id = file.build_id().ok().flatten().unwrap_or_default();
        let build_id = build_id.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self {
            build_id,
            sections,
            functions,
            uses,
            remedies: Vec::new(),
        })
    }

    /// Notes which functions (by symbol) needed help.
    pub fn with_remedies(mut self, remedies: &BTreeSet<(String, Remedy)>) -> Self {
        self.remedies = remedies
            .iter()
            .map(|(symbol, remedy)| Remedied {
                function: demangle(symbol),
                remedy: *remedy,
            })
            .collect();
        self.remedies.sort_by(|a, b| a.function.cmp(&b.function));
        self
    }
}

/// Frame sizes by address, out of the section that LLVM writes: an address and
/// a LEB128 number for each function.
fn frames(file: &ElfFile32<'_, LittleEndian>) -> Result<BTreeMap<u32, u32>, String> {
    let mut frames = BTreeMap::new();
    let Some(section) = file.section_by_name(".stack_sizes") else {
        return Ok(frames);
    };
    let mut data = section.data().map_err(|error| error.to_string())?;
    while let Some((address, rest)) = data.split_first_chunk::<4>() {
        let cut = || ".stack_sizes ends in the middle of a number".to_owned();
        let length = 1 + rest
            .iter()
            .position(|byte| byte & 0x80 == 0)
            .ok_or_else(cut)?;
        let number = rest[..length].iter().rev();
        let frame = number.fold(0, |number, byte| number << 7 | u32::from(byte & 0x7F));
        frames.insert(u32::from_le_bytes(*address), frame);
        data = &rest[length..];
    }
    Ok(frames)
}

/// The length of a section without what fills up its last page.
fn without_padding<'a>(section: &impl ObjectSection<'a>) -> u32 {
    let whole = section.size() as u32;
    let written = matches!(section.flags(), SectionFlags::Elf { sh_flags } if sh_flags & u64::from(elf::SHF_WRITE) != 0);
    match section.data() {
        Ok(data) if !written => {
            let used = data
                .iter()
                .rposition(|byte| *byte != 0)
                .map_or(0, |last| last + 1);
            (used as u32).next_multiple_of(4).min(whole)
        }
        _ => whole,
    }
}

fn takes_memory(flags: SectionFlags) -> bool {
    matches!(flags, SectionFlags::Elf { sh_flags } if sh_flags & u64::from(elf::SHF_ALLOC) != 0)
}

fn demangle(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol))
}

impl fmt::Display for SizeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "build id {}", self.build_id)?;
        writeln!(f, "\n{:>10}  {:>10}  section", "address", "bytes")?;
        for Section {
            name,
            address,
            size,
        } in &self.sections
        {
            writeln!(f, "{address:#010x}  {size:>10}  {name}")?;
        }
        writeln!(f, "\n{:>7}  {:>5}  largest functions", "bytes", "frame")?;
        for function in self.functions.iter().take(NAMED) {
            writeln!(f, "{function}")?;
        }
        writeln!(f, "\n{:>7}  {:>5}  largest frames", "bytes", "frame")?;
        let mut by_frame: Vec<_> = self.functions.iter().collect();
        by_frame.sort_by(|a, b| b.frame.cmp(&a.frame).then_with(|| a.name.cmp(&b.name)));
        for function in by_frame.into_iter().take(NAMED) {
            writeln!(f, "{function}")?;
        }
        if !self.remedies.is_empty() {
            writeln!(f, "\nfunctions that LLVM could not compile as they were")?;
        }
        for Remedied { function, remedy } in &self.remedies {
            let remedy = match remedy {
                Remedy::PaddedFrame => "larger frame",
                Remedy::SoftFloat => "without FPU",
            };
            writeln!(f, "{remedy:>14}  {function}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frame = self.frame.map_or("?".to_owned(), |frame| frame.to_string());
        write!(f, "{:>7}  {frame:>5}  {}", self.size, self.name)
    }
}

/// Writes the report of `image` beside it.
pub fn write(image: &Path, remedies: &BTreeSet<(String, Remedy)>) -> Result<(), StageError> {
    let io = |path: &Path, error: std::io::Error| StageError::io(Stage::Size, path, &error);
    let bytes = fs::read(image).map_err(|error| io(image, error))?;
    let report = SizeReport::of(&bytes)
        .map_err(|reason| StageError::new(Stage::Size, reason))?
        .with_remedies(remedies);
    let json = serde_json::to_string_pretty(&report)
        .map_err(|error| StageError::new(Stage::Size, error.to_string()))?;
    for (extension, text) in [("json", json + "\n"), ("txt", report.to_string())] {
        let path = report_path(image, extension);
        fs::write(&path, text).map_err(|error| io(&path, error))?;
    }
    Ok(())
}

/// Where the report of `image` lies; `extension` is `json` or `txt`.
pub fn report_path(image: &Path, extension: &str) -> PathBuf {
    let mut path = image.as_os_str().to_owned();
    path.push(format!(".size.{extension}"));
    path.into()
}
