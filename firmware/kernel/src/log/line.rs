//! One line of text under construction.

use core::fmt::{self, Write};

use acelab_abi::log::{Level, MAX_LINE_BYTES};

/// A line with its newline; text that does not fit is cut.
pub struct Line {
    bytes: [u8; MAX_LINE_BYTES],
    len: usize,
}

impl Line {
    /// `[    s.µµµµµµ] <lvl> module: text\n`; `micros` is the wall clock in µs.
    #[must_use]
    pub fn new(micros: u64, level: Level, module: &str, text: fmt::Arguments<'_>) -> Self {
        let mut line = Self {
            bytes: [0; MAX_LINE_BYTES],
            len: 0,
        };
        let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
        // Writing to a line cannot fail: what does not fit is dropped.
        let _ = write!(
            line,
            "[{seconds:5}.{micros:06}] <{}> {module}: ",
            level.tag()
        );
        let _ = line.write_fmt(text);
        line.bytes[line.len] = b'\n';
        line.len += 1;
        line
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
        for (slot, byte) in self.bytes[self.len..].iter_mut().zip(text[..cut].bytes()) {
            // A line is one line, whatever an argument holds.
            *slot = if byte == b'\n' { b' ' } else { byte };
        }
        self.len += cut;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::String;

    fn text(line: &Line) -> String {
        String::from_utf8(line.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn shape_is_that_of_the_reference() {
        let line = Line::new(
            123,
            Level::Info,
            "ipc",
            format_args!("rx\t: {:#x}|{:#x}", 0x47000000, 0),
        );
        assert_eq!(
            text(&line),
            "[    0.000123] <inf> ipc: rx\t: 0x47000000|0x0\n"
        );
        let line = Line::new(51_966_658, Level::Error, "os", format_args!("x"));
        assert_eq!(text(&line), "[   51.966658] <err> os: x\n");
    }

    proptest! {
        #[test]
        fn every_line_is_one_line_of_text(micros in any::<u64>(), module in ".{0,20}", body in ".{0,400}") {
            let line = Line::new(micros, Level::Debug, &module, format_args!("{body}"));
            let text = text(&line);
            prop_assert!(text.len() <= MAX_LINE_BYTES);
            prop_assert!(text.ends_with('\n'));
            prop_assert_eq!(text.matches('\n').count(), 1);
        }
    }
}
