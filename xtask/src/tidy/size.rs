//! Every file can be read in one sitting.

use super::File;

/// Lines after which a file wants splitting.
const SOFT: usize = 500;

/// Lines that no file may have, whatever the reason.
const HARD: usize = 800;

/// Files that may be longer than `SOFT`, and why.
const ALLOWED: [(&str, &str); 0] = [];

/// Kinds of files that are written and read by hand.
const KINDS: [&str; 10] = ["rs", "c", "h", "S", "ld", "toml", "yaml", "yml", "sh", "md"];

/// Complains about files that are too long, and about needless permissions.
pub fn check(files: &[File]) -> Vec<String> {
    check_with(files, &ALLOWED)
}

fn check_with(files: &[File], allowed: &[(&str, &str)]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.has_extension(&KINDS)) {
        let lines = file.text.lines().count();
        let permitted = allowed.iter().any(|(path, _)| *path == file.path);
        if lines > HARD {
            complaints.push(format!(
                "{} has {lines} lines; no file may have more than {HARD}",
                file.path
            ));
        } else if lines > SOFT && !permitted {
            complaints.push(format!(
                "{} has {lines} lines; split it (more than {SOFT})",
                file.path
            ));
        } else if lines <= SOFT && permitted {
            complaints.push(format!(
                "{} has {lines} lines and needs no permission to be long",
                file.path
            ));
        }
    }
    for (path, _) in allowed
        .iter()
        .filter(|(path, _)| !files.iter().any(|file| file.path == *path))
    {
        complaints.push(format!("{path} may be long, but is not there"));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> File {
        File::of(path, &"x\n".repeat(lines))
    }

    #[test]
    fn long_files_need_a_reason_and_very_long_ones_have_none() {
        let files = [
            file("a.rs", 500),
            file("b.rs", 501),
            file("c.rs", 801),
            file("d.lock", 5000),
        ];
        assert_eq!(check_with(&files, &[]).len(), 2);
        assert_eq!(
            check_with(&files, &[("b.rs", "why"), ("c.rs", "why")]).len(),
            1
        );
        assert_eq!(
            check_with(&files[..1], &[("a.rs", "why"), ("gone.rs", "why")]).len(),
            2
        );
    }
}
