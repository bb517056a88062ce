//! The machine's end of the link.

use std::io::{Read, Write};

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::port::{PortId, PortMode, PortStatus};
use acelab_abi::trace::{CoreCounters, Event};

use crate::codes::{Space, Status};
use crate::error::LinkError;
use crate::frame::{FrameReader, Polled};
use crate::port::Recording;
use crate::reply::{CoreRegs, MachineInfo, Reply, Stopped, encode_events};
use crate::request::Request;
use crate::{MAX_TRANSFER, VERSION};

/// What the server asks of the machine while its clock stands.
pub trait Machine {
    /// What the machine is.
    fn info(&self) -> MachineInfo;

    /// Reads memory.
    ///
    /// # Errors
    /// The status to answer with.
    fn read_mem(&mut self, space: Space, addr: u32, bytes: &mut [u8]) -> Result<(), Status>;

    /// Writes memory.
    ///
    /// # Errors
    /// The status to answer with.
    fn write_mem(&mut self, space: Space, addr: u32, bytes: &[u8]) -> Result<(), Status>;

    /// Reads a BAR4 register.
    ///
    /// # Errors
    /// The status to answer with.
    fn read_reg(&mut self, addr: u32) -> Result<u32, Status>;

    /// Writes a BAR4 register.
    ///
    /// # Errors
    /// The status to answer with.
    fn write_reg(&mut self, addr: u32, value: u32) -> Result<(), Status>;

    /// Reads a BAR0 register.
    ///
    /// # Errors
    /// The status to answer with.
    fn read_bar0(&mut self, addr: u32) -> Result<u32, Status>;

    /// Writes a BAR0 register.
    ///
    /// # Errors
    /// The status to answer with.
    fn write_bar0(&mut self, addr: u32, value: u32) -> Result<(), Status>;

    /// Sets what is outside of a port.
    ///
    /// # Errors
    /// The status to answer with.
    fn set_port(&mut self, port: PortId, mode: PortMode) -> Result<(), Status>;

    /// Queues what a port shall receive.
    ///
    /// # Errors
    /// The status to answer with.
    fn queue_source(&mut self, port: PortId, bytes: &[u8]) -> Result<(), Status>;

    /// Takes up to `len` bytes of what a port has sent.
    ///
    /// # Errors
    /// The status to answer with.
    fn drain_sink(&mut self, port: PortId, len: usize) -> Result<Recording, Status>;

    /// How a port stands.
    ///
    /// # Errors
    /// The status to answer with.
    fn port_status(&mut self, port: PortId) -> Result<PortStatus, Status>;

    /// The registers of a core.
    ///
    /// # Errors
    /// The status to answer with.
    fn core_state(&mut self, core: CoreId) -> Result<CoreRegs, Status>;

    /// What a core has done so far.
    ///
    /// # Errors
    /// The status to answer with.
    fn counters(&mut self, core: CoreId) -> Result<CoreCounters, Status>;

    /// Moves the events since the last call to the end of `events`.
    fn drain_events(&mut self, events: &mut Vec<Event>);
}

/// What became of one call of [`Server::serve`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// No request came within the stream's read timeout.
    Waiting,
    /// A request was answered; another may follow.
    Answered,
    /// The lab grants time: run, then report with [`Server::stopped`].
    Resume {
        /// The end of the grant.
        until: Nanos,
    },
    /// The lab is done with the machine; it has been acknowledged.
    Quit,
}

/// Answers the lab's requests.
///
/// The server is either waiting for requests or, between
/// [`Served::Resume`] and [`Server::stopped`], silent.
#[derive(Debug)]
pub struct Server<S> {
    reader: FrameReader<S>,
    out: Vec<u8>,
    events: Vec<Event>,
    open: bool,
}

