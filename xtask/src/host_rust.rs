//! The host's own Rust: cargo as this program was called by it.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::key::KeyBuilder;
use crate::provision::machine::run;
use crate::tree::Tree;

/// The cargo that runs this program, free of what it set for this program.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        // Settings of a person (CARGO_HOME, CARGO_TARGET_DIR, CARGO_NET_…) stay.
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command.env_remove("LD_LIBRARY_PATH");
    command
}

/// What the host's compiler calls itself.
pub fn version() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    run(Command::new(rustc).arg("-vV"))
}

/// Adds the files that concern all crates of the workspace to a key.
pub fn workspace_files(tree: &Tree, key: &mut KeyBuilder) -> Result<()> {
    key.file(&tree.path("Cargo.toml"))?
        .file(&tree.path("Cargo.lock"))?;
    Ok(())
}
