//! An ordinary simulator that starts and leaves a guest with nothing to do: the
//! least that any boot costs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, io};

use super::children::Tracked;

/// A simulator that takes longer for an empty guest does not end it.
const PATIENCE: Duration = Duration::from_secs(20);

/// The simulator that is installed, if it is another one than `own`.
pub fn installed(own: &Path) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let programs = env::split_paths(&path).map(|folder| folder.join("qemu-system-xtensa"));
    programs
        .into_iter()
        .find(|program| program.is_file() && program != own)
}

/// How long `program` takes, each time, to start its machine `sim` and leave a
/// guest that does nothing but end the run.
pub fn empty_guest(program: &Path, runs: usize) -> io::Result<Vec<Duration>> {
    let folder = tempfile::tempdir()?;
    let guest = folder.path().join("empty.elf");
    std::fs::write(&guest, empty_elf())?;
    let mut times = Vec::new();
    for _ in 0..runs {
        let start = Instant::now();
        let child = Command::new(program)
            .args([
                "-M",
                "sim",
                "-semihosting",
                "-display",
                "none",
                "-monitor",
                "none",
                "-serial",
                "none",
                "-kernel",
            ])
            .arg(&guest)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let status = Tracked::new(child).wait(PATIENCE)?;
        if status.code() != Some(EMPTY_EXIT.into()) {
            return Err(io::Error::other(format!(
                "{} -M sim: {status}",
                program.display()
            )));
        }
        times.push(start.elapsed());
    }
    Ok(times)
}

/// The code with which the empty guest ends; one that a failing simulator does not use.
const EMPTY_EXIT: u8 = 42;

/// The reset address of the machine `sim`: there the guest starts, whatever its entry says.
const RESET: u32 = 0xFE00_0000;

/// A guest of one instruction that matters: SIMCALL with the request to exit.
fn empty_elf() -> Vec<u8> {
    const HEADERS: u32 = 52 + 32;
    // movi a2, 1 (exit); movi a3, code; simcall; j to itself.
    let code = [
        0x22, 0xA0, 1, 0x32, 0xA0, EMPTY_EXIT, 0x00, 0x51, 0x00, 0x06, 0xFF, 0xFF,
    ];
    let size = code.len() as u32;
    let words = |words: &[u32]| {
        words
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect::<Vec<u8>>()
    };
    let mut elf = b"\x7fELF\x01\x01\x01".to_vec();
    elf.resize(16, 0);
    // Executable, Xtensa; entry; one program header behind this one.
    elf.extend(words(&[
        94 << 16 | 2,
        1,
        RESET,
        52,
        0,
        0,
        32 << 16 | 52,
        1,
        0,
    ]));
    elf.extend(words(&[1, HEADERS, RESET, RESET, size, size, 5, 4]));
    elf.extend(code);
    elf
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbols::Elf;

    #[test]
    fn the_empty_guest_is_an_elf_file() {
        let elf = Elf::from_bytes(empty_elf()).expect("an ELF file");
        assert_eq!(elf.image.segments.len(), 1);
        assert_eq!(elf.image.segments[0].0, RESET);
    }
}
