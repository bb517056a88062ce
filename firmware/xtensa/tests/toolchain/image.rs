//! The whole pipeline, from bitcode and assembly to an image.

use std::fs;
use std::path::{Path, PathBuf};

use acelab_xtensa::args::LinkArgs;
use acelab_xtensa::error::LinkError;
use acelab_xtensa::link;
use acelab_xtensa::size::SizeReport;
use acelab_xtensa::tools::Tools;
use object::read::elf::ElfFile32;
use object::{LittleEndian, Object, ObjectSection, ObjectSymbol};

use super::support::{bitcode, fixture, object_with_bitcode, rlib, toolchain};

/// Arguments as rustc gives them, with the inputs in `dir`.
fn arguments(dir: &Path) -> LinkArgs {
    let builtins = object_with_bitcode("builtins.ll", dir);
    LinkArgs {
        inputs: vec![bitcode("program.ll", dir), rlib(&[builtins], dir)],
        output: dir.join("image"),
        asm: vec![fixture("boot.S")],
        defsym: vec!["start_argument=0".into()],
        ..LinkArgs::default()
    }
}

fn build(tools: &Tools, dir: &Path) -> Vec<u8> {
    let args = arguments(dir);
    link(&args, tools).unwrap_or_else(|error| panic!("{error}"));
    fs::read(&args.output).unwrap()
}

fn parse(image: &[u8]) -> ElfFile32<'_, LittleEndian> {
    ElfFile32::parse(image).unwrap()
}

#[test]
fn everything_is_where_the_machine_expects_it() {
    let Some(tools) = toolchain("everything_is_where_the_machine_expects_it") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let image = build(&tools, dir.path());
    let elf = parse(&image);
    assert_eq!(elf.entry(), 0xA104_8000);

    let address = |name: &str| {
        elf.symbols()
            .find(|symbol| symbol.name() == Ok(name))
            .map(|symbol| symbol.address())
    };
    assert_eq!(address("_boot_entry"), Some(0xA104_8000));
    assert_eq!(address("__text_start"), Some(0xA010_0000));
    assert_eq!(address("__vecbase"), Some(0xA010_0000));
    assert!(address("start_core") >= Some(0xA010_0400));
    assert_eq!(address("__rodata_start"), Some(0xA003_0000));
    assert_eq!(address("__stacks_end"), Some(0xA010_0000));
    assert_eq!(
        address("never_called"),
        None,
        "what nobody refers to is gone"
    );
    assert_eq!(address("__popcountsi2"), None, "so it is with builtins");
    assert!(address("__udivti3").is_some());
    for name in [
        "text",
        "rodata",
        "data",
        "uncached",
        "page_tables",
        "bss",
        "test_stacks",
        "stacks",
    ] {
        for end in ["start", "end"] {
            let symbol = format!("__{name}_{end}");
            assert_eq!(address(&symbol).unwrap() % 0x1000, 0, "{symbol}");
        }
    }

    let manifest = elf.section_by_name(".fw_manifest").unwrap();
    assert_eq!(
        (manifest.address(), manifest.data().unwrap()),
        (0xA104_2000, &b"$AM1"[..])
    );
    let uncached = elf.section_by_name(".uncached").unwrap();
    assert_eq!(uncached.address() & 0xF000_0000, 0x4000_0000);
    assert_eq!(uncached.data().unwrap()[..4], [1, 0, 0, 0]);
    // It is loaded where it can be seen through the alias.
    let place = elf
        .elf_program_headers()
        .iter()
        .find(|header| u64::from(header.p_vaddr.get(LittleEndian)) == uncached.address());
    assert_eq!(
        u64::from(place.unwrap().p_paddr.get(LittleEndian)),
        uncached.address() + 0x6000_0000
    );
    // L32R of the vector reads the address of the function that it jumps to.
    let vectors = elf.section_by_name(".vectors").unwrap().data().unwrap();
    let literal = u32::from_le_bytes(vectors[..4].try_into().unwrap());
    assert_eq!(Some(u64::from(literal)), address("start_core"));
    assert_eq!(
        vectors[0x180..0x183],
        [0x31, 0xA0, 0xFF],
        "l32r a3, backwards by 0x180"
    );
}

#[test]
fn the_same_inputs_give_the_same_bytes_anywhere() {
    let Some(tools) = toolchain("the_same_inputs_give_the_same_bytes_anywhere") else {
        return;
    };
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let deeper = two.path().join("another/place");
    fs::create_dir_all(&deeper).unwrap();
    let (first, second) = (build(&tools, one.path()), build(&tools, &deeper));
    assert!(first == second, "the images differ");
    let text = String::from_utf8_lossy(&first);
    assert!(
        !text.contains(one.path().to_str().unwrap()),
        "the image names a folder"
    );
}

