//! A panic ends the call of the module, and tells the firmware why.

use core::fmt::{self, Write};
use core::panic::PanicInfo;

/// Longest text in bytes; the rest is cut off.
const MAX_TEXT: usize = 120;

unsafe extern "C" {
    fn acelab_panic(text: *const u8, bytes: usize) -> !;
}

struct Text {
    bytes: [u8; MAX_TEXT],
    len: usize,
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for (slot, byte) in self.bytes[self.len..].iter_mut().zip(text.bytes()) {
            *slot = byte;
            self.len += 1;
        }
        Ok(())
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let mut text = Text {
        bytes: [0; MAX_TEXT],
        len: 0,
    };
    // Writing to the text cannot fail.
    let _ = match info.location() {
        Some(at) => write!(text, "{}:{}: {}", at.file(), at.line(), info.message()),
        None => write!(text, "{}", info.message()),
    };
    // SAFETY: the text is valid for reads until the call is over, which is for ever.
    unsafe { acelab_panic(text.bytes.as_ptr(), text.len) }
}
