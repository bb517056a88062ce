//! What a fatal exception looks like in the log.

use core::fmt::{self, Display};
use core::ops::Range;

use acelab_abi::core_id::CoreId;
use acelab_abi::exception::{cause_text, has_address};
use acelab_abi::memory::{MODULE_WINDOW, TEXT_AREA};

/// Who takes a report, line by line. Not a type parameter, so that the image holds the
/// code of a report once.
pub type Lines<'a> = &'a mut dyn FnMut(fmt::Arguments<'_>);

/// Room that an exception needs on the stack, the size of its frame.
const RESERVE: u32 = 112;

/// The state of a core at an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The core.
    pub core: CoreId,
    /// EXCCAUSE.
    pub cause: u32,
    /// Address of the instruction.
    pub pc: u32,
    /// EXCVADDR; stale for causes that have no address, and then not reported.
    pub address: u32,
    /// PS.
    pub ps: u32,
    /// a0 to a15.
    pub registers: [u32; 16],
    /// Where the stack of the core is.
    pub stack: Range<u32>,
    /// PC of the exception inside the exception vector, for a double exception.
    pub depc: Option<u32>,
}

impl Fault {
    /// Hands the report, line by line and without timestamps, to `line`.
    pub fn report(&self, line: Lines<'_>) {
        self.report_of(None, line);
    }

    /// The same for a thread with this name.
    pub fn report_of(&self, thread: Option<&str>, line: Lines<'_>) {
        line(format_args!("** FATAL EXCEPTION"));
        let text = cause_text(self.cause);
        line(format_args!(
            "** CPU {} EXCCAUSE {} ({text})",
            self.core, self.cause
        ));
        if let Some(thread) = thread {
            line(format_args!("**  thread \"{thread}\""));
        }
        self.show_state(line);
        line(format_args!("Halting system"));
    }

    /// PC, address, PS, registers.
    #[inline(never)]
    pub fn show_state(&self, line: Lines<'_>) {
        let pc = self.pc;
        if has_address(self.cause) {
            line(format_args!(
                "**  PC {pc:#010x} VADDR {:#010x}",
                self.address
            ));
        } else {
            line(format_args!("**  PC {pc:#010x}"));
        }
        if let Some(depc) = self.depc {
            line(format_args!("**  DEPC {depc:#010x} (double exception)"));
        }
        let stack = &self.stack;
        if self.registers[1] < stack.start + RESERVE {
            line(format_args!(
                "**  stack overflow: A1 is not in {:#010x}..{:#010x}",
                stack.start, stack.end
            ));
        }
        line(format_args!("**  PS {}", Status(self.ps)));
        for (index, row) in self.registers.chunks_exact(4).enumerate() {
            let [a, b, c, d] = row else { continue };
            let first = index * 4;
            line(format_args!(
                "**  A{first} {a:#010x} A{} {b:#010x} A{} {c:#010x} A{} {d:#010x}",
                first + 1,
                first + 2,
                first + 3,
            ));
        }
    }
}

/// Return addresses in one line of a report.
const PER_LINE: usize = 6;
/// Return addresses in a report.
const RETURN_ADDRESSES: usize = 12;

/// Hands to `line` those of the words of a stack, innermost first, that are
/// addresses of code.
pub fn return_addresses(words: impl Iterator<Item = u32>, line: Lines<'_>) {
    let mut row = Row {
        words: [0; PER_LINE],
        len: 0,
    };
    // Data of a module is not told from its code here.
    let is_code = |word: &u32| TEXT_AREA.contains(*word, 1) || MODULE_WINDOW.contains(*word, 1);
    let code = words.filter(is_code);
    for word in code.take(RETURN_ADDRESSES) {
        row.words[row.len] = word;
        row.len += 1;
        if row.len == PER_LINE {
            line(format_args!("**  stack{row}"));
            row.len = 0;
        }
    }
    if row.len > 0 {
        line(format_args!("**  stack{row}"));
    }
}

/// Words in one line.
struct Row {
    words: [u32; PER_LINE],
    len: usize,
}

impl Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words[..self.len]
            .iter()
            .try_for_each(|word| write!(f, " {word:#010x}"))
    }
}

/// What a core was doing when another one had it stop.
#[derive(Clone, Copy, Debug)]
pub struct Running<'a> {
    /// Name of the thread.
    pub thread: &'a str,
    /// Where it was.
    pub pc: u32,
    /// PS.
    pub ps: u32,
}

impl Display for Running<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { thread, pc, ps } = *self;
        write!(f, "**  thread \"{thread}\" PC {pc:#010x} PS {}", Status(ps))
    }
}

/// PS with its fields spelt out.
struct Status(u32);

impl Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ps = self.0;
        write!(
            f,
            "{ps:#010x} (INTLEVEL:{} EXCM:{} UM:{} RING:{})",
            ps & 0xF,
            ps >> 4 & 1,
            ps >> 5 & 1,
            ps >> 6 & 3,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::vec::Vec;

    #[test]
    fn a_report_names_core_cause_and_addresses() {
        let fault = Fault {
            core: CoreId::ALL[1],
            cause: 28,
            pc: 0xA003_1234,
            address: 0x6000_0000,
            ps: 0x0000_0025,
            registers: core::array::from_fn(|index| index as u32),
            stack: 0x100..0x200,
            depc: Some(0xA003_0300),
        };
        let mut lines = Vec::new();
        fault.report(&mut |line| lines.push(format!("{line}")));
        assert_eq!(
            lines,
            [
                "** FATAL EXCEPTION",
                "** CPU 1 EXCCAUSE 28 (load prohibited)",
                "**  PC 0xa0031234 VADDR 0x60000000",
                "**  DEPC 0xa0030300 (double exception)",
                "**  stack overflow: A1 is not in 0x00000100..0x00000200",
                "**  PS 0x00000025 (INTLEVEL:5 EXCM:0 UM:1 RING:0)",
                "**  A0 0x00000000 A1 0x00000001 A2 0x00000002 A3 0x00000003",
                "**  A4 0x00000004 A5 0x00000005 A6 0x00000006 A7 0x00000007",
                "**  A8 0x00000008 A9 0x00000009 A10 0x0000000a A11 0x0000000b",
                "**  A12 0x0000000c A13 0x0000000d A14 0x0000000e A15 0x0000000f",
                "Halting system",
            ]
        );

        let fault = Fault { cause: 0, ..fault };
        let mut lines = Vec::new();
        fault.report(&mut |line| lines.push(format!("{line}")));
        assert_eq!(lines[2], "**  PC 0xa0031234");
    }
    #[test]
    fn callers_are_code_of_the_firmware_and_of_modules() {
        let words = [
            1,
            MODULE_WINDOW.base,
            MODULE_WINDOW.base - 1,
            TEXT_AREA.base,
            MODULE_WINDOW.end() - 1,
            MODULE_WINDOW.end(),
            TEXT_AREA.end(),
        ];
        let mut lines = Vec::new();
        return_addresses(words.into_iter(), &mut |line| lines.push(format!("{line}")));
        let [first, second, third] = [words[1], words[3], words[4]];
        assert_eq!(
            lines,
            [format!(
                "**  stack {first:#010x} {second:#010x} {third:#010x}"
            )]
        );
    }
}
