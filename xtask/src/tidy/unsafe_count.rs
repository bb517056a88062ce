//! ARCHITECTURE.md says how much `unsafe` the firmware's parts hold.
//!
//! Its table below the heading `### Unsafe code` has a row for each part: the
//! path in backquotes, then the number of blocks and implementations. Tests are
//! not counted: they do not run on the DSP.

use super::File;
use super::unsafety::is_unsafe;

const DOCUMENT: &str = "ARCHITECTURE.md";
const HEADING: &str = "### Unsafe code";

/// The parts. A file belongs to the first that it lies in.
const PARTS: [&str; 12] = [
    "firmware/kernel/src/arch",
    "firmware/kernel/src",
    "firmware/dsp/src/debug",
    "firmware/dsp/src",
    "firmware/user/src",
    "firmware/ipc4/src",
    "firmware/abi/src",
    "firmware/library/src",
    "firmware/modules/abi/src",
    "firmware/modules/runtime/src",
    "firmware/modules/libraries/hostile/src",
    "firmware/modules",
];

/// Complains about rows that do not say what is there.
pub fn check(files: &[File]) -> Vec<String> {
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        return vec![format!("there is no {DOCUMENT}")];
    };
    let rows = rows(&document.text);
    let mut complaints = Vec::new();
    for part in PARTS {
        let there = count(files, part);
        let told = rows.iter().find(|(path, _)| *path == part);
        match told {
            Some((_, told)) if *told == there.to_string() => {}
            Some((_, told)) => complaints.push(format!(
                "{DOCUMENT} counts {told} in `{part}`, there are {there}: if they are meant, write {there}"
            )),
            None => complaints.push(format!(
                "{DOCUMENT} has no row for `{part}` below `{HEADING}`; it holds {there}"
            )),
        }
    }
    for (path, _) in &rows {
        if !PARTS.contains(path) {
            complaints.push(format!("{DOCUMENT} counts `{path}`, which is no part"));
        }
    }
    complaints
}

/// Path and number of each row.
fn rows(text: &str) -> Vec<(&str, &str)> {
    let section = text
        .lines()
        .skip_while(|line| line.trim_end() != HEADING)
        .skip(1)
        .take_while(|line| !line.starts_with('#'));
    section
        .filter_map(|line| {
            let (path, rest) = line.strip_prefix("| `")?.split_once('`')?;
            Some((path, rest.split('|').nth(1)?.trim()))
        })
        .collect()
}

fn count(files: &[File], part: &str) -> usize {
    let belongs = |file: &&File| {
        PARTS.iter().find(|part| file.is_below(part)) == Some(&part) && !is_test(&file.path)
    };
    let sources = files.iter().filter(|file| file.has_extension(&["rs"]));
    sources
        .filter(belongs)
        .map(|file| {
            without_tests(&file.text)
                .filter(|line| is_unsafe(line))
                .count()
        })
        .sum()
}

fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.contains("/tests/") || name == "tests.rs" || name.ends_with("_tests.rs")
}

/// The lines before a module of tests, which comes last in its file.
fn without_tests(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .take_while(|line| !line.starts_with("mod tests {"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files with as much as the table says, except what is given.
    fn complaints(kernel: &str, arch_row: &str) -> Vec<String> {
        let rows: String = PARTS
            .map(|part| match part {
                "firmware/kernel/src/arch" => format!("{arch_row}\n"),
                "firmware/kernel/src" => "| `firmware/kernel/src` | 1 | why |\n".into(),
                _ => format!("| `{part}` | 0 | why |\n"),
            })
            .concat();
        let block = |count: usize| "let x = unsafe { f() };\n".repeat(count);
        let files = [
            File::of(
                DOCUMENT,
                &format!("## T\n\n{HEADING}\n\n| a | b |\n|---|---|\n{rows}\n## U\n| `x` | 1 |\n"),
            ),
            File::of("firmware/kernel/src/lock.rs", kernel),
            File::of("firmware/kernel/src/lock_tests.rs", &block(5)),
            File::of("firmware/kernel/src/memory/tests/a.rs", &block(5)),
            File::of("firmware/kernel/src/arch/a.rs", &block(2)),
            File::of("firmware/codegen/src/a.rs", &block(9)),
        ];
        check(&files)
    }

    #[test]
    fn the_table_must_say_what_is_there() {
        let kernel = format!(
            "// unsafe {{ in words }}\nunsafe impl Sync for T {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            "unsafe { g() }\n".repeat(4)
        );
        let row = "| `firmware/kernel/src/arch` | 2 | registers |";
        assert_eq!(complaints(&kernel, row), [""; 0]);
        let wrong = complaints(&kernel, &row.replace('2', "3"));
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].contains("counts 3 in `firmware/kernel/src/arch`, there are 2"));
        assert_eq!(complaints("fn safe() {}\n", row).len(), 1);
        assert_eq!(complaints(&kernel, "").len(), 1);
        assert_eq!(
            complaints(&kernel, &format!("{row}\n| `gone` | 1 |")).len(),
            1
        );
    }
}
