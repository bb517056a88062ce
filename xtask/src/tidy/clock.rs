//! No sleeping in what must be deterministic: who waits, waits for an event.

use super::File;

/// Where virtual time rules.
const FOLDERS: [&str; 3] = ["lab", "qemu-machine", "firmware"];

/// Ways to let wall-clock time pass.
const WORDS: [[&str; 2]; 4] = [
    ["thread::sl", "eep("],
    ["usl", "eep("],
    ["nanosl", "eep("],
    ["g_usl", "eep("],
];

/// Files that may sleep, and why.
const ALLOWED: [(&str, &str); 1] = [(
    "qemu-machine/board/ace30-test.c",
    "disturbs the machine from a host thread, to show that this changes nothing",
)];

/// Complains about sleeping.
pub fn check(files: &[File]) -> Vec<String> {
    let words: Vec<String> = WORDS.iter().map(|parts| parts.concat()).collect();
    let mut complaints = Vec::new();
    let ruled = |file: &&File| FOLDERS.iter().any(|folder| file.is_below(folder));
    let allowed = |file: &&File| ALLOWED.iter().any(|(path, _)| *path == file.path);
    let sources = files
        .iter()
        .filter(|file| file.has_extension(&["rs", "c", "h"]));
    for file in sources.filter(ruled).filter(|file| !allowed(file)) {
        for (number, line) in file
            .lines()
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            if words.iter().any(|word| line.contains(word.as_str())) {
                complaints.push(format!("{}:{number} sleeps", file.path));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleeping_is_found_where_virtual_time_rules() {
        let line = format!("std::{}one);\n", WORDS[0].concat());
        let files = [
            File::of("lab/src/a.rs", &line),
            File::of("xtask/src/b.rs", &line),
            File::of("lab/c.md", &line),
        ];
        assert_eq!(check(&files), ["lab/src/a.rs:1 sleeps"]);
    }
}