#[test]
fn the_build_id_follows_what_is_loaded() {
    let Some(tools) = toolchain("the_build_id_follows_what_is_loaded") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let image = build(&tools, dir.path());
    let id = parse(&image).build_id().unwrap().unwrap().to_owned();
    assert_eq!(id.len(), 32);
    assert!(id.iter().any(|byte| *byte != 0));

    // Another number changes an instruction.
    let mut args = arguments(dir.path());
    args.defsym = vec!["start_argument=1".into()];
    link(&args, &tools).unwrap();
    let other = fs::read(&args.output).unwrap();
    assert_ne!(parse(&other).build_id().unwrap().unwrap(), id);

    // Debug information is no part of it.
    let mut args = arguments(dir.path());
    args.strip = Some("--strip-debug".into());
    link(&args, &tools).unwrap();
    let stripped = fs::read(&args.output).unwrap();
    assert!(stripped.len() < image.len());
    assert_eq!(parse(&stripped).build_id().unwrap().unwrap(), id);
}

#[test]
fn sizes_are_reported() {
    let Some(tools) = toolchain("sizes_are_reported") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let image = build(&tools, dir.path());
    let text = fs::read_to_string(dir.path().join("image.size.json")).unwrap();
    let written: SizeReport = serde_json::from_str(&text).unwrap();
    assert_eq!(written, SizeReport::of(&image).unwrap());

    let function = |name: &str| written.functions.iter().find(|f| f.name == name).unwrap();
    assert!(
        function("start_core")
            .frame
            .is_some_and(|frame| frame >= 16)
    );
    assert!(function("divide").size > 10);
    let section = |name: &str| written.sections.iter().find(|s| s.name == name).unwrap();
    assert_eq!(section(".stacks").size, 2 * 5 * 0x4000);
    assert_eq!(section(".bss").size, 0x1000);
}

/// Links with one thing wrong and returns the message and the folder that was kept.
fn failure(tools: &Tools, args: &LinkArgs) -> (String, PathBuf) {
    match link(args, tools) {
        Err(LinkError::Stage { error, kept }) => (error.to_string(), kept),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_vector_that_is_too_long_is_refused() {
    let Some(tools) = toolchain("a_vector_that_is_too_long_is_refused") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let asm = dir.path().join("long.S");
    fs::write(
        &asm,
        "    .section .vector.level3, \"ax\"\n    .space 0x44\n",
    )
    .unwrap();
    let mut args = arguments(dir.path());
    args.asm.push(asm);
    let (message, kept) = failure(&tools, &args);
    assert!(message.starts_with("linking failed"), "{message}");
    assert!(
        message.contains(".vector.level3 is larger than 0x40 bytes"),
        "{message}"
    );
    assert!(
        kept.join("program.ll").exists(),
        "intermediate files are kept"
    );
}

#[test]
fn an_unknown_section_is_refused() {
    let Some(tools) = toolchain("an_unknown_section_is_refused") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let asm = dir.path().join("lost.S");
    fs::write(
        &asm,
        "    .section .lost, \"ax\"\n    .global lost\nlost:\n    nop\n",
    )
    .unwrap();
    let mut args = arguments(dir.path());
    args.asm.push(asm);
    args.undefined.push("lost".into());
    let (message, _) = failure(&tools, &args);
    assert!(
        message.contains("unplaced orphan section `.lost'"),
        "{message}"
    );
}

#[test]
fn a_missing_symbol_is_refused() {
    let Some(tools) = toolchain("a_missing_symbol_is_refused") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let mut args = arguments(dir.path());
    args.inputs.swap_remove(0);
    args.inputs.push(bitcode("float.ll", dir.path()));
    let (message, _) = failure(&tools, &args);
    assert!(
        message.contains("undefined reference to `start_core'"),
        "{message}"
    );
}

#[test]
fn inputs_without_bitcode_are_refused() {
    let Some(tools) = toolchain("inputs_without_bitcode_are_refused") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let mut args = arguments(dir.path());
    args.inputs.remove(0);
    let (message, _) = failure(&tools, &args);
    assert!(message.contains("no bitcode among the inputs"), "{message}");

    let host = std::env::current_exe().unwrap();
    args.inputs.push(host);
    let (message, _) = failure(&tools, &args);
    assert!(message.starts_with("reading inputs failed"), "{message}");
}