impl<S: Read + Write> Server<S> {
    /// A server on one end of a stream socket. Give the stream a read timeout
    /// for [`Server::serve`] to come back without a request.
    pub fn new(stream: S) -> Self {
        Self {
            reader: FrameReader::new(stream),
            out: Vec::new(),
            events: Vec::new(),
            open: false,
        }
    }

    /// Waits for one request and answers it.
    ///
    /// # Errors
    /// When the lab is gone or breaks the protocol. The machine ends then.
    pub fn serve(&mut self, machine: &mut impl Machine) -> Result<Served, LinkError> {
        let request = match self.reader.poll()? {
            Polled::Pending => return Ok(Served::Waiting),
            Polled::Frame(frame) => Request::decode(frame)?,
        };
        if self.open == matches!(request, Request::Hello { .. }) {
            let expected = if self.open { "a request" } else { "Hello" };
            return Err(LinkError::Unexpected {
                got: request.name(),
                expected,
            });
        }
        let reply = match request {
            Request::Hello { version } => return self.hello(version, machine),
            Request::Resume { until } => return Ok(Served::Resume { until }),
            Request::Quit => {
                self.answer(&Reply::Ack(Ok(())), machine)?;
                return Ok(Served::Quit);
            }
            Request::ReadMem { space, addr, len } => {
                let mut bytes = vec![0; (len as usize).min(MAX_TRANSFER)];
                Reply::Data(machine.read_mem(space, addr, &mut bytes).map(|()| bytes))
            }
            Request::WriteMem { space, addr, bytes } => {
                Reply::Ack(machine.write_mem(space, addr, &bytes))
            }
            Request::ReadReg { addr } => Reply::Value(machine.read_reg(addr)),
            Request::WriteReg { addr, value } => Reply::Ack(machine.write_reg(addr, value)),
            Request::ReadBar0 { addr } => Reply::Value(machine.read_bar0(addr)),
            Request::WriteBar0 { addr, value } => Reply::Ack(machine.write_bar0(addr, value)),
            Request::SetPort { port, mode } => Reply::Ack(machine.set_port(port, mode)),
            Request::QueueSource { port, bytes } => Reply::Ack(machine.queue_source(port, &bytes)),
            Request::DrainSink { port, len } => {
                Reply::Recording(machine.drain_sink(port, len as usize))
            }
            Request::PortStatus { port } => Reply::PortStatus(machine.port_status(port)),
            Request::CoreState { core } => Reply::Core(machine.core_state(core)),
            Request::Counters { core } => Reply::Counters(machine.counters(core).map(Box::new)),
        };
        self.answer(&reply, machine)?;
        Ok(Served::Answered)
    }

    /// Reports that the machine's clock stands: the answer to
    /// [`Served::Resume`].
    ///
    /// # Errors
    /// When the lab is gone.
    pub fn stopped(
        &mut self,
        stopped: Stopped,
        machine: &mut impl Machine,
    ) -> Result<(), LinkError> {
        self.answer(&Reply::Stopped(stopped), machine)
    }

    /// The machine has said its version even when the lab's is another, so
    /// that both can name the difference.
    fn hello(&mut self, theirs: u16, machine: &mut impl Machine) -> Result<Served, LinkError> {
        self.answer(&Reply::hello(machine.info()), machine)?;
        if theirs != VERSION {
            return Err(LinkError::Version {
                theirs,
                ours: VERSION,
            });
        }
        self.open = true;
        Ok(Served::Answered)
    }

    /// Sends what happened and then the answer, in one write.
    fn answer(&mut self, reply: &Reply, machine: &mut impl Machine) -> Result<(), LinkError> {
        self.out.clear();
        machine.drain_events(&mut self.events);
        for events in self.events.chunks(Reply::MAX_EVENTS) {
            encode_events(&mut self.out, events);
        }
        self.events.clear();
        reply.encode(&mut self.out);
        let stream = self.reader.stream_mut();
        stream.write_all(&self.out)?;
        stream.flush()?;
        Ok(())
    }
}
