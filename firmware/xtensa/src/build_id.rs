//! The build id: a hash of everything that is loaded.
//!
//! It is written into the GNU build-id note of the image, where the lab (by
//! `object`'s `build_id`) and the firmware (by the symbol `__build_id`) read
//! it. Debug information does not count: it does not change what runs.

use std::fs;
use std::path::Path;

use object::read::elf::{ElfFile32, ProgramHeader};
use object::{LittleEndian, Object, ObjectSection, elf};
use sha2::{Digest, Sha256};

use crate::error::{Stage, StageError};

const SECTION: &str = ".note.gnu.build-id";
/// Name size, hash size, type, and the name `GNU` with its NUL.
const NOTE_HEADER: usize = 16;
/// Length of the hash in bytes.
pub const HASH: usize = 32;

/// Fills in the build id of the image at `path` and returns it.
pub fn stamp(path: &Path) -> Result<[u8; HASH], StageError> {
    let io = |error: std::io::Error| StageError::io(Stage::BuildId, path, &error);
    let mut image = fs::read(path).map_err(io)?;
    let id = stamp_bytes(&mut image).map_err(|reason| StageError::new(Stage::BuildId, reason))?;
    fs::write(path, image).map_err(io)?;
    Ok(id)
}

fn stamp_bytes(image: &mut [u8]) -> Result<[u8; HASH], String> {
    let place = {
        let file = ElfFile32::<LittleEndian>::parse(&*image).map_err(|e| e.to_string())?;
        let note = file
            .section_by_name(SECTION)
            .ok_or(format!("the image has no {SECTION}"))?;
        let (offset, size) = note
            .file_range()
            .ok_or(format!("{SECTION} has no contents"))?;
        if size != (NOTE_HEADER + HASH) as u64 {
            return Err(format!(
                "{SECTION} is {size} bytes long, not {}",
                NOTE_HEADER + HASH
            ));
        }
        offset as usize + NOTE_HEADER..offset as usize + NOTE_HEADER + HASH
    };
    image[place.clone()].fill(0);
    let id = hash_of_loaded(image)?;
    image[place].copy_from_slice(&id);
    Ok(id)
}

/// Hash over all loaded segments: where each goes, how long it is, what it holds.
fn hash_of_loaded(image: &[u8]) -> Result<[u8; HASH], String> {
    let file = ElfFile32::<LittleEndian>::parse(image).map_err(|e| e.to_string())?;
    let endian = file.endian();
    let mut hash = Sha256::new();
    for segment in file.elf_program_headers() {
        if segment.p_type(endian) == elf::PT_LOAD {
            hash.update(segment.p_paddr(endian).to_le_bytes());
            hash.update(segment.p_vaddr(endian).to_le_bytes());
            hash.update(segment.p_memsz(endian).to_le_bytes());
            let data = segment
                .data(endian, image)
                .map_err(|()| "a segment lies outside of the file".to_owned())?;
            hash.update((data.len() as u64).to_le_bytes());
            hash.update(data);
        }
    }
    Ok(hash.finalize().into())
}
