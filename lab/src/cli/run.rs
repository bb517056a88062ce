//! `lab run`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use std::{fs, thread};

use super::environment::{Folders, Machine, cases};
use super::{Failure, INTERRUPTED};
use crate::case::diagnostic::suggest;
use crate::case::step::Step;
use crate::case::{Case, CaseFile, Firmware};
use crate::coverage::Table;
use crate::report::{self, Github, Summary};
use crate::snapshot::{Policy, Store};
use crate::suite::{CaseResult, FirmwareSet, Selection, Shard, Suite, check_determinism, run_all};
use crate::target::interrupted;

use progress::Progress;

#[path = "progress.rs"]
mod progress;

/// Run cases and judge them.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask lab run                        all cases
  cargo xtask lab run boot power/cycle       cases with one of these in their name
  cargo xtask lab run --tag smoke --jobs 1   cases with a tag, one at a time
  cargo xtask lab run --tag exhaustive       the cases that are left out otherwise
  cargo xtask lab run audio --build ll-kernel  the same cases on another build
  cargo xtask lab run --update               accept what the snapshots should be
  cargo xtask lab run --check-determinism    every case twice, under load, byte for byte
  cargo xtask lab run --shard 2/3            the second of three parts")]
pub(super) struct Args {
    /// Parts of case names; all cases unless given.
    filter: Vec<String>,
    /// Only cases with this tag; several tags must all be there.
    #[arg(long)]
    tag: Vec<String>,
    /// Cases at a time; one for each CPU unless given.
    #[arg(long, short, value_name = "N")]
    jobs: Option<usize>,
    /// A part of the cases, such as 2/3.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Run the cases of the production build on this one, such as ll-kernel; without their
    /// snapshots and budgets.
    #[arg(long, value_name = "BUILD", value_parser = build)]
    build: Option<Firmware>,
    /// Accept every difference from the snapshots.
    #[arg(long)]
    update: bool,
    /// Run every case twice, the second time under load, and compare the event logs.
    #[arg(long)]
    check_determinism: bool,
    /// Write results as JSON.
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    json: Option<PathBuf>,
    /// Write results as JUnit XML.
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    junit: Option<PathBuf>,
    /// Folder for everything about failed cases.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "target/lab/failures",
        help_heading = "Reports"
    )]
    failures: PathBuf,
    #[command(flatten)]
    machine: Machine,
    #[command(flatten)]
    folders: Folders,
}

fn build(name: &str) -> Result<Firmware, String> {
    Firmware::from_name(name).ok_or_else(|| {
        let names = Firmware::ALL.map(Firmware::name);
        suggest(name, &names)
    })
}

/// Tag of cases about what only the production build is.
const PRODUCTION: &str = "production";

/// Puts `build` in the place of production. Snapshots and budgets are those of
/// production: the first are not compared, cases of the second are left out.
fn on_build(files: &mut [CaseFile], build: Firmware) {
    let measures = |case: &Case| {
        let mut steps = case.steps.iter();
        steps.any(|located| matches!(located.step, Step::Measure(_)))
    };
    for cases in files.iter_mut().filter_map(|file| file.cases.as_mut().ok()) {
        cases.retain(|case| {
            let own = case.tags.iter().any(|tag| tag == PRODUCTION);
            case.firmware == Firmware::Production && !measures(case) && !own
        });
        for case in cases {
            case.firmware = build;
            case.snapshot.clear();
        }
    }
}

