//! Starting a machine with its end of the socket.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

/// The file descriptor at which the started process finds its end of the
/// socket: its standard input, which the machine has no other use for.
///
/// Handing the socket over as standard input needs no inheritable descriptor
/// in the lab, so nothing leaks into processes that other threads start at the
/// same moment.
pub const CHILD_FD: i32 = 0;

/// Starts `command` with one end of a new socket pair at [`CHILD_FD`] and
/// returns the other end.
///
/// The command is consumed: while it lived it would hold the machine's end
/// open in this process, and the machine's death would go unnoticed.
///
/// # Errors
/// When the pair cannot be made or the process not started.
pub fn spawn(mut command: Command) -> io::Result<(Child, UnixStream)> {
    let (ours, theirs) = UnixStream::pair()?;
    command.stdin(Stdio::from(OwnedFd::from(theirs)));
    let child = command.spawn()?;
    Ok((child, ours))
}
