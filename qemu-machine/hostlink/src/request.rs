//! What the lab asks of the machine.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::port::{PortId, PortMode};

use crate::codes::Space;
use crate::error::DecodeError;
use crate::frame::{self, Frame};
use crate::port;
use crate::wire::Fields;
use crate::{MAGIC, MAX_TRANSFER};

/// A message from the lab to the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Opens the link; the first request and only that.
    Hello {
        /// The lab's version.
        version: u16,
    },
    /// Runs virtual time until `until` or until something stops the machine
    /// before; answered by [`Reply::Stopped`](crate::Reply::Stopped).
    Resume {
        /// The end of the grant.
        until: Nanos,
    },
    /// Reads memory; answered by data.
    ReadMem {
        /// Which addresses.
        space: Space,
        /// The first.
        addr: u32,
        /// Bytes, at most [`MAX_TRANSFER`].
        len: u32,
    },
    /// Writes memory; answered by an acknowledge.
    WriteMem {
        /// Which addresses.
        space: Space,
        /// The first.
        addr: u32,
        /// What to write, at most [`MAX_TRANSFER`] bytes.
        bytes: Vec<u8>,
    },
    /// Reads a BAR4 register; answered by a value.
    ReadReg {
        /// BAR4 offset.
        addr: u32,
    },
    /// Writes a BAR4 register; answered by an acknowledge.
    WriteReg {
        /// BAR4 offset.
        addr: u32,
        /// What to write.
        value: u32,
    },
    /// Reads a BAR0 register; answered by a value.
    ReadBar0 {
        /// BAR0 offset.
        addr: u32,
    },
    /// Writes a BAR0 register; answered by an acknowledge.
    WriteBar0 {
        /// BAR0 offset.
        addr: u32,
        /// What to write.
        value: u32,
    },
    /// Sets what is outside of a port; answered by an acknowledge.
    SetPort {
        /// The port.
        port: PortId,
        /// What is to be outside.
        mode: PortMode,
    },
    /// Queues what a port shall receive; answered by an acknowledge.
    QueueSource {
        /// The port.
        port: PortId,
        /// Frames, at most [`MAX_TRANSFER`] bytes.
        bytes: Vec<u8>,
    },
    /// Fetches what a port has sent; answered by a recording.
    DrainSink {
        /// The port.
        port: PortId,
        /// The most bytes to fetch, at most [`MAX_TRANSFER`].
        len: u32,
    },
    /// Asks how a port stands; answered by its status.
    PortStatus {
        /// The port.
        port: PortId,
    },
    /// Asks what a core is doing; answered by its registers.
    CoreState {
        /// Which core.
        core: CoreId,
    },
    /// Asks what a core has done so far; answered by its counters.
    Counters {
        /// Which core.
        core: CoreId,
    },
    /// Ends the machine; acknowledged before it goes.
    Quit,
}

impl Request {
    const HELLO: u8 = 0x01;
    const RESUME: u8 = 0x02;
    const READ_MEM: u8 = 0x03;
    const WRITE_MEM: u8 = 0x04;
    const READ_REG: u8 = 0x05;
    const WRITE_REG: u8 = 0x06;
    const CORE_STATE: u8 = 0x07;
    const QUIT: u8 = 0x08;
    const READ_BAR0: u8 = 0x10;
    const WRITE_BAR0: u8 = 0x11;
    const SET_PORT: u8 = 0x12;
    const QUEUE_SOURCE: u8 = 0x13;
    const DRAIN_SINK: u8 = 0x14;
    const PORT_STATUS: u8 = 0x15;
    const COUNTERS: u8 = 0x20;