impl Args {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let mut files = self.folders.load()?;
        if let Some(build) = self.build {
            on_build(&mut files, build);
        }
        let selected = self.select(&files)?;
        let launcher = self.machine.launcher()?;
        let firmware = self.machine.firmware();
        let store = Store::new(
            self.folders.snapshots.clone(),
            Policy::from_environment(self.update),
        );
        let suite = Suite {
            launcher: &launcher,
            firmware: &firmware,
            snapshots: &store,
        };
        let github = Github::detect();
        let passes = if self.check_determinism { 2 } else { 1 };
        let progress = Progress::new(selected.len() * passes);
        let harmed = AtomicBool::new(false);
        let start = Instant::now();
        let on_done = |result: &CaseResult<'_>| {
            progress.done(result);
            if !result.passed() && !interrupted() {
                let context = self.folders.context(&firmware, result.case.firmware);
                progress.print(&report::failure(result, &context));
                if let Err(error) = self.keep(result, &files, &context) {
                    harmed.store(true, Ordering::Relaxed);
                    progress.print(&format!(
                        "cannot write to {}: {error}",
                        self.failures.display()
                    ));
                }
            }
        };
        let (results, divergences) = if self.check_determinism {
            check_determinism(&suite, &selected, &on_done)
        } else {
            let cpus = thread::available_parallelism().map_or(1, usize::from);
            (
                run_all(&suite, &selected, self.jobs.unwrap_or(cpus), &on_done),
                Vec::new(),
            )
        };
        progress.finish();
        let summary = Summary::of(&results, selected.len() * passes, start.elapsed());
        self.write_reports(&results, &summary, &firmware, github.as_ref())?;
        // A run that was cut off says nothing about determinism.
        if self.check_determinism && !interrupted() {
            for divergence in &divergences {
                anstream::println!("{divergence}");
            }
            let same = selected.len() - divergences.len();
            anstream::println!(
                "{same} of {} cases are the same, byte for byte",
                selected.len()
            );
        }
        anstream::println!("{summary}");
        anstream::println!("{}", self.coverage(&results));
        let worst = results.iter().map(CaseResult::exit_code).max().unwrap_or(0);
        let diverged = u8::from(!divergences.is_empty());
        let code = match (interrupted(), harmed.into_inner()) {
            (true, _) => INTERRUPTED,
            (_, true) => super::INFRASTRUCTURE,
            _ => worst.max(diverged),
        };
        Ok(code.into())
    }

    /// What the cases that passed cover; of a whole run, also what nothing covers.
    fn coverage(&self, results: &[CaseResult<'_>]) -> String {
        let failed: BTreeSet<&str> = results
            .iter()
            .filter(|result| !result.passed())
            .map(|result| result.case.id.file.as_str())
            .collect();
        let cases = results.iter().map(|result| result.case);
        let held = cases.filter(|case| !failed.contains(case.id.file.as_str()));
        let whole = self.filter.is_empty() && self.tag.is_empty() && self.shard.is_none();
        Table::of(held).summary(whole)
    }

    fn select<'a>(&self, files: &'a [CaseFile]) -> Result<Vec<&'a Case>, Failure> {
        let selection = Selection {
            filters: self.filter.clone(),
            tags: self.tag.clone(),
            shard: self.shard,
            exhaustive: false,
        };
        let selected = selection.apply(cases(files));
        let all = Selection {
            exhaustive: true,
            ..selection
        };
        match all.apply(cases(files)).len() - selected.len() {
            0 => {}
            out => anstream::eprintln!(
                "{out} exhaustive cases are left out; --tag exhaustive runs them"
            ),
        }
        if selected.is_empty() && self.shard.is_none() {
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            let words = self.filter.first().map_or("", String::as_str);
            let help = crate::case::diagnostic::suggest(words, &names);
            return Err(Failure::Usage(format!("no case is selected; {help}")));
        }
        Ok(selected)
    }

    fn keep(
        &self,
        result: &CaseResult<'_>,
        files: &[CaseFile],
        context: &report::Context<'_>,
    ) -> std::io::Result<()> {
        let file = files.iter().find(|file| file.name == result.case.id.file);
        let text = file.map_or("", |file| file.text.as_str());
        report::write_failure(&self.failures, result, text, context).map(|_| ())
    }

    fn write_reports(
        &self,
        results: &[CaseResult<'_>],
        summary: &Summary,
        firmware: &FirmwareSet,
        github: Option<&Github>,
    ) -> Result<(), Failure> {
        let write = |path: &PathBuf, text: String| {
            let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
            folder
                .and_then(|()| fs::write(path, text))
                .map_err(|error| {
                    Failure::Infrastructure(format!("cannot write {}: {error}", path.display()))
                })
        };
        if let Some(path) = &self.json {
            write(path, report::to_json(results, summary))?;
        }
        if let Some(path) = &self.junit {
            write(
                path,
                report::to_junit(results, summary, |build| {
                    self.folders.context(firmware, build)
                }),
            )?;
        }
        if let Some(github) = github {
            for result in results.iter().filter(|result| !result.passed()) {
                let context = self.folders.context(firmware, result.case.firmware);
                for line in github.annotations(result, &context) {
                    println!("{line}");
                }
            }
            github.write_summary(results, summary).map_err(|error| {
                Failure::Infrastructure(format!("cannot write the step summary: {error}"))
            })?;
        }
        Ok(())
    }
}
