//! The size report of an image.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::provision::machine::run;
use crate::provision::toolchain::Toolchain;

/// A section that takes space in the DSP's memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Section name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Address it runs at.
    pub address: u64,
    /// Whether the image file holds its content.
    pub loaded: bool,
}

/// The sections of an image and their sum, one line each.
pub fn report(toolchain: &Toolchain, image: &Path) -> Result<String> {
    let objdump = format!("{}objdump", toolchain.binutils_prefix);
    let text = run(Command::new(objdump).arg("-h").arg(image))?;
    let sections = parse(&text);
    let mut report = String::new();
    for section in &sections {
        let how = if section.loaded {
            ""
        } else {
            "  (not in the file)"
        };
        writeln!(
            report,
            "  {:<24} {:>8} B at {:#010x}{how}",
            section.name, section.size, section.address
        )?;
    }
    let sum = |loaded: bool| {
        sections
            .iter()
            .filter(|one| one.loaded == loaded)
            .map(|one| one.size)
            .sum::<u64>()
    };
    let id = build_id(toolchain, image)?;
    writeln!(
        report,
        "  loaded {} B, reserved {} B, build id {id}",
        sum(true),
        sum(false)
    )?;
    Ok(report)
}

/// Reads objdump's section table: a line with numbers, then a line with flags.
fn parse(text: &str) -> Vec<Section> {
    let lines: Vec<_> = text.lines().collect();
    let mut sections = Vec::new();
    for pair in lines.windows(2) {
        let words: Vec<_> = pair[0].split_whitespace().collect();
        let [index, name, size, address, ..] = words[..] else {
            continue;
        };
        let (Ok(_), Ok(size), Ok(address)) = (
            index.parse::<u32>(),
            u64::from_str_radix(size, 16),
            u64::from_str_radix(address, 16),
        ) else {
            continue;
        };
        let flags: Vec<_> = pair[1].split(", ").map(str::trim).collect();
        if flags.contains(&"ALLOC") && size > 0 {
            sections.push(Section {
                name: name.into(),
                size,
                address,
                loaded: flags.contains(&"LOAD"),
            });
        }
    }
    sections
}

/// The build id in the image's note.
fn build_id(toolchain: &Toolchain, image: &Path) -> Result<String> {
    let readelf = format!("{}readelf", toolchain.binutils_prefix);
    let text = run(Command::new(readelf).arg("-n").arg(image))?;
    let id = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("Build ID:"));
    Ok(id.context("the image has no build id")?.trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJDUMP: &str = "
image:     file format elf32-xtensa-le

Sections:
Idx Name          Size      VMA       LMA       File off  Algn
  0 .vectors      00000400  a0030000  a0030000  00001000  2**2
                  CONTENTS, ALLOC, LOAD, READONLY, CODE
  1 .bss          00000120  a0040000  a0040000  00000000  2**4
                  ALLOC
  2 .debug_line   00004000  00000000  00000000  00009000  2**0
                  CONTENTS, READONLY, DEBUGGING, OCTETS
  3 .empty        00000000  a0050000  a0050000  00000000  2**0
                  ALLOC
";

    #[test]
    fn only_what_takes_memory_is_counted() {
        let section = |name: &str, size, address, loaded| Section {
            name: name.into(),
            size,
            address,
            loaded,
        };
        assert_eq!(
            parse(OBJDUMP),
            [
                section(".vectors", 0x400, 0xa003_0000, true),
                section(".bss", 0x120, 0xa004_0000, false)
            ]
        );
    }
}
