//! Annotations and the step summary of GitHub Actions.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::{env, fmt};

use super::summary::{Summary, human};
use super::{Context, rerun};
use crate::suite::CaseResult;
use crate::verdict::Verdict;

/// The workflow the lab runs in.
#[derive(Debug, Clone)]
pub struct Github {
    summary: Option<PathBuf>,
}

impl Github {
    /// The workflow, if there is one.
    pub fn detect() -> Option<Self> {
        (env::var("GITHUB_ACTIONS").ok()? == "true").then(|| Self {
            summary: env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from),
        })
    }

    /// One annotation for each thing that went wrong, on its line of the case file.
    pub fn annotations(&self, result: &CaseResult<'_>, context: &Context<'_>) -> Vec<String> {
        let file = context.file(result.case);
        let id = &result.case.id;
        let annotation = |line: Option<usize>, text: String| {
            let line = line.unwrap_or(1);
            format!(
                "::error file={},line={line},title={}::{}",
                property(&file),
                property(&id.to_string()),
                data(&text)
            )
        };
        let mut all = match &result.finished.verdict {
            Verdict::Pass => Vec::new(),
            Verdict::Infrastructure(reason) => {
                vec![annotation(None, format!("infrastructure: {reason}"))]
            }
            Verdict::Fail(failures) => failures
                .iter()
                .map(|f| {
                    annotation(
                        f.line,
                        format!("{}: expected {}, came {}", f.what, f.expected, f.came),
                    )
                })
                .collect(),
        };
        if result.difference.is_some() {
            all.push(annotation(
                None,
                "the run differs from the reviewed snapshot".to_owned(),
            ));
        }
        all
    }

    /// Adds a table of the results to the step's page.
    pub fn write_summary(&self, results: &[CaseResult<'_>], summary: &Summary) -> io::Result<()> {
        let Some(path) = &self.summary else {
            return Ok(());
        };
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        write!(file, "{}", Table { results, summary })
    }
}

/// The message of a workflow command: percent signs and line breaks are written as codes.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a workflow command: its separators are codes as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

struct Table<'a> {
    results: &'a [CaseResult<'a>],
    summary: &'a Summary,
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "### Lab: {}\n",
            self.summary.to_string().replace('\n', "  \n")
        )?;
        writeln!(
            f,
            "| | case | virtual time | wall | run again |\n|---|---|---:|---:|---|"
        )?;
        for result in self.results {
            writeln!(
                f,
                "| {} | {} | {:.3} ms | {} | `{}` |",
                result.word(),
                result.case.id,
                result.finished.virtual_time.0 as f64 / 1e6,
                human(result.finished.wall),
                rerun(result.case),
            )?;
        }
        writeln!(f)
    }
}
