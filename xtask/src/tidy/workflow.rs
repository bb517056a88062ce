//! CI does what a person does: its steps run `ci/` scripts and `cargo xtask`
//! commands, and those exist. So do the commands that the documents name, and
//! the document about CI names those that it runs.

use clap::Parser;

use super::File;
use crate::flags::Xtask;

/// What says of each step why it is there.
const REASONS: &str = "ci/README.md";

/// Complains about steps that do something else, about commands that do not exist, and about
/// steps of which [`REASONS`] does not say why they are there.
pub fn check(files: &[File]) -> Vec<String> {
    let mut complaints = reasons(files);
    for file in files
        .iter()
        .filter(|file| file.is_below(".github/workflows"))
    {
        let commands = run_lines(&file.text);
        if commands.is_empty() {
            complaints.push(format!("{} runs nothing", file.path));
        }
        for (number, command) in commands {
            complaints
                .extend(step(files, &command).map(|why| format!("{}:{number} {why}", file.path)));
        }
    }
    for file in files
        .iter()
        .filter(|file| is_script(file) || file.has_extension(&["md"]))
    {
        for (number, line) in file.lines() {
            for command in xtask_commands(line) {
                complaints
                    .extend(parse(&command).map(|why| format!("{}:{number} {why}", file.path)));
            }
        }
    }
    complaints
}

/// Commands of steps without a reason, and reasons without a step. A reason is a row of the
/// table that begins with the command, of which a step may have further arguments.
fn reasons(files: &[File]) -> Vec<String> {
    let Some(document) = files.iter().find(|file| file.path == REASONS) else {
        return Vec::new();
    };
    let rows: Vec<_> = document
        .lines()
        .filter_map(|(number, line)| {
            let (command, _) = line.strip_prefix("| `cargo xtask ")?.split_once('`')?;
            Some((number, command.to_owned()))
        })
        .collect();
    let workflows = files.iter().filter(|f| f.is_below(".github/workflows"));
    let steps: Vec<_> = workflows
        .flat_map(|file| {
            run_lines(&file.text)
                .into_iter()
                .map(move |step| (file, step))
        })
        .filter_map(|(file, (number, command))| {
            let command = command.strip_prefix("cargo xtask ")?.to_owned();
            Some((&file.path, number, command))
        })
        .collect();
    let fits = |step: &str, row: &str| {
        let rest = step.strip_prefix(row);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let unexplained = steps
        .iter()
        .filter(|(_, _, step)| !rows.iter().any(|(_, row)| fits(step, row)))
        .map(|(path, line, step)| {
            format!("{path}:{line} runs `{step}`, of which {REASONS} does not say why")
        });
    let unused = rows
        .iter()
        .filter(|(_, row)| !steps.iter().any(|(_, _, step)| fits(step, row)))
        .map(|(line, row)| format!("{REASONS}:{line} explains `{row}`, which no step runs"));
    unexplained.chain(unused).collect()
}

fn is_script(file: &File) -> bool {
    file.is_below("ci") || file.is_below(".ci")
}

/// What is wrong with a step's command, if anything.
fn step(files: &[File], command: &str) -> Option<String> {
    let program = command.split_whitespace().next().unwrap_or_default();
    if let Some(rest) = command.strip_prefix("cargo xtask ") {
        return parse(rest.split(" >").next().unwrap_or(rest));
    }
    let script = program.strip_prefix("./").unwrap_or(program);
    if !(script.starts_with("ci/") || script == ".ci/run") {
        return Some(format!(
            "runs `{command}`, which is neither in ci/ nor a `cargo xtask` command"
        ));
    }
    let there = files.iter().any(|file| file.path == script);
    (!there).then(|| format!("runs `{script}`, which is not there"))
}

/// Why the command line does not take these words, if it does not.
fn parse(command: &str) -> Option<String> {
    let words = std::iter::once("cargo xtask").chain(command.split_whitespace());
    match Xtask::try_parse_from(words) {
        Ok(_) => None,
        Err(error) if !error.use_stderr() => None,
        Err(error) => {
            let first = error
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_string();
            Some(format!("`cargo xtask {command}`: {first}"))
        }
    }
}

/// The arguments of the `cargo xtask` commands that a line of a document or script shows.
fn xtask_commands(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in line.split("cargo xtask ").skip(1) {
        let end = rest
            .find(['`', '#', '|', '>', '&', ';', ')', '"', '…', ','])
            .unwrap_or(rest.len());
        // Two spaces part a command from its explanation in a table of commands.
        let command = rest[..end]
            .split("  ")
            .next()
            .unwrap_or_default()
            .trim()
            .trim_end_matches(['.', ':']);
        if command.starts_with(|c: char| c.is_ascii_lowercase()) {
            // What stands for a name; a real one may have to be in small letters.
            found.push(command.replace("NAME", "name"));
        }
    }
    found
}

/// The commands of a workflow's `run:` entries with their line numbers.
///
/// Only what this project's workflow uses is understood: one command on the
/// line, or a block (`run: |`) with one command per line.
fn run_lines(text: &str) -> Vec<(usize, String)> {
    let mut commands = Vec::new();
    let mut block = None::<usize>;
    for (index, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let content = line.trim().trim_start_matches("- ");
        if let Some(outer) = block {
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            if indent > outer {
                commands.push((index + 1, content.to_string()));
                continue;
            }
            block = None;
        }
        match content.strip_prefix("run:").map(str::trim) {
            Some("|") => block = Some(indent),
            Some(command) => commands.push((index + 1, command.to_string())),
            None => {}
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKFLOW: &str = "\
jobs:
  lab:
    steps:
      - uses: actions/checkout@v4
      - run: ci/setup.sh
      - name: all
        run: |
          # A remark.
          cargo xtask lab run --junit out.xml

          cargo xtask test
      - run: cargo build
      - run: cargo xtask tset
      - run: ci/gone.sh
";

    #[test]
    fn steps_that_are_not_ours_and_commands_that_do_not_exist_are_found() {
        let files = [
            File::of(".github/workflows/a.yml", WORKFLOW),
            File::of("ci/setup.sh", ""),
        ];
        let complaints = check(&files);
        let about: Vec<_> = complaints
            .iter()
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        assert_eq!(
            about,
            [
                ".github/workflows/a.yml:12",
                ".github/workflows/a.yml:13",
                ".github/workflows/a.yml:14"
            ],
            "{complaints:#?}"
        );
    }

    #[test]
    fn each_step_has_its_reason_and_each_reason_a_step() {
        let workflow =
            "steps:\n  - run: cargo xtask lab run --junit a\n  - run: cargo xtask tidy\n";
        let table = "| `cargo xtask lab run` | all |\n| `cargo xtask bench` | costs |\n";
        let files = [
            File::of(".github/workflows/a.yml", workflow),
            File::of(REASONS, table),
        ];
        assert_eq!(
            check(&files),
            [
                ".github/workflows/a.yml:3 runs `tidy`, of which ci/README.md does not say why",
                "ci/README.md:2 explains `bench`, which no step runs",
            ]
        );
    }

    #[test]
    fn a_workflow_without_steps_is_no_workflow() {
        assert_eq!(
            check(&[File::of(".github/workflows/a.yml", "on: push\n")]).len(),
            1
        );
    }

    #[test]
    fn commands_in_documents_are_checked() {
        let text = "Run `cargo xtask lab run --tag smoke` or `cargo xtask frimware`.\ncargo xtask doctor  # a table\n";
        let complaints = check(&[File::of("README.md", text)]);
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].contains("frimware"));
    }
}
