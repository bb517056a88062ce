//! What the machine answers.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::port::PortStatus;
use acelab_abi::trace::{CoreCounters, EVENT_BYTES, Event};

use crate::codes::{CoreRun, Status, StopReason};
use crate::error::DecodeError;
use crate::frame::{self, Frame, MAX_FRAME};
use crate::port::{self, Recording};
use crate::wire::Fields;
use crate::{MAGIC, VERSION};

/// What the machine says of itself when the link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MachineInfo {
    /// Cores it was made with, 1 to 5.
    pub cores: u8,
    /// Instructions of a core's slice.
    pub quantum: u32,
}

/// The machine's clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Virtual time.
    pub now: Nanos,
    /// Why it stopped.
    pub reason: StopReason,
}

/// Registers of a core, as a debugger would read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoreRegs {
    /// Which core.
    pub core: CoreId,
    /// What it is doing.
    pub run: CoreRun,
    /// Program counter.
    pub pc: u32,
    /// Processor state.
    pub ps: u32,
    /// First exception PC.
    pub epc1: u32,
    /// Cause of the last exception.
    pub exccause: u32,
    /// Address of the last exception.
    pub excvaddr: u32,
    /// Double exception PC.
    pub depc: u32,
    /// Vector base.
    pub vecbase: u32,
    /// Pending interrupts.
    pub interrupt: u32,
    /// Enabled interrupts.
    pub intenable: u32,
    /// Cycle counter.
    pub ccount: u32,
    /// `a0` to `a15`.
    pub ar: [u32; 16],
}

/// A message from the machine to the lab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Answers [`Request::Hello`](crate::Request::Hello).
    Hello {
        /// The machine's version.
        version: u16,
        /// What it is.
        machine: MachineInfo,
    },
    /// Answers [`Request::Resume`](crate::Request::Resume).
    Stopped(Stopped),
    /// Answers [`Request::ReadMem`](crate::Request::ReadMem).
    Data(Result<Vec<u8>, Status>),
    /// Answers what returns nothing.
    Ack(Result<(), Status>),
    /// Answers [`Request::ReadReg`](crate::Request::ReadReg).
    Value(Result<u32, Status>),
    /// Answers [`Request::CoreState`](crate::Request::CoreState).
    Core(Result<CoreRegs, Status>),
    /// Answers [`Request::Counters`](crate::Request::Counters).
    Counters(Result<Box<CoreCounters>, Status>),
    /// Answers [`Request::DrainSink`](crate::Request::DrainSink).
    Recording(Result<Recording, Status>),
    /// Answers [`Request::PortStatus`](crate::Request::PortStatus).
    PortStatus(Result<PortStatus, Status>),
    /// What happened since the last time; no answer, but sent before one.
    Events(Vec<Event>),
}

impl Reply {
    const HELLO: u8 = 0x81;
    const STOPPED: u8 = 0x82;
    const DATA: u8 = 0x83;
    const ACK: u8 = 0x84;
    const VALUE: u8 = 0x85;
    const CORE: u8 = 0x86;
    const RECORDING: u8 = 0x87;
    const PORT_STATUS: u8 = 0x88;
    const EVENTS: u8 = 0x90;
    const COUNTERS: u8 = 0xA0;

    /// The most events that one frame holds.
    pub const MAX_EVENTS: usize = (MAX_FRAME as usize - 1) / EVENT_BYTES;

