//! Exception causes of the Xtensa architecture, for reports.

/// EXCCAUSE values with a name of their own, from the Xtensa instruction set
/// architecture's table of exception causes.
pub const CAUSES: &[(u32, &str)] = &[
    (0, "illegal instruction"),
    (1, "syscall"),
    (2, "instr fetch error"),
    (3, "load/store error"),
    (4, "level-1 interrupt"),
    (5, "alloca"),
    (6, "divide by zero"),
    (8, "privileged"),
    (9, "load/store alignment"),
    (12, "instr PIF data error"),
    (13, "load/store PIF data error"),
    (14, "instr PIF addr error"),
    (15, "load/store PIF addr error"),
    (16, "ITLB miss"),
    (17, "ITLB multihit"),
    (18, "instr fetch privilege"),
    (20, "inst fetch prohibited"),
    (24, "DTLB miss"),
    (25, "DTLB multihit"),
    (26, "load/store privilege"),
    (28, "load prohibited"),
    (29, "store prohibited"),
    (32, "coprocessor 0 disabled"),
    (CAUSE_BREAK, "debug"),
];

/// Cause the firmware reports for the debug interrupt level, which has no
/// EXCCAUSE of its own. 63 is the highest value the register can hold.
pub const CAUSE_BREAK: u32 = 63;

/// EXCCAUSE of a system call.
pub const CAUSE_SYSCALL: u32 = 1;

/// EXCCAUSE of a floating-point instruction while the unit is off.
pub const CAUSE_FPU_OFF: u32 = 32;

/// EXCCAUSE of a level-1 interrupt.
pub const CAUSE_LEVEL1_INTERRUPT: u32 = 4;

/// Text for an EXCCAUSE value.
#[must_use]
pub fn cause_text(cause: u32) -> &'static str {
    CAUSES
        .iter()
        .find(|(code, _)| *code == cause)
        .map_or("unknown", |(_, text)| text)
}

/// Whether the cause comes with an address in EXCVADDR. After any other cause
/// the register holds what it held before, be it of a TLB refill.
///
/// Source: the same table; the machine agrees.
#[must_use]
pub const fn has_address(cause: u32) -> bool {
    matches!(cause, 2 | 3 | 9 | 12..=18 | 20 | 24..=29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_that_access_something_have_an_address() {
        for (cause, text) in CAUSES {
            let access = ["load", "inst", "TLB", "store"]
                .iter()
                .any(|word| text.contains(word));
            assert_eq!(has_address(*cause), access && *cause != 0, "{text}");
        }
    }

    #[test]
    fn causes_are_named_once() {
        for (index, (code, _)) in CAUSES.iter().enumerate() {
            assert!(CAUSES[index + 1..].iter().all(|(other, _)| other > code));
        }
        assert_eq!(cause_text(28), "load prohibited");
        assert_eq!(cause_text(7), "unknown");
    }
}
