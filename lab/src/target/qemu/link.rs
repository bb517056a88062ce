//! The running machine behind the [`Target`] trait.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::trace::Event;
use acelab_hostlink as hostlink;
use acelab_hostlink::{Client, ClientError};

use super::children::Tracked;
use crate::target::{CoreState, Space, Stop, StopReason, Target, TargetError, interrupted};

/// More error output than this is cut.
const TEXT_MAX: u64 = 1 << 20;

pub(super) struct Link {
    client: Client,
    // After the client: the link closes before the process is waited for.
    child: Tracked,
    stderr: File,
    watchdog: Duration,
}

impl Link {
    pub(super) fn new(client: Client, child: Tracked, stderr: File, watchdog: Duration) -> Self {
        Self {
            client,
            child,
            stderr,
            watchdog,
        }
    }

    fn error(&self, error: ClientError) -> TargetError {
        match error {
            ClientError::Refused { .. } => TargetError::Refused(error.to_string()),
            ClientError::Watchdog(_) => TargetError::Watchdog(self.watchdog.as_secs()),
            ClientError::Link(_) if interrupted() => TargetError::Gone("interrupted".to_owned()),
            ClientError::Link(error) => TargetError::Gone(error.to_string()),
        }
    }
}

impl Target for Link {
    fn cores(&self) -> u8 {
        self.client.machine().cores
    }

    fn resume(&mut self, until: Nanos) -> Result<Stop, TargetError> {
        let stopped = self
            .client
            .resume(until)
            .map_err(|error| self.error(error))?;
        let reason = match stopped.reason {
            hostlink::StopReason::Granted => StopReason::Granted,
            hostlink::StopReason::HostInterrupt(causes) => StopReason::HostInterrupt {
                doorbell: causes.doorbell,
                done: causes.done,
            },
            hostlink::StopReason::Exit { code } => StopReason::Exit(code),
            hostlink::StopReason::Shutdown => StopReason::Shutdown,
        };
        Ok(Stop {
            now: stopped.now,
            reason,
        })
    }

    fn take_events(&mut self) -> Vec<Event> {
        self.client.take_events()
    }

    fn read(&mut self, space: Space, address: u32, len: u32) -> Result<Vec<u8>, TargetError> {
        self.client
            .read_mem(wire(space), address, len as usize)
            .map_err(|error| self.error(error))
    }

    fn write(&mut self, space: Space, address: u32, bytes: &[u8]) -> Result<(), TargetError> {
        self.client
            .write_mem(wire(space), address, bytes)
            .map_err(|error| self.error(error))
    }

    fn read_register(&mut self, offset: u32) -> Result<u32, TargetError> {
        self.client
            .read_reg(offset)
            .map_err(|error| self.error(error))
    }

    fn write_register(&mut self, offset: u32, value: u32) -> Result<(), TargetError> {
        self.client
            .write_reg(offset, value)
            .map_err(|error| self.error(error))
    }

    fn core_state(&mut self, core: CoreId) -> Result<CoreState, TargetError> {
        let regs = self
            .client
            .core_state(core)
            .map_err(|error| self.error(error))?;
        Ok(CoreState {
            core,
            run: regs.run.to_string(),
            pc: regs.pc,
            general: regs.ar,
            special: vec![
                ("ps", regs.ps),
                ("epc1", regs.epc1),
                ("exccause", regs.exccause),
                ("excvaddr", regs.excvaddr),
                ("depc", regs.depc),
                ("vecbase", regs.vecbase),
                ("interrupt", regs.interrupt),
                ("intenable", regs.intenable),
                ("ccount", regs.ccount),
            ],
        })
    }

    fn finish(self: Box<Self>) -> Result<Vec<Event>, TargetError> {
        let Self { client, child, .. } = *self;
        match client.quit() {
            Ok(events) => {
                child
                    .wait()
                    .map_err(|error| TargetError::Gone(error.to_string()))?;
                Ok(events)
            }
            Err(error) => Err(TargetError::Gone(format!("{error}; {}", child.kill()))),
        }
    }

    fn diagnostics(&mut self) -> String {
        text_of(&self.stderr)
    }
}

fn wire(space: Space) -> hostlink::Space {
    match space {
        Space::Dsp => hostlink::Space::Dsp,
        Space::Host => hostlink::Space::Bar4,
    }
}

/// Everything written to a file so far. Reads by position: the process that
/// writes it shares the file's own position.
pub(super) fn text_of(file: &File) -> String {
    let mut bytes = vec![0; file.metadata().map_or(0, |meta| meta.len().min(TEXT_MAX)) as usize];
    // Error output is an extra; without it the report is poorer, not wrong.
    let length = file.read_at(&mut bytes, 0).unwrap_or(0);
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}
