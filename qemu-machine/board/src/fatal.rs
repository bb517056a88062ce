//! A bug in the board must end QEMU with a message, and leave nothing behind.

use std::panic;

/// Exit code of the process after a panic (`EX_SOFTWARE`).
const EXIT_BUG: i32 = 70;

/// Makes every panic end the process. It cannot unwind: the callers are C.
pub fn install(abort: unsafe extern "C" fn(i32)) {
    panic::set_hook(Box::new(move |info| {
        eprintln!("ace30: internal error: {info}");
        // SAFETY: the function only ends the process.
        unsafe { abort(EXIT_BUG) }
    }));
}
