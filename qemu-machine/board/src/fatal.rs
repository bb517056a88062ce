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

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    const CHILD: &str = "ACELAB_BOARD_PANICS";

    extern "C" fn leave(code: i32) {
        std::process::exit(code)
    }

    #[test]
    fn a_panic_ends_the_process_with_a_message() {
        if std::env::var_os(CHILD).is_some() {
            install(leave);
            panic!("the sky falls");
        }
        let this = std::env::current_exe().expect("a test is a program");
        let name = "fatal::tests::a_panic_ends_the_process_with_a_message";
        let output = Command::new(this)
            .args(["--exact", name, "--nocapture"])
            .env(CHILD, "1")
            .output()
            .expect("it starts again");
        assert_eq!(output.status.code(), Some(EXIT_BUG));
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(message.contains("ace30: internal error"), "{message}");
        assert!(message.contains("the sky falls"), "{message}");
    }
}
