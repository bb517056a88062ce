//! The processes that must not outlive the lab.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::Mutex;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};

use crate::target::interrupted;

static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// A child that is killed when it is let go.
pub(super) struct Tracked(Option<Child>);

impl Tracked {
    pub(super) fn new(child: Child) -> Self {
        let mut running = RUNNING
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        running.push(Pid::from_child(&child));
        drop(running);
        let tracked = Self(Some(child));
        if interrupted() {
            // The interrupt came between the start and the entry in the list.
            kill_all();
        }
        tracked
    }

    /// Waits for the child to end by itself, which it does when its link
    /// closes; kills it when it has not done so within `patience` of wall-clock time.
    pub(super) fn wait(mut self, patience: Duration) -> io::Result<ExitStatus> {
        let Some(mut child) = self.0.take() else {
            return Err(io::ErrorKind::NotFound.into());
        };
        if !ends_within(&child, patience)? {
            end(child);
            return Err(io::ErrorKind::TimedOut.into());
        }
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

/// Whether the child ends within `patience`.
fn ends_within(child: &Child, patience: Duration) -> io::Result<bool> {
    let process = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    let timeout = Timespec::try_from(patience).map_err(io::Error::other)?;
    let mut polled = [PollFd::new(&process, PollFlags::IN)];
    loop {
        match poll(&mut polled, Some(&timeout)) {
            Err(Errno::INTR) => {}
            other => return Ok(other? > 0),
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

fn forget(child: &Child) {
    let mut running = RUNNING
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    running.retain(|known| *known != Pid::from_child(child));
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
