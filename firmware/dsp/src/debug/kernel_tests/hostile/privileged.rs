//! Instructions that a user thread must not be able to use, and those beside
//! them that it may.

use super::encoding::{Insn, lsai, rrr};
use super::end::End;

/// How an instruction must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// With this exception.
    Cause(u32),
    /// As privileged, or as illegal.
    Refused,
    /// Nothing comes of it, or it is refused.
    Harmless,
}

impl Verdict {
    /// Whether it has ended so.
    pub const fn is_met(self, end: End) -> bool {
        match (self, end) {
            (Self::Cause(cause), End::Fault(came)) => cause == came,
            (Self::Refused | Self::Harmless, End::Fault(cause)) => matches!(cause, 0 | 8),
            (Self::Harmless, End::Exit(0)) => true,
            _ => false,
        }
    }
}

use Verdict::{Cause, Harmless, Refused};

const PRIVILEGED: Verdict = Cause(8);
const ILLEGAL: Verdict = Cause(0);
const DEBUG: Verdict = Cause(63);
/// MOVSP finds no window to move: the exception that would make one.
const ALLOCA: Verdict = Cause(5);

/// Operation `t` on a cache line, of which the second group has a number.
const fn cache(t: u32) -> Insn {
    lsai(7, 2, t)
}

const fn cache_lock(t: u32, op1: u32) -> Insn {
    Insn(lsai(7, 2, t).0 | op1 << 16)
}

/// Name, instruction, how it must end. a2 holds an address of the thread's own
/// data, a3 a word.
pub const INSTRUCTIONS: &[(&str, Insn, Verdict)] = &[
    ("rsil 0", rrr(0, 0, 6, 0, 3), PRIVILEGED),
    ("rsil 15", rrr(0, 0, 6, 15, 3), PRIVILEGED),
    ("waiti 0", rrr(0, 0, 7, 0, 0), PRIVILEGED),
    ("waiti 15", rrr(0, 0, 7, 15, 0), PRIVILEGED),
    ("rfe", rrr(0, 0, 3, 0, 0), PRIVILEGED),
    ("rfue", rrr(0, 0, 3, 1, 0), Refused),
    ("rfde", rrr(0, 0, 3, 2, 0), PRIVILEGED),
    ("rfwo", rrr(0, 0, 3, 4, 0), PRIVILEGED),
    ("rfwu", rrr(0, 0, 3, 5, 0), PRIVILEGED),
    ("rfi 0", rrr(0, 0, 3, 0, 1), Refused),
    ("rfi 1", rrr(0, 0, 3, 1, 1), Refused),
    ("rfi 2", rrr(0, 0, 3, 2, 1), PRIVILEGED),
    ("rfi 3", rrr(0, 0, 3, 3, 1), PRIVILEGED),
    ("rfi 6", rrr(0, 0, 3, 6, 1), PRIVILEGED),
    ("rfi 7", rrr(0, 0, 3, 7, 1), PRIVILEGED),
    ("rfme", rrr(0, 0, 3, 0, 2), Refused),
    ("ritlb0", rrr(5, 0, 3, 2, 3), PRIVILEGED),
    ("iitlb", rrr(5, 0, 4, 2, 0), PRIVILEGED),
    ("pitlb", rrr(5, 0, 5, 2, 3), PRIVILEGED),
    ("witlb", rrr(5, 0, 6, 2, 3), PRIVILEGED),
    ("ritlb1", rrr(5, 0, 7, 2, 3), PRIVILEGED),
    ("rdtlb0", rrr(5, 0, 11, 2, 3), PRIVILEGED),
    ("idtlb", rrr(5, 0, 12, 2, 0), PRIVILEGED),
    ("pdtlb", rrr(5, 0, 13, 2, 3), PRIVILEGED),
    ("wdtlb", rrr(5, 0, 14, 2, 3), PRIVILEGED),
    ("rdtlb1", rrr(5, 0, 15, 2, 3), PRIVILEGED),
    ("rer", rrr(4, 0, 6, 2, 3), Refused),
    ("wer", rrr(4, 0, 7, 2, 3), Refused),
    ("rotw", rrr(4, 0, 8, 0, 1), PRIVILEGED),
    ("l32e", rrr(0, 9, 15, 2, 3), PRIVILEGED),
    ("s32e", rrr(4, 9, 15, 2, 3), PRIVILEGED),
    ("entry", Insn(0x00_4136), ILLEGAL),
    ("retw", rrr(0, 0, 0, 0, 9), ILLEGAL),
    ("retw.n", Insn(0xF01D), ILLEGAL),
    ("movsp", rrr(0, 0, 1, 2, 3), ALLOCA),
    ("simcall", rrr(0, 0, 5, 1, 0), Refused),
    ("break", rrr(0, 0, 4, 1, 15), DEBUG),
    ("break.n", Insn(0xF12D), DEBUG),
    ("ill", rrr(0, 0, 0, 0, 0), ILLEGAL),
    ("ill.n", Insn(0xF06D), ILLEGAL),
    ("dhi", cache(6), PRIVILEGED),
    ("dii", cache(7), PRIVILEGED),
    ("dpfl", cache_lock(8, 0), PRIVILEGED),
    ("dhu", cache_lock(8, 2), PRIVILEGED),
    ("diu", cache_lock(8, 3), PRIVILEGED),
    ("diwb", cache_lock(8, 4), PRIVILEGED),
    ("diwbi", cache_lock(8, 5), PRIVILEGED),
    ("ipfl", cache_lock(13, 0), PRIVILEGED),
    ("ihu", cache_lock(13, 2), PRIVILEGED),
    ("iiu", cache_lock(13, 3), PRIVILEGED),
    ("iii", cache(15), PRIVILEGED),
    ("lict", rrr(15, 1, 0, 2, 3), Refused),
    ("sict", rrr(15, 1, 1, 2, 3), Refused),
    ("licw", rrr(15, 1, 2, 2, 3), Refused),
    ("sicw", rrr(15, 1, 3, 2, 3), Refused),
    ("ldct", rrr(15, 1, 8, 2, 3), Refused),
    ("sdct", rrr(15, 1, 9, 2, 3), Refused),
    ("rfdo", rrr(15, 1, 14, 0, 0), Refused),
    ("rfdd", rrr(15, 1, 14, 0, 1), Refused),
    ("lddr32.p", rrr(0, 0, 7, 2, 14), Refused),
    ("sddr32.p", rrr(0, 0, 7, 2, 15), Refused),
    ("dpfr", cache(0), Harmless),
    ("dpfw", cache(1), Harmless),
    ("dpfro", cache(2), Harmless),
    ("dpfwo", cache(3), Harmless),
    ("dhwb", cache(4), Harmless),
    ("dhwbi", cache(5), Harmless),
    ("ipf", cache(12), Harmless),
    // The address is one of data, which the thread must not execute.
    ("ihi", cache(14), Cause(20)),
    ("isync", rrr(0, 0, 2, 0, 0), Harmless),
    ("memw", rrr(0, 0, 2, 0, 12), Harmless),
    ("extw", rrr(0, 0, 2, 0, 13), Harmless),
];
