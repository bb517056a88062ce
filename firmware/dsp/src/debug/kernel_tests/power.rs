//! Threads that keep a core from being switched off.

use acelab_user::{Duration, sleep};

use super::sandbox::{Sandbox, threads};
use super::{Env, Outcome, passed};

threads! {
    /// Sleeps for so many milliseconds, and touches nothing.
    fn stays(_, number) {
        sleep(Duration::from_millis(number))?;
        0
    }
}

/// See the list.
pub fn thread_stay(env: &Env) -> Outcome {
    let [millis, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    // It outlives the test: it belongs to nobody then, and its domain goes with
    // it.
    let thread = sandbox.builder("stays", stays, millis).spawn()?;
    thread.leak();
    passed()
}
