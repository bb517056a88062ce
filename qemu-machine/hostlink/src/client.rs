//! The lab's end of the link.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::port::{PortId, PortMode, PortStatus};
use acelab_abi::trace::{CoreCounters, Event};

use crate::codes::{Space, Status};
use crate::error::LinkError;
use crate::frame::{FrameReader, Polled};
use crate::port::Recording;
use crate::reply::{CoreRegs, MachineInfo, Reply, Stopped};
use crate::request::Request;
use crate::{MAX_TRANSFER, VERSION};

/// A request did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The link is of no use any more.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The machine did not answer within the watchdog's time.
    #[error("the machine has not answered for {0:?}")]
    Watchdog(Duration),
    /// The machine answered that it cannot. The link works on.
    #[error("{what}: {status}")]
    Refused {
        /// What was asked, with its address.
        what: String,
        /// The machine's answer.
        status: Status,
    },
}

impl From<std::io::Error> for ClientError {
    fn from(error: std::io::Error) -> Self {
        Self::Link(error.into())
    }
}

impl ClientError {
    /// Whether the machine closed its end or died.
    pub const fn is_peer_gone(&self) -> bool {
        matches!(self, Self::Link(LinkError::PeerGone))
    }
}

/// Speaks to one machine. Every call blocks until the machine has answered.
#[derive(Debug)]
pub struct Client {
    reader: FrameReader<UnixStream>,
    out: Vec<u8>,
    events: Vec<Event>,
    machine: MachineInfo,
    watchdog: Option<Duration>,
}

impl Client {
    /// Opens the link on the lab's end of the socket. The machine stands at
    /// time zero before its first instruction.
    ///
    /// `watchdog` is how long, by the wall clock, an answer may take; it
    /// exists to report that the machine hangs, and no result depends on it.
    ///
    /// # Errors
    /// When the machine is gone, silent, or speaks another version.
    pub fn open(stream: UnixStream, watchdog: Option<Duration>) -> Result<Self, ClientError> {
        stream.set_read_timeout(watchdog)?;
        let mut client = Self {
            reader: FrameReader::new(stream),
            out: Vec::new(),
            events: Vec::new(),
            machine: MachineInfo {
                cores: 0,
                quantum: 0,
            },
            watchdog,
        };
        match client.ask(&Request::Hello { version: VERSION })? {
            Reply::Hello {
                version: VERSION,
                machine,
            } => client.machine = machine,
            Reply::Hello {
                version: theirs, ..
            } => {
                return Err(LinkError::Version {
                    theirs,
                    ours: VERSION,
                }
                .into());
            }
            other => return Err(unexpected(&other, "Hello")),
        }
        Ok(client)
    }

    /// What the machine said of itself.
    pub const fn machine(&self) -> MachineInfo {
        self.machine
    }

    /// Lets virtual time run to `until`, or to whatever stops the machine
    /// before.
    ///
    /// # Errors
    /// When the link fails.
    pub fn resume(&mut self, until: Nanos) -> Result<Stopped, ClientError> {
        match self.ask(&Request::Resume { until })? {
            Reply::Stopped(stopped) => Ok(stopped),
            other => Err(unexpected(&other, "Stopped")),
        }
    }

    /// Reads memory of any length.
    ///
    /// # Errors
    /// When the link fails or the machine refuses.
    pub fn read_mem(
        &mut self,
        space: Space,
        addr: u32,
        len: usize,
    ) -> Result<Vec<u8>, ClientError> {
        let mut bytes = Vec::new();
        while bytes.len() < len {
            let part = (len - bytes.len()).min(MAX_TRANSFER);
            let addr = addr.wrapping_add(bytes.len() as u32);
            let data = match self.ask(&Request::ReadMem {
                space,
                addr,
                len: part as u32,
            })? {
                Reply::Data(data) => refused(data, || format!("read {space} {addr:#010x}"))?,
                other => return Err(unexpected(&other, "Data")),
            };
            if data.len() != part {
                let expected = "Data of the length asked for";
                return Err(LinkError::Unexpected {
                    got: "Data",
                    expected,
                }
                .into());
            }
            bytes.extend(data);
        }
        Ok(bytes)
    }

    /// Writes memory of any length.
    ///
    /// # Errors
    /// When the link fails or the machine refuses. Earlier parts of a long
    /// transfer stay written.
    pub fn write_mem(&mut self, space: Space, addr: u32, bytes: &[u8]) -> Result<(), ClientError> {
        for (index, part) in bytes.chunks(MAX_TRANSFER).enumerate() {
            let addr = addr.wrapping_add((index * MAX_TRANSFER) as u32);
            self.out.clear();
            Request::encode_write_mem(&mut self.out, space, addr, part);
            let ack = self.exchange()?;
            acknowledged(ack, || format!("write {space} {addr:#010x}"))?;
        }
        Ok(())
    }

    /// Reads a BAR4 register.
    ///
    /// # Errors
    /// When the link fails or the machine refuses.
    pub fn read_reg(&mut self, addr: u32) -> Result<u32, ClientError> {
        match self.ask(&Request::ReadReg { addr })? {
            Reply::Value(value) => refused(value, || format!("read register {addr:#x}")),
            other => Err(unexpected(&other, "Value")),
        }
    }

    /// Writes a BAR4 register.
    ///
    /// # Errors
    /// When the link fails or the machine refuses.
    pub fn write_reg(&mut self, addr: u32, value: u32) -> Result<(), ClientError> {
        let ack = self.ask(&Request::WriteReg { addr, value })?;
        acknowledged(ack, || format!("write register {addr:#x}"))
    }

