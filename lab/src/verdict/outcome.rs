//! Pass, fail, or no statement at all.

use std::process::ExitCode;

/// Something was not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Line of the case file, if one step is to blame.
    pub line: Option<usize>,
    /// What was looked at.
    pub what: String,
    /// What should have been.
    pub expected: String,
    /// What was.
    pub came: String,
}

/// The verdict on one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was as expected.
    Pass,
    /// The firmware, or the case, is wrong.
    Fail(Vec<Failure>),
    /// The run says nothing about the firmware: something around it broke.
    Infrastructure(String),
}

impl Verdict {
    /// The word for lists.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail(_) => "FAIL",
            Self::Infrastructure(_) => "INFRA",
        }
    }

    /// The exit code of the lab for this case: 0, 1 or 3. Code 2 is for
    /// mistakes in the command line or in a case file, which never get here.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail(_) => 1,
            Self::Infrastructure(_) => 3,
        }
    }
}

/// The exit code for several verdicts: the broken machine room outweighs a failed case.
pub fn exit_code<'a>(verdicts: impl IntoIterator<Item = &'a Verdict>) -> ExitCode {
    verdicts
        .into_iter()
        .map(Verdict::exit_code)
        .max()
        .unwrap_or(0)
        .into()
}
