//! The processes that must not outlive the lab.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::Mutex;

use rustix::process::{Pid, Signal, kill_process};

use crate::target::interrupted;

static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// A child that is killed when it is let go.
pub(super) struct Tracked(Option<Child>);

impl Tracked {
    pub(super) fn new(child: Child) -> Self {
        let mut running = RUNNING
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        running.extend(pid(&child));
        drop(running);
        let tracked = Self(Some(child));
        if interrupted() {
            // The interrupt came between the start and the entry in the list.
            kill_all();
        }
        tracked
    }

    /// Waits for the child to end by itself, which it does when its link closes.
    pub(super) fn wait(mut self) -> io::Result<ExitStatus> {
        let Some(mut child) = self.0.take() else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let status = child.wait();
        forget(&child);
        status
    }

    /// Kills the child and says how it ended.
    pub(super) fn kill(mut self) -> String {
        self.0.take().map_or_else(String::new, end)
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        if let Some(child) = self.0.take() {
            end(child);
        }
    }
}

fn end(mut child: Child) -> String {
    // If it has ended already, its own status is the one that matters.
    let status = match child.try_wait() {
        Ok(Some(status)) => Ok(status),
        _ => child.kill().and_then(|()| child.wait()),
    };
    forget(&child);
    status.map_or_else(|error| error.to_string(), |status| status.to_string())
}

fn pid(child: &Child) -> Option<Pid> {
    Pid::from_raw(i32::try_from(child.id()).ok()?)
}

fn forget(child: &Child) {
    let mut running = RUNNING
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    running.retain(|known| Some(*known) != pid(child));
}

/// Kills every machine. Their links break, and the threads that drive them notice.
pub fn kill_all() {
    let running = RUNNING
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    for pid in running.iter() {
        // A process that has just ended needs no killing.
        let _ = kill_process(*pid, Signal::KILL);
    }
}
