//! Audio ports on the link: what was recorded, and how a port stands.

use acelab_abi::clock::Nanos;
use acelab_abi::port::{PortId, PortMode, PortStatus, Running};

use crate::error::DecodeError;
use crate::wire::Fields;

/// A part of what a port has sent, frame after frame without a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// Virtual time at which its first frame began.
    pub start: Nanos,
    /// Frames that the port had sent before it since the transmitter's start.
    pub frame: u64,
    /// Bytes of a frame; 0 when nothing is recorded.
    pub frame_bytes: u8,
    /// The frames, see [`Running`].
    pub bytes: Vec<u8>,
}

impl Recording {
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        out.extend(self.start.0.to_le_bytes());
        out.extend(self.frame.to_le_bytes());
        out.push(self.frame_bytes);
        out.extend_from_slice(&self.bytes);
    }

    pub(crate) fn take(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            start: Nanos(fields.u64()?),
            frame: fields.u64()?,
            frame_bytes: fields.u8()?,
            bytes: fields.rest().to_vec(),
        })
    }
}

/// The port a message names.
pub(crate) fn take_port(fields: &mut Fields<'_>) -> Result<PortId, DecodeError> {
    let number = fields.u8()?;
    PortId::from_number(number).ok_or(DecodeError::BadValue {
        field: "port",
        value: number.into(),
    })
}

/// The mode a message names.
pub(crate) fn take_mode(fields: &mut Fields<'_>) -> Result<PortMode, DecodeError> {
    let number = fields.u8()?;
    PortMode::from_number(number).ok_or(DecodeError::BadValue {
        field: "port mode",
        value: number.into(),
    })
}

pub(crate) fn put_status(status: &PortStatus, out: &mut Vec<u8>) {
    out.push(status.mode.number());
    put_running(status.output.as_ref(), out);
    put_running(status.input.as_ref(), out);
    out.extend(status.queued.to_le_bytes());
    out.extend(status.recorded.to_le_bytes());
}

pub(crate) fn take_status(fields: &mut Fields<'_>) -> Result<PortStatus, DecodeError> {
    Ok(PortStatus {
        mode: take_mode(fields)?,
        output: take_running(fields)?,
        input: take_running(fields)?,
        queued: fields.u32()?,
        recorded: fields.u32()?,
    })
}

fn put_running(running: Option<&Running>, out: &mut Vec<u8>) {
    out.push(running.is_some().into());
    if let Some(running) = running {
        out.extend(running.start.0.to_le_bytes());
        out.extend(running.rate.to_le_bytes());
        out.extend(running.per.to_le_bytes());
        out.extend([running.slots, running.bits]);
        out.extend(running.frames.to_le_bytes());
    }
}

fn take_running(fields: &mut Fields<'_>) -> Result<Option<Running>, DecodeError> {
    match fields.u8()? {
        0 => Ok(None),
        1 => Ok(Some(Running {
            start: Nanos(fields.u64()?),
            rate: fields.u32()?,
            per: fields.u32()?,
            slots: fields.u8()?,
            bits: fields.u8()?,
            frames: fields.u64()?,
        })),
        value => Err(DecodeError::BadValue {
            field: "running",
            value: value.into(),
        }),
    }
}