    /// Reads a BAR0 register.
    ///
    /// # Errors
    /// When the link fails or the machine refuses.
    pub fn read_bar0(&mut self, addr: u32) -> Result<u32, ClientError> {
        match self.ask(&Request::ReadBar0 { addr })? {
            Reply::Value(value) => refused(value, || format!("read bar0+{addr:#x}")),
            other => Err(unexpected(&other, "Value")),
        }
    }

    /// Writes a BAR0 register.
    ///
    /// # Errors
    /// When the link fails or the machine refuses.
    pub fn write_bar0(&mut self, addr: u32, value: u32) -> Result<(), ClientError> {
        let ack = self.ask(&Request::WriteBar0 { addr, value })?;
        acknowledged(ack, || format!("write bar0+{addr:#x}"))
    }

    /// Sets what is outside of a port.
    ///
    /// # Errors
    /// When the link fails or the machine refuses.
    pub fn set_port(&mut self, port: PortId, mode: PortMode) -> Result<(), ClientError> {
        let ack = self.ask(&Request::SetPort { port, mode })?;
        acknowledged(ack, || format!("mode of {port}"))
    }

    /// Queues what a port shall receive, of any length.
    ///
    /// # Errors
    /// When the link fails or the machine refuses. Earlier parts of a long
    /// transfer stay queued.
    pub fn queue_source(&mut self, port: PortId, bytes: &[u8]) -> Result<(), ClientError> {
        for part in bytes.chunks(MAX_TRANSFER) {
            self.out.clear();
            Request::encode_queue_source(&mut self.out, port, part);
            let ack = self.exchange()?;
            acknowledged(ack, || format!("queue for {port}"))?;
        }
        Ok(())
    }

    /// Fetches what a port has sent: the oldest part of it that has no gap, up
    /// to [`MAX_TRANSFER`] bytes. No bytes: there is no more.
    ///
    /// # Errors
    /// When the link fails or the machine refuses.
    pub fn drain_sink(&mut self, port: PortId) -> Result<Recording, ClientError> {
        let len = MAX_TRANSFER as u32;
        match self.ask(&Request::DrainSink { port, len })? {
            Reply::Recording(recording) => refused(recording, || format!("recording of {port}")),
            other => Err(unexpected(&other, "Recording")),
        }
    }

    /// Asks how a port stands.
    ///
    /// # Errors
    /// When the link fails or the machine refuses.
    pub fn port_status(&mut self, port: PortId) -> Result<PortStatus, ClientError> {
        match self.ask(&Request::PortStatus { port })? {
            Reply::PortStatus(status) => refused(status, || format!("status of {port}")),
            other => Err(unexpected(&other, "PortStatus")),
        }
    }

    /// Reads the registers of a core.
    ///
    /// # Errors
    /// When the link fails or the machine has no such core.
    pub fn core_state(&mut self, core: CoreId) -> Result<CoreRegs, ClientError> {
        match self.ask(&Request::CoreState { core })? {
            Reply::Core(regs) => refused(regs, || format!("state of core {core}")),
            other => Err(unexpected(&other, "CoreRegs")),
        }
    }

    /// Reads what a core has done so far.
    ///
    /// # Errors
    /// When the link fails or the machine has no such core.
    pub fn counters(&mut self, core: CoreId) -> Result<CoreCounters, ClientError> {
        match self.ask(&Request::Counters { core })? {
            Reply::Counters(counters) => {
                let counters = refused(counters, || format!("counters of core {core}"))?;
                Ok(*counters)
            }
            other => Err(unexpected(&other, "Counters")),
        }
    }

    /// Ends the machine.
    ///
    /// # Errors
    /// When the link fails before the machine has acknowledged.
    pub fn quit(mut self) -> Result<Vec<Event>, ClientError> {
        let ack = self.ask(&Request::Quit)?;
        acknowledged(ack, || "quit".into())?;
        Ok(self.events)
    }

    /// The events that came since the last call, in the order they happened.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    fn ask(&mut self, request: &Request) -> Result<Reply, ClientError> {
        self.out.clear();
        request.encode(&mut self.out);
        self.exchange()
    }

    /// Sends what is encoded and waits for the answer, keeping events.
    fn exchange(&mut self) -> Result<Reply, ClientError> {
        self.reader.stream_mut().write_all(&self.out)?;
        loop {
            let reply = match self.reader.poll()? {
                Polled::Frame(frame) => Reply::decode(frame).map_err(LinkError::from)?,
                // The stream is blocking, so only the watchdog's time ends a
                // read without data.
                Polled::Pending => {
                    return Err(ClientError::Watchdog(self.watchdog.unwrap_or_default()));
                }
            };
            match reply {
                Reply::Events(events) => self.events.extend(events),
                answer => return Ok(answer),
            }
        }
    }
}

fn unexpected(got: &Reply, expected: &'static str) -> ClientError {
    LinkError::Unexpected {
        got: got.name(),
        expected,
    }
    .into()
}

fn refused<T>(answer: Result<T, Status>, what: impl FnOnce() -> String) -> Result<T, ClientError> {
    answer.map_err(|status| ClientError::Refused {
        what: what(),
        status,
    })
}

fn acknowledged(reply: Reply, what: impl FnOnce() -> String) -> Result<(), ClientError> {
    match reply {
        Reply::Ack(ack) => refused(ack, what),
        other => Err(unexpected(&other, "Ack")),
    }
}
