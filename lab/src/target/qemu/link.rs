//! The running machine behind the [`Target`] trait.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::port::{PortId, PortMode, PortStatus};
use acelab_abi::trace::{CoreCounters, Event};
use acelab_hostlink as hostlink;
use acelab_hostlink::{Client, ClientError};

use super::children::Tracked;
use crate::target::{
    CoreState, Recording, Space, Stop, StopReason, Target, TargetError, interrupted,
};

/// More error output than this is cut.
const TEXT_MAX: u64 = 1 << 20;

/// The machine's process, where the lab has started it.
pub(super) struct Process {
    pub child: Tracked,
    pub stderr: File,
}

/// Takes up the link to a machine that somebody else has started. `watchdog`
/// is the wall-clock time after which it counts as broken when it is silent.
pub fn attach(stream: UnixStream, watchdog: Duration) -> Result<Box<dyn Target>, TargetError> {
    let client = Client::open(stream, Some(watchdog))
        .map_err(|error| TargetError::Start(error.to_string()))?;
    Ok(Box::new(Link {
        client,
        process: None,
        watchdog,
    }))
}

pub(super) struct Link {
    client: Client,
    // After the client: the link closes before the process is waited for.
    process: Option<Process>,
    watchdog: Duration,
}

impl Link {
    pub(super) fn new(client: Client, process: Process, watchdog: Duration) -> Self {
        Self {
            client,
            process: Some(process),
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
                streams: causes.streams,
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

    fn read_bar0(&mut self, offset: u32) -> Result<u32, TargetError> {
        self.client
            .read_bar0(offset)
            .map_err(|error| self.error(error))
    }

    fn write_bar0(&mut self, offset: u32, value: u32) -> Result<(), TargetError> {
        self.client
            .write_bar0(offset, value)
            .map_err(|error| self.error(error))
    }

    fn set_port(&mut self, port: PortId, mode: PortMode) -> Result<(), TargetError> {
        self.client
            .set_port(port, mode)
            .map_err(|error| self.error(error))
    }

    fn queue_source(&mut self, port: PortId, bytes: &[u8]) -> Result<(), TargetError> {
        self.client
            .queue_source(port, bytes)
            .map_err(|error| self.error(error))
    }

    fn drain_sink(&mut self, port: PortId) -> Result<Recording, TargetError> {
        let hostlink::Recording {
            start,
            frame,
            frame_bytes,
            bytes,
        } = self
            .client
            .drain_sink(port)
            .map_err(|error| self.error(error))?;
        Ok(Recording {
            start,
            frame,
            frame_bytes,
            bytes,
        })
    }

    fn port_status(&mut self, port: PortId) -> Result<PortStatus, TargetError> {
        self.client
            .port_status(port)
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

    fn counters(&mut self, core: CoreId) -> Result<CoreCounters, TargetError> {
        self.client
            .counters(core)
            .map_err(|error| self.error(error))
    }

    fn finish(self: Box<Self>) -> Result<Vec<Event>, TargetError> {
        let Self {
            client,
            process,
            watchdog,
        } = *self;
        let events = client.quit();
        let ended = process.map(|process| match &events {
            Ok(_) => process
                .child
                .wait(watchdog)
                .map_or_else(|error| error.to_string(), |status| status.to_string()),
            Err(_) => process.child.kill(),
        });
        events.map_err(|error| TargetError::Gone(format!("{error}; {}", ended.unwrap_or_default())))
    }

    fn diagnostics(&mut self) -> String {
        self.process
            .as_ref()
            .map_or_else(String::new, |process| text_of(&process.stderr))
    }
}

fn wire(space: Space) -> hostlink::Space {
    match space {
        Space::Dsp => hostlink::Space::Dsp,
        Space::Host => hostlink::Space::Bar4,
        Space::HostMemory => hostlink::Space::Host,
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
