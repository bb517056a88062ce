//! Small scripts that run unpacked tools with the libraries they came with.
//!
//! A script finds its folder from its own place, so that the cache entry can be
//! renamed into place after it was made, and nothing else in the environment
//! of a build has to change.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Writes `bin/` and `llvm-bin/` for the tools of an unpacked toolchain.
pub fn write(root: &Path, binutils_prefix: &str) -> Result<()> {
    let libraries = library_folders(root)?;
    if root.join("usr/bin/rustc").exists() {
        wrap(root, "bin", "usr/bin/rustc", &libraries)?;
    }
    for tool in names_in(&root.join("usr/bin"))? {
        if tool.starts_with(binutils_prefix) {
            wrap(root, "bin", &format!("usr/bin/{tool}"), &libraries)?;
        }
    }
    for llvm in names_in(&root.join("usr/lib"))?
        .iter()
        .filter(|name| name.starts_with("llvm-"))
    {
        for tool in names_in(&root.join("usr/lib").join(llvm).join("bin"))? {
            wrap(
                root,
                "llvm-bin",
                &format!("usr/lib/{llvm}/bin/{tool}"),
                &libraries,
            )?;
        }
    }
    Ok(())
}

/// Writes `bin/` for some programs of an unpacked tree.
pub fn write_all(root: &Path, programs: &[&str]) -> Result<()> {
    let libraries = library_folders(root)?;
    for program in programs {
        if root.join("usr/bin").join(program).exists() {
            wrap(root, "bin", &format!("usr/bin/{program}"), &libraries)?;
        }
    }
    Ok(())
}

/// The folders with shared libraries, relative to the root.
fn library_folders(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for base in ["usr/lib", "lib"] {
        for name in names_in(&root.join(base))? {
            if name.ends_with("-linux-gnu") {
                found.push(format!("{base}/{name}"));
            } else if name.starts_with("llvm-") {
                found.push(format!("{base}/{name}/lib"));
            }
        }
    }
    Ok(found)
}

fn names_in(dir: &Path) -> Result<Vec<String>> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn wrap(root: &Path, dir: &str, tool: &str, libraries: &[String]) -> Result<()> {
    let name = Path::new(tool)
        .file_name()
        .context("a tool without a name")?;
    let paths: Vec<_> = libraries
        .iter()
        .map(|folder| format!("$root/{folder}"))
        .collect();
    let text = format!(
        "#!/bin/sh\n\
         root=${{0%/*}}/..\n\
         LD_LIBRARY_PATH={}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\n\
         export LD_LIBRARY_PATH\n\
         exec \"$root/{tool}\" \"$@\"\n",
        paths.join(":"),
    );
    let script: PathBuf = root.join(dir).join(name);
    crate::store::create_dir(&root.join(dir))?;
    std::fs::write(&script, text)?;
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provision::machine::output_of;

    #[test]
    fn a_wrapped_tool_runs_from_any_place_with_its_libraries() {
        let dir = tempfile::tempdir().unwrap();
        let before = dir.path().join("before");
        std::fs::create_dir_all(before.join("usr/bin")).unwrap();
        std::fs::create_dir_all(before.join("usr/lib/x86_64-linux-gnu")).unwrap();
        let tool = before.join("usr/bin/x-ld");
        std::fs::write(&tool, "#!/bin/sh\necho \"$1 $LD_LIBRARY_PATH\"\n").unwrap();
        std::fs::set_permissions(&tool, PermissionsExt::from_mode(0o755)).unwrap();
        write(&before, "x-").unwrap();
        let after = dir.path().join("after");
        std::fs::rename(&before, &after).unwrap();
        let said = output_of(&after.join("bin/x-ld"), ["hello"]).unwrap();
        let place = after.join("bin/../usr/lib/x86_64-linux-gnu");
        assert!(
            said.starts_with(&format!("hello {}", place.display())),
            "{said}"
        );
    }
}
