//! Bytes of anybody as text for the log.

use core::fmt::{self, Display, Write};

/// Bytes that a thread wants to be logged: what is not printable ASCII becomes a
/// full stop, so that a thread cannot forge lines or break the log's encoding.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a>(
    /// The bytes.
    pub &'a [u8],
);

impl Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            let printable = (0x20..0x7F).contains(byte);
            f.write_char(if printable { char::from(*byte) } else { '.' })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn what_cannot_be_printed_is_a_full_stop() {
        let text = format!("{}", Printable(b"a b~\n\x1B\xFF\x7Fc"));
        assert_eq!(text, "a b~....c");
    }
}
