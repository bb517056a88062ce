//! Loadable libraries.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use acelab_xtensa::args::LinkArgs;
use acelab_xtensa::link;
use acelab_xtensa::tools::Tools;
use object::read::elf::{ElfFile32, FileHeader, ProgramHeader, SectionHeader, Sym};
use object::{LittleEndian, Object, ObjectSection, ObjectSymbol, elf};

use super::support::{bitcode, object_with_bitcode, rlib, toolchain};

const ENDIAN: LittleEndian = LittleEndian;

fn arguments(dir: &Path, imports: &[&str]) -> LinkArgs {
    let builtins = object_with_bitcode("builtins.ll", dir);
    LinkArgs {
        inputs: vec![bitcode("library.ll", dir), rlib(&[builtins], dir)],
        output: dir.join("library"),
        library: true,
        imports: imports.iter().map(|name| (*name).to_owned()).collect(),
        ..LinkArgs::default()
    }
}

fn build(tools: &Tools, imports: &[&str]) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let args = arguments(dir.path(), imports);
    link(&args, tools).unwrap_or_else(|error| panic!("{error}"));
    fs::read(&args.output).unwrap()
}

/// Rights, address, and sizes in file and memory of each segment.
fn segments(image: &[u8]) -> Vec<(u32, u32, u32, u32)> {
    let file = ElfFile32::<LittleEndian>::parse(image).unwrap();
    let headers = file.elf_program_headers().iter();
    headers
        .map(|header| {
            (
                header.p_flags(ENDIAN),
                header.p_vaddr(ENDIAN),
                header.p_filesz(ENDIAN),
                header.p_memsz(ENDIAN),
            )
        })
        .collect()
}

/// Names that the image leaves open.
fn open(image: &[u8]) -> BTreeSet<String> {
    let file = ElfFile32::<LittleEndian>::parse(image).unwrap();
    let symbols = file.symbols().filter(|symbol| symbol.is_undefined());
    let names = symbols.map(|symbol| symbol.name().unwrap().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn a_library_is_linked_at_0_with_rights_by_page() {
    let Some(tools) = toolchain("a_library_is_linked_at_0_with_rights_by_page") else {
        return;
    };
    let segments = segments(&build(&tools, &["firmware_alloc"]));
    let rights: Vec<_> = segments.iter().map(|(rights, ..)| *rights).collect();
    assert_eq!(
        rights,
        [elf::PF_R | elf::PF_X, elf::PF_R, elf::PF_R | elf::PF_W]
    );
    assert_eq!(segments[0].1, 0);
    for pair in segments.windows(2) {
        let ((_, at, _, memory), (_, next, ..)) = (pair[0], pair[1]);
        assert!(next % 0x1000 == 0 && next >= at + memory, "{segments:?}");
    }
    let (_, _, file, memory) = segments[2];
    assert_eq!((file, memory), (4, 4 + 160), "data, and zeros behind it");
}

#[test]
fn what_is_imported_stays_open_and_builtins_come_along() {
    let Some(tools) = toolchain("what_is_imported_stays_open_and_builtins_come_along") else {
        return;
    };
    let names = |imports: &[&str]| open(&build(&tools, imports));
    let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let both: BTreeSet<String> = of(&["elsewhere", "firmware_alloc"]);
    assert_eq!(names(&["firmware_alloc"]), both);
    let more: BTreeSet<String> = of(&["__udivti3", "elsewhere", "firmware_alloc"]);
    assert_eq!(names(&["firmware_alloc", "__udivti3"]), more);
}

/// The loader adds its base to such words and looks at nothing else.
#[test]
fn words_with_relocations_hold_addresses_in_the_image() {
    let Some(tools) = toolchain("words_with_relocations_hold_addresses_in_the_image") else {
        return;
    };
    let image = build(&tools, &["firmware_alloc"]);
    let file = ElfFile32::<LittleEndian>::parse(&*image).unwrap();
    let header = file.elf_header();
    let sections = header.sections(ENDIAN, &*image).unwrap();
    let symbols = sections.symbols(ENDIAN, &*image, elf::SHT_SYMTAB).unwrap();
    let word_at = |address: u32| {
        let loaded = file.sections().find(|section| {
            let (start, size) = (section.address() as u32, section.size() as u32);
            let alloc = matches!(section.flags(), object::SectionFlags::Elf { sh_flags }
                if sh_flags & u64::from(elf::SHF_ALLOC) != 0);
            alloc && (start..start + size).contains(&address)
        });
        let section = loaded.unwrap();
        let at = address as usize - section.address() as usize;
        let bytes = section.data().unwrap()[at..at + 4].try_into().unwrap();
        u32::from_le_bytes(bytes)
    };
    let end = segments(&image)[2].1 + 164;
    let (mut own, mut imported) = (0, 0);
    for section in sections.iter() {
        let Some((relocations, _)) = section.rela(ENDIAN, &*image).unwrap() else {
            continue;
        };
        let target = sections.section(section.info_link(ENDIAN)).unwrap();
        if target.sh_flags(ENDIAN) & elf::SHF_ALLOC == 0 {
            continue;
        }
        for relocation in relocations {
            if relocation.r_type(ENDIAN) != elf::R_XTENSA_32 {
                assert_eq!(relocation.r_type(ENDIAN), elf::R_XTENSA_SLOT0_OP);
                continue;
            }
            let index = object::SymbolIndex(relocation.r_sym(ENDIAN) as usize);
            let word = word_at(relocation.r_offset.get(ENDIAN));
            if symbols.symbol(index).unwrap().is_undefined(ENDIAN) {
                assert_eq!(word, 0);
                imported += 1;
            } else {
                assert!(word < end, "{word:#x} is outside of the image");
                own += 1;
            }
        }
    }
    assert_eq!(imported, 2);
    assert!(own >= 5, "only {own} words");

    // The record, which is not loaded, holds the address of the table, whose first word is that
    // of the function.
    let record = file.section_by_name(".acelab.library").unwrap();
    let data = record.data().unwrap();
    let table = u32::from_le_bytes(data[4..8].try_into().unwrap());
    let rodata = segments(&image)[1];
    assert!((rodata.1..rodata.1 + rodata.3).contains(&table));
    assert!(word_at(table) < segments(&image)[0].3);
    assert!(
        matches!(record.flags(), object::SectionFlags::Elf { sh_flags }
        if sh_flags & u64::from(elf::SHF_ALLOC) == 0)
    );
}
