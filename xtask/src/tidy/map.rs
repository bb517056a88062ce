//! ARCHITECTURE.md's code map matches the tree.
//!
//! The map is the list items that begin with a path in backquotes, below the
//! heading `## Code map`. Each path must exist, and each folder with a
//! `Cargo.toml`, each folder at the top and each folder of `qemu-machine` must be in it.

use std::collections::BTreeSet;

use super::File;

const DOCUMENT: &str = "ARCHITECTURE.md";
const HEADING: &str = "## Code map";

/// Folders that hold any number of packages of one kind, and are mapped as one.
const SERIES: [&str; 1] = ["firmware/modules/libraries"];

/// Complains about folders that are missing in the map, and the other way round.
pub fn check(files: &[File]) -> Vec<String> {
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        return vec![format!("there is no {DOCUMENT}")];
    };
    let mapped = mapped(&document.text);
    if mapped.is_empty() {
        return vec![format!("{DOCUMENT} has no `{HEADING}` with paths in it")];
    }
    let mut complaints = Vec::new();
    for path in &mapped {
        if !files
            .iter()
            .any(|file| file.path == *path || file.is_below(path))
        {
            complaints.push(format!("{DOCUMENT} maps `{path}`, which is not there"));
        }
    }
    for folder in wanted(files) {
        if !mapped.contains(&folder) {
            complaints.push(format!("`{folder}` is not in {DOCUMENT}'s code map"));
        }
    }
    complaints
}

/// The paths of the map, without a closing slash.
fn mapped(text: &str) -> BTreeSet<String> {
    let section = text
        .lines()
        .skip_while(|line| line.trim_end() != HEADING)
        .skip(1);
    let items = section
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| {
            let item = line
                .trim_start()
                .trim_start_matches("###")
                .trim_start()
                .trim_start_matches("- ");
            let path = item
                .trim_start_matches("**")
                .strip_prefix('`')?
                .split('`')
                .next()?;
            Some(path.trim_end_matches('/').to_string())
        });
    items.collect()
}

/// The folders that the map must have.
fn wanted(files: &[File]) -> BTreeSet<String> {
    let mut folders = BTreeSet::new();
    for file in files {
        let parts: Vec<_> = file.path.split('/').collect();
        if parts.len() > 1 && !parts[0].starts_with('.') {
            folders.insert(parts[0].to_string());
        }
        if parts.len() > 2 && parts[0] == "qemu-machine" {
            folders.insert(parts[..2].join("/"));
        }
        if let Some(folder) = file.path.strip_suffix("/Cargo.toml") {
            let series = SERIES.iter().find(|series| file.is_below(series));
            folders.insert((*series.unwrap_or(&folder)).to_string());
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = "# A\n\n## Code map\n\n- `lab/` the runner\n- **`xtask/`** tasks\n\n## Rest\n- `not/this`\n";

    #[test]
    fn a_map_that_matches_is_quiet_and_others_are_not() {
        let tree = |map: &str, more: &[&str]| {
            let mut files = vec![
                File::of(DOCUMENT, map),
                File::of("lab/Cargo.toml", ""),
                File::of("xtask/src/main.rs", ""),
            ];
            files.extend(more.iter().map(|path| File::of(path, "")));
            check(&files)
        };
        assert_eq!(tree(MAP, &[".github/x.yml"]), [""; 0]);
        assert_eq!(
            tree(MAP, &["new/a.rs"]),
            ["`new` is not in ARCHITECTURE.md's code map"]
        );
        assert_eq!(
            tree(MAP, &["xtask/deep/Cargo.toml"]),
            ["`xtask/deep` is not in ARCHITECTURE.md's code map"]
        );
        let library = "firmware/modules/libraries/a/Cargo.toml";
        let series = MAP.replace(
            "`lab/`",
            "`lab/`\n- `firmware/`\n- `firmware/modules/libraries`\n- `lab`",
        );
        assert_eq!(tree(&series, &[library]), [""; 0]);
        assert_eq!(
            tree(MAP, &[library]),
            [
                "`firmware` is not in ARCHITECTURE.md's code map",
                "`firmware/modules/libraries` is not in ARCHITECTURE.md's code map"
            ]
        );
        let gone = MAP.replace("`xtask/`", "`xtask/`\n- `gone/`");
        assert_eq!(
            tree(&gone, &[]),
            ["ARCHITECTURE.md maps `gone`, which is not there"]
        );
        assert_eq!(tree("# nothing\n", &[]).len(), 1);
        assert_eq!(check(&[]), ["there is no ARCHITECTURE.md"]);
    }
}
