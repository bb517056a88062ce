//! Panics: of threads of any ring and of handlers alike they are a system call
//! with the text. The kernel stops a user thread; a kernel thread takes the DSP
//! with it. In a handler the instruction goes to the kernel vector, and so to
//! the report of a fatal exception.

use core::fmt::{self, Write};
use core::panic::PanicInfo;

use acelab_abi::syscall::{MAX_TEXT, Syscall};

/// The text under construction; what does not fit is cut.
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
        // A build without places has line 0 everywhere.
        Some(at) if at.line() > 0 => {
            write!(text, "{}:{}: {}", at.file(), at.line(), info.message())
        }
        _ => write!(text, "{}", info.message()),
    };
    let arguments = [text.bytes.as_ptr().addr(), text.len, 0, 0, 0];
    loop {
        // SAFETY: the text is valid for reads during the call.
        let _ = unsafe { acelab_user::syscall(Syscall::Panic.number() as usize, arguments) };
    }
}

/// The text of a panic of kernel code.
///
/// # Safety
/// `address` and `len` are what [`panic`] has passed in kernel code, on a stack
/// that has not been left.
pub unsafe fn kernel_text(address: u32, len: u32) -> &'static str {
    let start = core::ptr::with_exposed_provenance::<u8>(address as usize);
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(start, (len as usize).min(MAX_TEXT)) };
    match core::str::from_utf8(bytes) {
        Ok(text) => text,
        // The cut has hit the middle of a character.
        Err(error) => core::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}
