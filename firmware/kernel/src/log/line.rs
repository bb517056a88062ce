//! One line of text under construction.

use core::fmt::{self, Write};

use acelab_abi::log::{Level, MAX_LINE_BYTES};

/// `[    s.µµµµµµ]`, before the time is filled in.
const STAMP: &str = "[    0.000000]";
/// Columns of the seconds, right-aligned.
const SECONDS: core::ops::Range<usize> = 1..6;
/// Columns of the microseconds.
const MICROS: core::ops::Range<usize> = 7..13;

/// A line with its newline; text that does not fit is cut.
pub struct Line {
    bytes: [u8; MAX_LINE_BYTES],
    len: usize,
}

impl Line {
    /// `[    0.000000] <lvl> module: text\n`, to be stamped. A line is large:
    /// it is made where it is used.
    #[must_use]
    #[inline(always)]
    pub fn new(level: Level, module: &str, text: fmt::Arguments<'_>) -> Self {
        let mut line = Self {
            bytes: [0; MAX_LINE_BYTES],
            len: 0,
        };
        line.fill(level, module, text);
        line
    }

    fn fill(&mut self, level: Level, module: &str, text: fmt::Arguments<'_>) {
        // Writing to a line cannot fail: what does not fit is dropped.
        for part in [STAMP, " <", level.tag(), "> ", module, ": "] {
            let _ = self.write_str(part);
        }
        let _ = self.write_fmt(text);
        self.bytes[self.len] = b'\n';
        self.len += 1;
    }

    /// Fills in the time, in µs of the wall clock. This is apart from the
    /// formatting because it must happen when the line goes into its ring, with
    /// interrupts masked, or lines would not be in the order of their times.
    /// The seconds start again at 100 000.
    pub fn stamp(&mut self, micros: u64) {
        // 64-bit division is slow: once is enough.
        let whole = micros / 1_000_000;
        let mut micros = (micros - whole * 1_000_000) as u32;
        let mut seconds = whole as u32 % 100_000;
        for slot in self.bytes[MICROS].iter_mut().rev() {
            *slot = b'0' + (micros % 10) as u8;
            micros /= 10;
        }
        for (column, slot) in self.bytes[SECONDS].iter_mut().rev().enumerate() {
            let blank = seconds == 0 && column > 0;
            *slot = if blank {
                b' '
            } else {
                b'0' + (seconds % 10) as u8
            };
            seconds /= 10;
        }
    }

    /// The text with its newline.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // The last byte is kept for the newline.
        let room = MAX_LINE_BYTES - 1 - self.len;
        let mut cut = text.len().min(room);
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        let room = &mut self.bytes[self.len..self.len + cut];
        for (slot, byte) in room.iter_mut().zip(text.as_bytes()) {
            // A line is one line, whatever an argument holds.
            *slot = if *byte == b'\n' { b' ' } else { *byte };
        }
        self.len += cut;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::{String, ToString};

    fn text(line: &Line) -> String {
        String::from_utf8(line.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn shape_is_that_of_the_reference() {
        let rx = format_args!("rx\t: {:#x}|{:#x}", 0x4700_0000, 0).to_string();
        let mut line = Line::new(Level::Info, "ipc", format_args!("{rx}"));
        line.stamp(123);
        assert_eq!(
            text(&line),
            "[    0.000123] <inf> ipc: rx\t: 0x47000000|0x0\n"
        );
        let mut line = Line::new(Level::Error, "os", format_args!("x"));
        line.stamp(51_966_658);
        assert_eq!(text(&line), "[   51.966658] <err> os: x\n");
    }

    proptest! {
        #[test]
        fn a_stamp_is_the_time(micros in 0u64..100_000_000_000) {
            let mut line = Line::new(Level::Info, "m", format_args!("t"));
            line.stamp(micros);
            let expected =
                std::format!("[{:5}.{:06}] <inf> m: t\n", micros / 1_000_000, micros % 1_000_000);
            prop_assert_eq!(text(&line), expected);
        }
    }

    proptest! {
        #[test]
        fn every_line_is_one_line_of_text(module in ".{0,20}", body in "(?s).{0,400}") {
            let line = Line::new(Level::Debug, &module, format_args!("{body}"));
            let text = text(&line);
            prop_assert!(text.len() <= MAX_LINE_BYTES);
            prop_assert!(text.ends_with('\n'));
            prop_assert_eq!(text.matches('\n').count(), 1);
        }
    }
}
