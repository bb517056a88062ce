//! Making unpacked development packages usable where they lie.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Makes pkg-config files and links of an unpacked tree independent of its place.
pub fn relocate(root: &Path) -> Result<()> {
    for relative in crate::files::below(root)? {
        let path = root.join(&relative);
        if path.is_symlink() {
            relink(root, &relative)?;
        } else if path.extension().is_some_and(|extension| extension == "pc") {
            let text = std::fs::read_to_string(&path)?;
            std::fs::write(&path, relative_prefix(&text, &relative))?;
        }
    }
    Ok(())
}

/// Replaces `prefix=/usr` by a path from the file's own folder.
fn relative_prefix(text: &str, relative: &Path) -> String {
    let folders = relative
        .parent()
        .map_or(0, |parent| parent.components().count());
    let up = "/..".repeat(folders);
    text.lines()
        .map(|line| match line.strip_prefix("prefix=/usr") {
            Some(rest) => format!("prefix=${{pcfiledir}}{up}/usr{rest}\n"),
            None => format!("{line}\n"),
        })
        .collect()
}

/// Turns an absolute link into a relative one, when its target was unpacked too.
fn relink(root: &Path, relative: &Path) -> Result<()> {
    let link = root.join(relative);
    let target = std::fs::read_link(&link)?;
    let Ok(inside) = target.strip_prefix("/") else {
        return Ok(());
    };
    if std::fs::symlink_metadata(root.join(inside)).is_err() {
        // The target belongs to a package that the machine has.
        return Ok(());
    }
    let up = relative
        .parent()
        .map_or(0, |parent| parent.components().count());
    let new: PathBuf = std::iter::repeat_n("..", up)
        .collect::<PathBuf>()
        .join(inside);
    std::fs::remove_file(&link)?;
    std::os::unix::fs::symlink(&new, &link).with_context(|| format!("linking {}", link.display()))
}

/// The folders with shared libraries.
pub fn library_folders(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for base in ["usr/lib", "lib"] {
        let Ok(entries) = std::fs::read_dir(root.join(base)) else {
            continue;
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_name().to_string_lossy().ends_with("-linux-gnu") {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found.reverse();
    Ok(found)
}

/// What PKG_CONFIG_PATH must be to find the libraries.
pub fn pkg_config_path(root: &Path) -> Result<std::ffi::OsString> {
    let mut folders: Vec<_> = library_folders(root)?
        .iter()
        .map(|folder| folder.join("pkgconfig"))
        .filter(|path| path.exists())
        .collect();
    folders.push(root.join("usr/share/pkgconfig"));
    if folders.len() == 1 {
        bail!("{} has no pkg-config files", root.display());
    }
    Ok(std::env::join_paths(folders)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pkg_config_file_finds_its_prefix_from_its_own_folder() {
        let text = "prefix=/usr\nlibdir=${prefix}/lib\n";
        let relative = Path::new("usr/lib/x86_64-linux-gnu/pkgconfig/zlib.pc");
        assert_eq!(
            relative_prefix(text, relative),
            "prefix=${pcfiledir}/../../../../usr\nlibdir=${prefix}/lib\n"
        );
    }

    #[test]
    fn links_to_what_was_unpacked_become_relative() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("usr/lib/x86_64-linux-gnu");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::create_dir_all(dir.path().join("lib")).unwrap();
        std::fs::write(dir.path().join("lib/libz.so.1"), "z").unwrap();
        std::os::unix::fs::symlink("/lib/libz.so.1", folder.join("libz.so")).unwrap();
        std::os::unix::fs::symlink("/lib/absent.so.1", folder.join("absent.so")).unwrap();
        relocate(dir.path()).unwrap();
        assert_eq!(
            std::fs::read_to_string(folder.join("libz.so")).unwrap(),
            "z"
        );
        assert_eq!(
            std::fs::read_link(folder.join("absent.so")).unwrap(),
            Path::new("/lib/absent.so.1")
        );
    }
}
