//! Names of threads.

use core::fmt;

/// The name of a thread.
#[derive(Default)]
pub struct Name {
    bytes: [u8; 16],
    len: usize,
}

impl Name {
    /// As text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or("DP")
    }
}

impl fmt::Write for Name {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            *self.bytes.get_mut(self.len).ok_or(fmt::Error)? = byte;
            self.len += 1;
        }
        Ok(())
    }
}