    /// The message's name, for reports.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hello { .. } => "Hello",
            Self::Stopped(_) => "Stopped",
            Self::Data(_) => "Data",
            Self::Ack(_) => "Ack",
            Self::Value(_) => "Value",
            Self::Core(_) => "CoreRegs",
            Self::Counters(_) => "Counters",
            Self::Recording(_) => "Recording",
            Self::PortStatus(_) => "PortStatus",
            Self::Events(_) => "Events",
        }
    }

    /// This side's hello.
    pub const fn hello(machine: MachineInfo) -> Self {
        Self::Hello {
            version: VERSION,
            machine,
        }
    }

    /// Appends the message as a frame.
    ///
    /// # Panics
    /// With more than [`Reply::MAX_EVENTS`] events or data beyond
    /// [`MAX_TRANSFER`](crate::MAX_TRANSFER).
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Hello { version, machine } => frame::encode(out, Self::HELLO, |out| {
                out.extend(MAGIC);
                out.extend(version.to_le_bytes());
                out.push(machine.cores);
                out.extend(machine.quantum.to_le_bytes());
            }),
            Self::Stopped(Stopped { now, reason }) => frame::encode(out, Self::STOPPED, |out| {
                let (reason, arg) = reason.to_wire();
                out.extend(now.0.to_le_bytes());
                out.push(reason);
                out.extend(arg.to_le_bytes());
            }),
            Self::Data(data) => frame::encode(out, Self::DATA, |out| {
                out.push(status(data).code());
                out.extend_from_slice(data.as_deref().unwrap_or_default());
            }),
            Self::Ack(ack) => frame::encode(out, Self::ACK, |out| out.push(status(ack).code())),
            Self::Value(value) => frame::encode(out, Self::VALUE, |out| {
                out.push(status(value).code());
                out.extend(value.unwrap_or_default().to_le_bytes());
            }),
            Self::Core(regs) => frame::encode(out, Self::CORE, |out| {
                out.push(status(regs).code());
                if let Ok(regs) = regs {
                    regs.put(out);
                }
            }),
            Self::Counters(counters) => frame::encode(out, Self::COUNTERS, |out| {
                out.push(status(counters).code());
                let words = counters.iter().flat_map(|counters| counters.words());
                out.extend(words.flat_map(u64::to_le_bytes));
            }),
            Self::Recording(recording) => frame::encode(out, Self::RECORDING, |out| {
                out.push(status(recording).code());
                if let Ok(recording) = recording {
                    recording.put(out);
                }
            }),
            Self::PortStatus(port) => frame::encode(out, Self::PORT_STATUS, |out| {
                out.push(status(port).code());
                if let Ok(port) = port {
                    port::put_status(port, out);
                }
            }),
            Self::Events(events) => encode_events(out, events),
        }
    }

    /// The message a frame holds.
    ///
    /// # Errors
    /// When it holds none.
    pub fn decode(frame: Frame<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::new(frame.kind, frame.payload);
        let reply = match frame.kind {
            Self::HELLO => {
                let magic = fields.bytes()?;
                if magic != MAGIC {
                    return Err(DecodeError::BadMagic(magic));
                }
                Self::Hello {
                    version: fields.u16()?,
                    machine: MachineInfo {
                        cores: fields.u8()?,
                        quantum: fields.u32()?,
                    },
                }
            }
            Self::STOPPED => {
                let now = Nanos(fields.u64()?);
                let reason = StopReason::from_wire(fields.u8()?, fields.u32()?)?;
                Self::Stopped(Stopped { now, reason })
            }
            Self::DATA => Self::Data(match result(&mut fields)? {
                Ok(()) => Ok(fields.rest().to_vec()),
                Err(status) => Err(status),
            }),
            Self::ACK => Self::Ack(result(&mut fields)?),
            Self::VALUE => {
                let status = result(&mut fields)?;
                let value = fields.u32()?;
                if status.is_err() && value != 0 {
                    return Err(DecodeError::BadValue {
                        field: "refused value",
                        value,
                    });
                }
                Self::Value(status.map(|()| value))
            }
            Self::CORE => Self::Core(match result(&mut fields)? {
                Ok(()) => Ok(CoreRegs::take(&mut fields)?),
                Err(status) => Err(status),
            }),
            Self::COUNTERS => Self::Counters(match result(&mut fields)? {
                Ok(()) => Ok(counters(&mut fields)?),
                Err(status) => Err(status),
            }),
            Self::RECORDING => Self::Recording(match result(&mut fields)? {
                Ok(()) => Ok(Recording::take(&mut fields)?),
                Err(status) => Err(status),
            }),
            Self::PORT_STATUS => Self::PortStatus(match result(&mut fields)? {
                Ok(()) => Ok(port::take_status(&mut fields)?),
                Err(status) => Err(status),
            }),
            Self::EVENTS => Self::Events(decode_events(fields.rest())?),
            kind => return Err(DecodeError::UnknownKind(kind)),
        };
        fields.finish()?;
        Ok(reply)
    }
}

/// Appends events as one frame, of which at most [`Reply::MAX_EVENTS`] fit.
pub(crate) fn encode_events(out: &mut Vec<u8>, events: &[Event]) {
    frame::encode(out, Reply::EVENTS, |out| {
        for event in events {
            out.extend_from_slice(&event.to_bytes());
        }
    });
}

fn decode_events(bytes: &[u8]) -> Result<Vec<Event>, DecodeError> {
    let (events, rest) = bytes.as_chunks::<EVENT_BYTES>();
    if !rest.is_empty() {
        return Err(DecodeError::Trailing {
            kind: Reply::EVENTS,
            extra: rest.len(),
        });
    }
    events
        .iter()
        .map(|event| Ok(Event::from_bytes(event)?))
        .collect()
}

fn counters(fields: &mut Fields<'_>) -> Result<Box<CoreCounters>, DecodeError> {
    let mut counters = Box::new(CoreCounters::ZERO);
    for word in counters.words_mut() {
        *word = fields.u64()?;
    }
    Ok(counters)
}

fn status<T>(result: &Result<T, Status>) -> Status {
    match result {
        Ok(_) => Status::Ok,
        Err(status) => *status,
    }
}

fn result(fields: &mut Fields<'_>) -> Result<Result<(), Status>, DecodeError> {
    Ok(Status::from_code(fields.u8()?)?.into_result())
}

impl CoreRegs {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(self.core.get());
        out.push(self.run.code());
        let words = [
            self.pc,
            self.ps,
            self.epc1,
            self.exccause,
            self.excvaddr,
            self.depc,
            self.vecbase,
            self.interrupt,
            self.intenable,
            self.ccount,
        ];
        for word in words.into_iter().chain(self.ar) {
            out.extend(word.to_le_bytes());
        }
    }

    fn take(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
        let index = fields.u8()?;
        let core = CoreId::new(index).ok_or(DecodeError::BadValue {
            field: "core",
            value: index.into(),
        })?;
        let run = CoreRun::from_code(fields.u8()?)?;
        Ok(Self {
            core,
            run,
            pc: fields.u32()?,
            ps: fields.u32()?,
            epc1: fields.u32()?,
            exccause: fields.u32()?,
            excvaddr: fields.u32()?,
            depc: fields.u32()?,
            vecbase: fields.u32()?,
            interrupt: fields.u32()?,
            intenable: fields.u32()?,
            ccount: fields.u32()?,
            ar: {
                let mut ar = [0; 16];
                for word in &mut ar {
                    *word = fields.u32()?;
                }
                ar
            },
        })
    }
}
