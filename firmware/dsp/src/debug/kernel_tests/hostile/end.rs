//! How a hostile thread ended.

use core::fmt;

use acelab_user::{Exit, ExitReason};

/// The end of a thread, as tables expect it and the log shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with a code.
    Exit(u32),
    /// By an exception; EXCCAUSE.
    Fault(u32),
    /// By a bad pointer in a system call; its number.
    BadPointer(u32),
    /// By a panic of its own.
    Panic,
    /// By a system call that it may not make; its number.
    Forbidden(u32),
    /// By the watchdog of guarded calls; the limit.
    OverBudget(u32),
    /// It did not end, and was aborted.
    Aborted,
}

impl From<Exit> for End {
    fn from(exit: Exit) -> Self {
        match exit.reason {
            ExitReason::Exited => Self::Exit(exit.value),
            ExitReason::Faulted => Self::Fault(exit.value),
            ExitReason::BadPointer => Self::BadPointer(exit.value),
            ExitReason::Panicked => Self::Panic,
            ExitReason::Forbidden => Self::Forbidden(exit.value),
            ExitReason::Budget => Self::OverBudget(exit.value),
            ExitReason::Aborted => Self::Aborted,
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "exit {code}"),
            Self::Fault(cause) => write!(f, "fault {cause}"),
            Self::BadPointer(_) => f.write_str("bad pointer"),
            Self::Panic => f.write_str("panic"),
            Self::Forbidden(_) => f.write_str("forbidden call"),
            Self::OverBudget(_) => f.write_str("over budget"),
            Self::Aborted => f.write_str("hung"),
        }
    }
}

impl End {
    /// As a word of a result: the reason in the upper half.
    pub const fn word(self) -> u32 {
        let (reason, value) = match self {
            Self::Exit(code) => (ExitReason::Exited, code),
            Self::Fault(cause) => (ExitReason::Faulted, cause),
            Self::BadPointer(number) => (ExitReason::BadPointer, number),
            Self::Panic => (ExitReason::Panicked, 0),
            Self::Forbidden(number) => (ExitReason::Forbidden, number),
            Self::OverBudget(limit) => (ExitReason::Budget, limit),
            Self::Aborted => (ExitReason::Aborted, 0),
        };
        reason.code() << 16 | value & 0xFFFF
    }
}
