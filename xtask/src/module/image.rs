//! From a linked ELF file to an image of a library.
//!
//! Of the kept relocations two kinds concern the loader's words: R_XTENSA_32 names a word that
//! holds an address – as linked, an offset in the image, whatever the addend says – or the address
//! of a symbol of another image. R_XTENSA_SLOT0_OP is an L32R, relative to itself and so done.

use std::collections::BTreeMap;

use acelab_library::format::Rights;
use acelab_library::write::{Image, Import, Segment};
use anyhow::{Context as _, Result, bail, ensure};
use object::read::elf::{ElfFile32, FileHeader, ProgramHeader, SectionHeader, Sym, SymbolTable};
use object::{LittleEndian, elf};

use super::record::Record;

type Header = elf::FileHeader32<LittleEndian>;

/// What was linked.
#[derive(Debug)]
pub struct Linked {
    /// Segments, relocations and imports; no exports, no dependencies.
    pub image: Image,
    /// What the library says of itself.
    pub record: Record,
    /// Hash of all that is loaded.
    pub build_id: Vec<u8>,
}

impl Linked {
    /// Reads an ELF file.
    pub fn read(bytes: &[u8]) -> Result<Linked> {
        let file = ElfFile32::<LittleEndian>::parse(bytes)?;
        let (header, endian) = (file.elf_header(), file.endian());
        let sections = header.sections(endian, bytes)?;
        let symbols = sections.symbols(endian, bytes, elf::SHT_SYMTAB)?;
        let (index, record) = sections
            .section_by_name(endian, b".acelab.library")
            .context("the image has no section .acelab.library; is `image!` called?")?;
        let record_bytes = record.data(endian, bytes)?;
        let segments = segments(file.elf_program_headers(), bytes)?;

        let mut words = Words::default();
        for section in sections.iter() {
            let Some((relocations, _)) = section.rela(endian, bytes)? else {
                continue;
            };
            let target = section.info_link(endian);
            let allocated = sections.section(target)?.sh_flags(endian) & elf::SHF_ALLOC != 0;
            for relocation in relocations {
                let symbol = symbol_of(&symbols, relocation.r_sym(endian))?;
                match relocation.r_type(endian) {
                    // A table in the record may lie at 0, but it must be the image's own.
                    _ if target == index => {
                        ensure!(symbol.is_none(), "the library's record names `{symbol:?}`");
                    }
                    _ if !allocated => {}
                    elf::R_XTENSA_32 => words.add(relocation.r_offset.get(endian), symbol)?,
                    elf::R_XTENSA_SLOT0_OP | elf::R_XTENSA_NONE => {
                        ensure!(symbol.is_none(), "an instruction names `{symbol:?}` itself");
                    }
                    other => bail!("the loader has no relocation of kind {other}"),
                }
            }
        }
        let note = file_build_id(&file)?;
        Ok(Linked {
            image: Image {
                segments,
                relocations: words.own,
                imports: imports(words.imported),
                ..Image::default()
            },
            record: Record::read(record_bytes)?,
            build_id: note,
        })
    }
}

fn file_build_id(file: &ElfFile32<'_, LittleEndian>) -> Result<Vec<u8>> {
    use object::Object as _;
    let id = file.build_id()?.context("the image has no build id")?;
    Ok(id.to_vec())
}

/// Words that the loader sets.
#[derive(Default)]
struct Words {
    own: Vec<u32>,
    imported: BTreeMap<String, Vec<u32>>,
}

impl Words {
    fn add(&mut self, offset: u32, symbol: Option<String>) -> Result<()> {
        ensure!(
            offset.is_multiple_of(4),
            "an address lies at {offset:#x}, which is no multiple of four (a packed structure?)"
        );
        match symbol {
            Some(symbol) => self.imported.entry(symbol).or_default().push(offset),
            None => self.own.push(offset),
        }
        Ok(())
    }
}

fn imports(imported: BTreeMap<String, Vec<u32>>) -> Vec<Import> {
    imported
        .into_iter()
        .map(|(symbol, sites)| Import {
            symbol,
            addend: 0,
            sites,
        })
        .collect()
}

/// The name of a symbol that is not of this image.
fn symbol_of(symbols: &SymbolTable<'_, Header>, index: u32) -> Result<Option<String>> {
    let endian = LittleEndian;
    let symbol = symbols.symbol(object::SymbolIndex(index as usize))?;
    if !symbol.is_undefined(endian) || index == 0 {
        return Ok(None);
    }
    let name = symbol.name(endian, symbols.strings())?;
    Ok(Some(String::from_utf8_lossy(name).into_owned()))
}

fn segments(headers: &[elf::ProgramHeader32<LittleEndian>], bytes: &[u8]) -> Result<Vec<Segment>> {
    let endian = LittleEndian;
    let mut segments = Vec::new();
    for header in headers {
        if header.p_type(endian) != elf::PT_LOAD || header.p_memsz(endian) == 0 {
            continue;
        }
        let rights = match header.p_flags(endian) {
            flags if flags == elf::PF_R | elf::PF_X => Rights::ReadExecute,
            elf::PF_R => Rights::Read,
            flags if flags == elf::PF_R | elf::PF_W => Rights::ReadWrite,
            flags => bail!("a segment has the rights {flags:#x}"),
        };
        let data = header
            .data(endian, bytes)
            .map_err(|()| anyhow::anyhow!("a segment lies outside of the file"))?;
        segments.push(Segment {
            rights,
            offset: header.p_vaddr(endian),
            memory_bytes: header.p_memsz(endian).next_multiple_of(4),
            bytes: data.to_vec(),
        });
    }
    Ok(segments)
}
