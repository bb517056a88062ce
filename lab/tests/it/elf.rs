//! A very small ELF file.

/// One executable segment of 16 bytes at 0xA0031000, no sections.
pub fn small_elf() -> Vec<u8> {
    const XTENSA: u16 = 94;
    const HEADER: u32 = 52;
    const PROGRAM_HEADER: u16 = 32;
    let mut bytes = b"\x7fELF\x01\x01\x01".to_vec();
    bytes.resize(16, 0);
    for half in [2_u16, XTENSA] {
        bytes.extend(half.to_le_bytes());
    }
    for word in [1_u32, 0xA003_1000, HEADER, 0, 0] {
        bytes.extend(word.to_le_bytes());
    }
    for half in [HEADER as u16, PROGRAM_HEADER, 1, 0, 0, 0] {
        bytes.extend(half.to_le_bytes());
    }
    let offset = HEADER + u32::from(PROGRAM_HEADER);
    for word in [1_u32, offset, 0xA003_1000, 0xA003_1000, 16, 16, 5, 4] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend([0xF0; 16]);
    bytes
}

use acelab_lab::symbols::Elf;

#[test]
fn a_truncated_file_is_refused_wherever_it_is_cut() {
    let whole = small_elf();
    let elf = Elf::from_bytes(whole.clone()).expect("the whole file");
    assert_eq!(elf.image.segments, [(0xA003_1000, vec![0xF0; 16])]);
    for length in 0..whole.len() {
        assert!(
            Elf::from_bytes(whole[..length].to_vec()).is_err(),
            "cut at {length}"
        );
    }
}

/// A function of a file.
pub struct Function {
    pub name: &'static str,
    pub start: u32,
    pub size: u32,
}

/// One executable segment of 256 bytes at `base`, with these functions, and a build id of
/// hexadecimal digits.
pub fn elf_with(base: u32, build: &str, functions: &[Function]) -> Vec<u8> {
    const XTENSA: u16 = 94;
    const SEGMENT: u32 = 256;
    let mut file = vec![0; 52 + 32];
    let mut sections = vec![[0_u32; 10]];
    let mut section = |kind: u32, link: u32, align: u32, entry: u32, bytes: &[u8]| {
        file.resize(file.len().next_multiple_of(4), 0);
        let at = file.len() as u32;
        file.extend(bytes);
        sections.push([0, kind, 0, 0, at, bytes.len() as u32, link, 0, align, entry]);
        at
    };
    let text = section(1, 0, 4, 0, &[0xF0; SEGMENT as usize]);
    let mut names = vec![0];
    let mut symbols = vec![0; 16];
    for function in functions {
        let name = names.len() as u32;
        for word in [name, function.start, function.size] {
            symbols.extend(word.to_le_bytes());
        }
        // Global, a function, in the first section.
        symbols.extend([0x12, 0, 1, 0]);
        names.extend(function.name.bytes().chain([0]));
    }
    section(2, 3, 4, 16, &symbols);
    section(3, 0, 1, 0, &names);
    let digits = build.as_bytes().chunks(2);
    let build: Vec<u8> = digits
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).expect("digits"), 16).expect("a byte"))
        .collect();
    let mut note = Vec::new();
    for word in [4, build.len() as u32, 3] {
        note.extend(word.to_le_bytes());
    }
    note.extend(b"GNU\0");
    note.extend(build);
    section(7, 0, 4, 0, &note);
    let table = section(3, 0, 4, 0, &[0; 4]);
    let count = sections.len() as u16;
    for word in sections.concat() {
        file.extend(word.to_le_bytes());
    }
    let mut head = b"\x7fELF\x01\x01\x01".to_vec();
    head.resize(16, 0);
    head.extend([2_u16, XTENSA].map(u16::to_le_bytes).concat());
    let words = [1, base, 52, table + 4, 0];
    head.extend(words.map(u32::to_le_bytes).concat());
    let halves = [52, 32, 1, 40, count, count - 1];
    head.extend(halves.map(u16::to_le_bytes).concat());
    let segment = [1, text, base, base, SEGMENT, SEGMENT, 5, 4];
    head.extend(segment.map(u32::to_le_bytes).concat());
    file[..head.len()].copy_from_slice(&head);
    file
}
