//! What the tests with a toolchain share.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use acelab_xtensa::tools::{LLVM_BIN, Tools};

/// The toolchain, or a loud word about its absence.
///
/// `cargo xtask test` always provides it; a plain `cargo test` may run without.
pub fn toolchain(test: &str) -> Option<Tools> {
    match Tools::from_env() {
        Ok(tools) => Some(tools),
        Err(error) => {
            // Not by eprintln, which the test harness keeps to itself.
            let _ = writeln!(io::stderr(), "\n!!! SKIPPED {test}: {error}\n");
            None
        }
    }
}

/// The path of a file in `tests/fixtures`.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// Copies a fixture into `dir`, where the stages may write beside it.
pub fn copy(name: &str, dir: &Path) -> PathBuf {
    let path = dir.join(name);
    fs::copy(fixture(name), &path).unwrap();
    path
}

/// Turns a fixture of IR into bitcode.
pub fn bitcode(name: &str, dir: &Path) -> PathBuf {
    let path = dir.join(name).with_extension("o");
    run(llvm("llvm-as").arg(fixture(name)).arg("-o").arg(&path));
    path
}

/// Turns a fixture of IR into an object that holds its bitcode.
pub fn object_with_bitcode(name: &str, dir: &Path) -> PathBuf {
    let bitcode = bitcode(name, dir);
    let asm = dir.join(name).with_extension("incbin.s");
    let text = format!(
        "\t.section .llvmbc,\"e\"\n\t.incbin \"{}\"\n",
        bitcode.display()
    );
    fs::write(&asm, text).unwrap();
    let object = dir.join(name).with_extension("elf.o");
    run(llvm("llvm-mc")
        .args(["-triple=xtensa-none-elf", "-filetype=obj"])
        .arg(asm)
        .arg("-o")
        .arg(&object));
    object
}

/// Puts objects into an archive, with metadata as an rlib has it.
pub fn rlib(objects: &[PathBuf], dir: &Path) -> PathBuf {
    let path = dir.join("libfixture.rlib");
    let mut archive = ar::Builder::new(fs::File::create(&path).unwrap());
    archive
        .append(&ar::Header::new(b"lib.rmeta".to_vec(), 5), &b"rmeta"[..])
        .unwrap();
    for object in objects {
        archive.append_path(object).unwrap();
    }
    path
}

fn llvm(program: &str) -> Command {
    Command::new(Path::new(&std::env::var_os(LLVM_BIN).unwrap()).join(program))
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
