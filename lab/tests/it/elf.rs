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
