//! The first line of the report on a user thread that was stopped: written by
//! the firmware, read by the lab.

use core::fmt;

use crate::core_id::CoreId;
use crate::exception::cause_text;
use crate::syscall::Syscall;

/// Module of the log that reports come from.
pub const MODULE: &str = "fault";

const START: &str = "** USER FAULT thread \"";
const CORE: &str = "\" core ";
const RING: &str = " ring ";

/// Why a user thread was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason<'a> {
    /// An exception; EXCCAUSE.
    Exception(u32),
    /// A pointer in a system call that the thread may not use so.
    BadPointer {
        /// The pointer.
        address: u32,
        /// Number of the system call.
        syscall: u32,
    },
    /// It panicked with this text.
    Panic(&'a str),
    /// It made a system call that it may not make; the number.
    Forbidden(u32),
    /// Its guarded call took longer than its limit, in samples of
    /// [`SAMPLE_MICROS`](crate::syscall::guard::SAMPLE_MICROS).
    OverBudget(u32),
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Exception(cause) => write!(f, "EXCCAUSE {cause} ({})", cause_text(cause)),
            Self::BadPointer { address, syscall } => {
                let name = name(syscall);
                write!(
                    f,
                    "bad pointer {address:#010x} in syscall {syscall} ({name})"
                )
            }
            Self::Forbidden(syscall) => {
                write!(f, "forbidden syscall {syscall} ({})", name(syscall))
            }
            Self::OverBudget(limit) => write!(f, "over the budget of {limit} samples"),
            Self::Panic(text) => write!(f, "panic: {text}"),
        }
    }
}

fn name(syscall: u32) -> &'static str {
    Syscall::from_number(syscall).map_or("none", Syscall::name)
}

impl<'a> Reason<'a> {
    /// From its text.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("EXCCAUSE ") {
            let (cause, _) = rest.split_once(" (")?;
            return cause.parse().ok().map(Self::Exception);
        }
        if let Some(rest) = text.strip_prefix("bad pointer 0x") {
            let (address, rest) = rest.split_once(" in syscall ")?;
            let (syscall, _) = rest.split_once(" (")?;
            return Some(Self::BadPointer {
                address: u32::from_str_radix(address, 16).ok()?,
                syscall: syscall.parse().ok()?,
            });
        }
        if let Some(rest) = text.strip_prefix("forbidden syscall ") {
            let (syscall, _) = rest.split_once(" (")?;
            return syscall.parse().ok().map(Self::Forbidden);
        }
        if let Some(rest) = text.strip_prefix("over the budget of ") {
            let limit = rest.strip_suffix(" samples")?;
            return limit.parse().ok().map(Self::OverBudget);
        }
        text.strip_prefix("panic: ").map(Self::Panic)
    }
}

/// Which thread was stopped where and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// Name of the thread; empty in a build without names.
    pub thread: &'a str,
    /// The core it ran on.
    pub core: CoreId,
    /// The ring it ran in.
    pub ring: u32,
    /// Why.
    pub reason: Reason<'a>,
}

impl fmt::Display for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            thread,
            core,
            ring,
            reason,
        } = self;
        write!(f, "{START}{thread}{CORE}{core}{RING}{ring}: {reason}")
    }
}

impl<'a> Head<'a> {
    /// From the text of a line, without its level and module.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix(START)?;
        let (thread, rest) = rest.split_once(CORE)?;
        let (core, rest) = rest.split_once(RING)?;
        let (ring, reason) = rest.split_once(": ")?;
        Some(Self {
            thread,
            core: CoreId::new(core.parse().ok()?)?,
            ring: ring.parse().ok()?,
            reason: Reason::parse(reason)?,
        })
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::format;

    fn check(reason: Reason<'_>, text: &str) {
        let head = Head {
            thread: "victim",
            core: CoreId::ALL[1],
            ring: 2,
            reason,
        };
        let line = format!("{head}");
        assert_eq!(
            line,
            format!("** USER FAULT thread \"victim\" core 1 ring 2: {text}")
        );
        assert_eq!(Head::parse(&line), Some(head));
        // What somebody else says of it is no report.
        assert_eq!(Head::parse(&format!("<err> fault: {line}")), None);
    }

    #[test]
    fn what_is_written_is_read() {
        check(Reason::Exception(28), "EXCCAUSE 28 (load prohibited)");
        let bad = Reason::BadPointer {
            address: 0x1234,
            syscall: Syscall::SlotSend.number(),
        };
        check(bad, "bad pointer 0x00001234 in syscall 29 (slot_send)");
        check(
            Reason::Forbidden(Syscall::SemTake.number()),
            "forbidden syscall 15 (sem_take)",
        );
        check(Reason::OverBudget(4), "over the budget of 4 samples");
        check(
            Reason::Panic("no: \" core 7 ring 1"),
            "panic: no: \" core 7 ring 1",
        );
    }

    #[test]
    fn other_lines_are_no_reports() {
        assert_eq!(Head::parse("** CPU 1 EXCCAUSE 28 (load prohibited)"), None);
        assert_eq!(
            Head::parse("** USER FAULT thread \"x\" core 9 ring 2: panic: y"),
            None
        );
    }
}
