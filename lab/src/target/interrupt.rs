//! The user's wish to stop.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether the user has asked the lab to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Notes the wish; true if it is not the first one.
pub fn interrupt() -> bool {
    INTERRUPTED.swap(true, Ordering::SeqCst)
}

/// From now on the first Ctrl-C (or SIGTERM, SIGHUP) calls `stop` and lets the
/// lab report what it has; the second ends the lab.
pub fn on_interrupt(stop: impl Fn() + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            for signal in signals.forever() {
                if interrupt() {
                    std::process::exit(128 + signal);
                }
                stop();
            }
        })?;
    Ok(())
}
