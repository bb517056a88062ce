//! Text in a buffer of fixed size.

use core::fmt;

use acelab_abi::syscall::MAX_TEXT;

/// As much of a text as `log` and `panic` take; the rest is cut off.
pub struct Text {
    bytes: [u8; MAX_TEXT],
    len: usize,
}

impl Text {
    /// The text of `arguments`.
    pub fn of(arguments: fmt::Arguments<'_>) -> Self {
        let mut text = Self {
            bytes: [0; MAX_TEXT],
            len: 0,
        };
        // It fails when the text is cut.
        let _ = fmt::write(&mut text, arguments);
        text
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let room = MAX_TEXT - self.len;
        let mut fits = part.len().min(room);
        while !part.is_char_boundary(fits) {
            fits -= 1;
        }
        self.bytes[self.len..self.len + fits].copy_from_slice(&part.as_bytes()[..fits]);
        self.len += fits;
        if fits == part.len() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(Text::of(format_args!("a {}", 7)).as_bytes(), b"a 7");
        let long = Text::of(format_args!("x{}", "é".repeat(100)));
        let text = String::from_utf8(long.as_bytes().to_vec()).expect("whole characters");
        assert_eq!((text.len(), text.chars().count()), (159, 80));
    }
}