    /// The message's name, for reports.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hello { .. } => "Hello",
            Self::Resume { .. } => "Resume",
            Self::ReadMem { .. } => "ReadMem",
            Self::WriteMem { .. } => "WriteMem",
            Self::ReadReg { .. } => "ReadReg",
            Self::WriteReg { .. } => "WriteReg",
            Self::ReadBar0 { .. } => "ReadBar0",
            Self::WriteBar0 { .. } => "WriteBar0",
            Self::SetPort { .. } => "SetPort",
            Self::QueueSource { .. } => "QueueSource",
            Self::DrainSink { .. } => "DrainSink",
            Self::PortStatus { .. } => "PortStatus",
            Self::CoreState { .. } => "CoreState",
            Self::Counters { .. } => "Counters",
            Self::Quit => "Quit",
        }
    }

    /// Appends the message as a frame.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Hello { version } => frame::encode(out, Self::HELLO, |out| {
                out.extend(MAGIC);
                out.extend(version.to_le_bytes());
            }),
            Self::Resume { until } => frame::encode(out, Self::RESUME, |out| {
                out.extend(until.0.to_le_bytes());
            }),
            Self::ReadMem { space, addr, len } => frame::encode(out, Self::READ_MEM, |out| {
                out.push(space.code());
                out.extend(addr.to_le_bytes());
                out.extend(len.to_le_bytes());
            }),
            Self::WriteMem { space, addr, bytes } => {
                Self::encode_write_mem(out, *space, *addr, bytes);
            }
            Self::ReadReg { addr } => frame::encode(out, Self::READ_REG, |out| {
                out.extend(addr.to_le_bytes());
            }),
            Self::WriteReg { addr, value } => frame::encode(out, Self::WRITE_REG, |out| {
                out.extend(addr.to_le_bytes());
                out.extend(value.to_le_bytes());
            }),
            Self::ReadBar0 { addr } => frame::encode(out, Self::READ_BAR0, |out| {
                out.extend(addr.to_le_bytes());
            }),
            Self::WriteBar0 { addr, value } => frame::encode(out, Self::WRITE_BAR0, |out| {
                out.extend(addr.to_le_bytes());
                out.extend(value.to_le_bytes());
            }),
            Self::SetPort { port, mode } => frame::encode(out, Self::SET_PORT, |out| {
                out.extend([port.number(), mode.number()]);
            }),
            Self::QueueSource { port, bytes } => Self::encode_queue_source(out, *port, bytes),
            Self::DrainSink { port, len } => frame::encode(out, Self::DRAIN_SINK, |out| {
                out.push(port.number());
                out.extend(len.to_le_bytes());
            }),
            Self::PortStatus { port } => frame::encode(out, Self::PORT_STATUS, |out| {
                out.push(port.number());
            }),
            Self::CoreState { core } => frame::encode(out, Self::CORE_STATE, |out| {
                out.push(core.get());
            }),
            Self::Counters { core } => frame::encode(out, Self::COUNTERS, |out| {
                out.push(core.get());
            }),
            Self::Quit => frame::encode(out, Self::QUIT, |_| {}),
        }
    }

    /// Appends a [`Request::WriteMem`] whose bytes the caller keeps.
    pub(crate) fn encode_write_mem(out: &mut Vec<u8>, space: Space, addr: u32, bytes: &[u8]) {
        frame::encode(out, Self::WRITE_MEM, |out| {
            out.push(space.code());
            out.extend(addr.to_le_bytes());
            out.extend_from_slice(bytes);
        });
    }

    /// Appends a [`Request::QueueSource`] whose bytes the caller keeps.
    pub(crate) fn encode_queue_source(out: &mut Vec<u8>, port: PortId, bytes: &[u8]) {
        frame::encode(out, Self::QUEUE_SOURCE, |out| {
            out.push(port.number());
            out.extend_from_slice(bytes);
        });
    }

    /// The message a frame holds.
    ///
    /// # Errors
    /// When it holds none.
    pub fn decode(frame: Frame<'_>) -> Result<Self, DecodeError> {
        let mut fields = Fields::new(frame.kind, frame.payload);
        let request = match frame.kind {
            Self::HELLO => {
                let magic = fields.bytes()?;
                if magic != MAGIC {
                    return Err(DecodeError::BadMagic(magic));
                }
                Self::Hello {
                    version: fields.u16()?,
                }
            }
            Self::RESUME => Self::Resume {
                until: Nanos(fields.u64()?),
            },
            Self::READ_MEM => Self::ReadMem {
                space: Space::from_code(fields.u8()?)?,
                addr: fields.u32()?,
                len: transfer(fields.u32()?)?,
            },
            Self::WRITE_MEM => {
                let space = Space::from_code(fields.u8()?)?;
                let addr = fields.u32()?;
                let bytes = fields.rest();
                transfer(bytes.len() as u32)?;
                Self::WriteMem {
                    space,
                    addr,
                    bytes: bytes.to_vec(),
                }
            }
            Self::READ_REG => Self::ReadReg {
                addr: fields.u32()?,
            },
            Self::WRITE_REG => Self::WriteReg {
                addr: fields.u32()?,
                value: fields.u32()?,
            },
            Self::READ_BAR0 => Self::ReadBar0 {
                addr: fields.u32()?,
            },
            Self::WRITE_BAR0 => Self::WriteBar0 {
                addr: fields.u32()?,
                value: fields.u32()?,
            },
            Self::SET_PORT => Self::SetPort {
                port: port::take_port(&mut fields)?,
                mode: port::take_mode(&mut fields)?,
            },
            Self::QUEUE_SOURCE => {
                let port = port::take_port(&mut fields)?;
                let bytes = fields.rest();
                transfer(bytes.len() as u32)?;
                Self::QueueSource {
                    port,
                    bytes: bytes.to_vec(),
                }
            }
            Self::DRAIN_SINK => Self::DrainSink {
                port: port::take_port(&mut fields)?,
                len: transfer(fields.u32()?)?,
            },
            Self::PORT_STATUS => Self::PortStatus {
                port: port::take_port(&mut fields)?,
            },
            Self::CORE_STATE => Self::CoreState {
                core: core(&mut fields)?,
            },
            Self::COUNTERS => Self::Counters {
                core: core(&mut fields)?,
            },
            Self::QUIT => Self::Quit,
            kind => return Err(DecodeError::UnknownKind(kind)),
        };
        fields.finish()?;
        Ok(request)
    }
}

/// A core that some part has.
fn core(fields: &mut Fields<'_>) -> Result<CoreId, DecodeError> {
    let index = fields.u8()?;
    CoreId::new(index).ok_or(DecodeError::BadValue {
        field: "core",
        value: index.into(),
    })
}

/// A transfer length, if one message may move so much.
fn transfer(len: u32) -> Result<u32, DecodeError> {
    if len as usize <= MAX_TRANSFER {
        Ok(len)
    } else {
        Err(DecodeError::BadValue {
            field: "transfer length",
            value: len,
        })
    }
}
