//! Lines in the core's log, and the end of a thread with a message.

use core::fmt;

pub use acelab_abi::log::Level;
use acelab_abi::syscall::Syscall;

use crate::Result;
use crate::raw::call;
use crate::text::Text;

/// Writes a line; what is longer than a line is cut.
pub fn write(level: Level, text: fmt::Arguments<'_>) -> Result<()> {
    let text = Text::of(text);
    let bytes = text.as_bytes();
    let args = [
        level as usize,
        bytes.as_ptr().expose_provenance(),
        bytes.len(),
    ];
    // SAFETY: the kernel reads the text.
    unsafe { call(Syscall::Log, args) }.map(drop)
}

/// Ends the calling thread with a message. A user thread ends alone; a kernel
/// thread takes the DSP with it.
pub fn panic(text: fmt::Arguments<'_>) -> ! {
    let text = Text::of(text);
    let bytes = text.as_bytes();
    loop {
        // SAFETY: the kernel reads the text. It does not return.
        let _ = unsafe {
            call(
                Syscall::Panic,
                [bytes.as_ptr().expose_provenance(), bytes.len()],
            )
        };
    }
}

/// `log!(Info, "format", args…)`: a line in the core's log. A line that the
/// kernel does not take is lost.
#[macro_export]
macro_rules! log {
    ($level:ident, $($text:tt)+) => {
        _ = $crate::log::write($crate::log::Level::$level, format_args!($($text)+))
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::fake;
    use core::{ptr, slice};
    use std::string::String;

    #[test]
    fn a_line_goes_out_with_its_level_and_length() {
        fake::install(|call, args| {
            assert_eq!(call, Syscall::Log);
            assert_eq!(args[0], Level::Warning as usize);
            let text = ptr::with_exposed_provenance::<u8>(args[1]);
            // SAFETY: the call comes with a valid text.
            let text = unsafe { slice::from_raw_parts(text, args[2]) };
            assert_eq!(String::from_utf8_lossy(text), "core 3 is odd");
            Ok((0, 0))
        });
        write(Level::Warning, format_args!("core {} is odd", 3)).expect("a line");
        crate::log!(Warning, "core {} is odd", 3);
    }
}
