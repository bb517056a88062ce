//! What addresses mean in a run that has loaded libraries.

use std::fs;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_lab::host::log::LogLine;
use acelab_lab::symbols::{Elf, LibraryElfs, Symbols};
use tempfile::TempDir;

use crate::elf::{Function, elf_with, small_elf};

const GAIN: &str = "00112233445566778899aabbccddeeff";
const MIXER: &str = "ffeeddccbbaa99887766554433221100";

/// Two libraries with files, in a folder that also has what is no ELF file.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let function = |name, start| Function {
        name,
        start,
        size: 0x10,
    };
    let gain = elf_with(0, GAIN, &[function("gain::apply", 0x20)]);
    let mixer = elf_with(0, MIXER, &[function("mixer::add", 0x20)]);
    for (name, bytes) in [("gain.elf", &gain[..]), ("mixer.elf", &mixer)] {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    fs::write(folder.path().join("broken.elf"), &gain[..40]).expect("a file");
    fs::write(folder.path().join("gain.acelib"), "not an ELF file").expect("a file");
    folder
}

fn line(micros: u32, text: &str) -> LogLine {
    let line = format!("[    0.{micros:06}] {text}");
    LogLine::parse(CoreId::PRIMARY, Nanos(0), &line)
}

fn place(micros: u32, image: &str, range: &str, build: &str) -> LogLine {
    let text = format!("<inf> lib_manager: image {image} at {range} build {build}");
    line(micros, &text)
}

const FIRST: &str = "0x60000000..0x60002000";
const SECOND: &str = "0x60002000..0x60004000";
const END: Nanos = Nanos(u64::MAX);

/// What becomes of `text` at `at` in a run with this log.
fn explained(log: &[LogLine], text: &str, at: Nanos) -> String {
    let folder = folder();
    let libraries = LibraryElfs::of(folder.path());
    Symbols::of_run(None, Some(&libraries), log).explained(text, at)
}

#[test]
fn an_address_of_a_library_is_a_function_of_its_file() {
    let log = [
        place(1, "0 of library 1: GAIN", FIRST, GAIN),
        place(2, "0 of library 2: MIXER", SECOND, MIXER),
    ];
    let text = "PC 0x60000024 VADDR 0x6000202f, 0x60000030 0x60001fff 0x60004000 0x5fffffff";
    assert_eq!(
        explained(&log, text, END),
        "PC 0x60000024 <GAIN@1 gain::apply+0x4> VADDR 0x6000202f <MIXER@2 mixer::add+0xf>, \
         0x60000030 <GAIN@1+0x30> 0x60001fff <GAIN@1+0x1fff> 0x60004000 0x5fffffff"
    );
}

#[test]
fn the_ends_of_a_range_and_other_numbers_stay_as_they_are() {
    let log = [place(1, "0 of library 1: GAIN", FIRST, GAIN)];
    for text in [
        FIRST,
        "0x60000024..",
        "..0x60000024",
        "60000024",
        "0x0060000024",
    ] {
        assert_eq!(explained(&log, text, END), text);
    }
}

#[test]
fn without_its_file_a_library_has_offsets() {
    let log = [
        place(1, "0 of library 3: OTHER", FIRST, &"0".repeat(32)),
        // The file is that of the first image.
        place(2, "1 of library 4: GAIN", SECOND, GAIN),
    ];
    let text = "0x60000024 0x60002024";
    let offsets = "0x60000024 <OTHER@3+0x24> 0x60002024 <GAIN@4[1]+0x24>";
    assert_eq!(explained(&log, text, END), offsets);
    let missing = LibraryElfs::of("no/such/folder".as_ref());
    for libraries in [None, Some(&missing)] {
        let symbols = Symbols::of_run(None, libraries, &log);
        assert_eq!(symbols.explained(text, END), offsets);
    }
}

#[test]
fn an_address_is_what_it_was_at_the_time() {
    let log = [
        place(10, "0 of library 1: GAIN", FIRST, GAIN),
        line(15, "<inf> lib_manager: removed library id: 1"),
        place(20, "0 of library 1: MIXER", FIRST, MIXER),
    ];
    let at = |micros| explained(&log, "0x60000020", Nanos::from_micros(micros));
    assert_eq!(at(9), "0x60000020");
    assert_eq!(at(10), "0x60000020 <GAIN@1 gain::apply+0x0>");
    // Until something else lies there.
    assert_eq!(at(19), "0x60000020 <GAIN@1 gain::apply+0x0>");
    assert_eq!(at(20), "0x60000020 <MIXER@1 mixer::add+0x0>");
}

#[test]
fn only_the_firmware_says_where_libraries_lie() {
    let text = format!("image 0 of library 1: GAIN at {FIRST} build {GAIN}");
    for from in [
        "<err> lib_manager: ",
        "<inf> user: ",
        "<inf> lib_manager: x ",
        "",
    ] {
        let log = [line(1, &format!("{from}{text}"))];
        assert_eq!(explained(&log, "0x60000020", END), "0x60000020");
    }
}

#[test]
fn snapshots_hold_no_address_of_a_library() {
    let folder = folder();
    let libraries = LibraryElfs::of(folder.path());
    let log = [place(1, "0 of library 1: GAIN", FIRST, GAIN)];
    let symbols = Symbols::of_run(None, Some(&libraries), &log);
    assert_eq!(
        symbols.stable_fault("PC 0x60000024 VADDR 0x60000100", END),
        "PC <GAIN@1 gain::apply> VADDR <GAIN@1>"
    );
}

#[test]
fn firmware_and_libraries_are_told_apart() {
    let function = Function {
        name: "boot::main",
        start: 0xA003_1000,
        size: 0x10,
    };
    let firmware = Elf::from_bytes(elf_with(0xA003_1000, GAIN, &[function])).expect("an ELF file");
    let folder = folder();
    let libraries = LibraryElfs::of(folder.path());
    let log = [place(1, "0 of library 1: GAIN", FIRST, GAIN)];
    let symbols = Symbols::of_run(Some(&firmware), Some(&libraries), &log);
    let text = "0xa0031004 0x60000020 0xa0031400";
    assert_eq!(
        symbols.explained(text, END),
        "0xa0031004 <boot::main+0x4> 0x60000020 <GAIN@1 gain::apply+0x0> 0xa0031400"
    );
    assert_eq!(
        symbols.stable(text, END),
        "<boot::main> <GAIN@1 gain::apply> 0xa0031400"
    );
    // A firmware without libraries, and none at all.
    let alone = Symbols::of_firmware(Some(&firmware));
    assert_eq!(
        alone.explained(text, END),
        "0xa0031004 <boot::main+0x4> 0x60000020 0xa0031400"
    );
    assert_eq!(Symbols::of_firmware(None).explained(text, END), text);
    let unnamed = Elf::from_bytes(small_elf()).expect("an ELF file");
    assert_eq!(Symbols::of_firmware(Some(&unnamed)).stable(text, END), text);
}
