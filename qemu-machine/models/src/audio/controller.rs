//! The host's HDA controller: registers in BAR0.

use acelab_abi::regs::hda::Gateway;
use acelab_abi::regs::hda_host::{
    CRST, GCAP_VALUE, GIE, GPROCEN, POSITIONS_ENABLE, Reg, SPIB_BASE, SPIB_STRIDE, STREAM_BASE,
    STREAM_STRIDE, STREAMS, StreamReg,
};
use acelab_abi::trace::{EventKind, StreamFault};

use super::host_memory::HostMemory;
use super::host_stream::HostStream;
use crate::access::{Fault, Origin};
use crate::effect::Effects;

/// One bit per stream.
const ALL_STREAMS: u32 = (1 << STREAMS) - 1;

/// Bytes of a stream's entry in the position buffer.
const POSITION_STRIDE: u64 = 8;

/// The controller. It is the host's, and keeps its state when the DSP loses
/// power.
#[derive(Debug)]
pub(super) struct Controller {
    out_of_reset: bool,
    interrupts: u32,
    spib: u32,
    pipes: u32,
    positions: u64,
    streams: Vec<HostStream>,
}

/// A register of BAR0.
enum Place {
    Global(Reg),
    Stream(usize, StreamReg),
    Spib(usize),
}

fn place(addr: u32) -> Option<Place> {
    if let Some(reg) = Reg::at(addr) {
        return Some(Place::Global(reg));
    }
    let record = |base: u32, stride: u32| {
        let offset = addr.checked_sub(base)?;
        let number = offset / stride;
        (number < STREAMS.into()).then_some((number as usize, offset % stride))
    };
    if let Some((number, offset)) = record(STREAM_BASE, STREAM_STRIDE) {
        return StreamReg::at(offset).map(|reg| Place::Stream(number, reg));
    }
    let (number, offset) = record(SPIB_BASE, SPIB_STRIDE)?;
    (offset == 0).then_some(Place::Spib(number))
}

impl Default for Controller {
    fn default() -> Self {
        Self {
            out_of_reset: false,
            interrupts: 0,
            spib: 0,
            pipes: 0,
            positions: 0,
            streams: (0..STREAMS).map(HostStream::new).collect(),
        }
    }
}

impl Controller {
    pub(super) fn read(&self, addr: u32) -> Result<u32, Fault> {
        Ok(match place(addr).ok_or(Fault::Reserved)? {
            Place::Global(Reg::Capabilities) => GCAP_VALUE,
            Place::Global(Reg::Control) if self.out_of_reset => CRST,
            Place::Global(Reg::Control) => 0,
            Place::Global(Reg::InterruptControl) => self.interrupts,
            Place::Global(Reg::InterruptStatus) => match self.causes() {
                0 => 0,
                causes => causes | GIE,
            },
            Place::Global(Reg::PositionsLow) => self.positions as u32,
            Place::Global(Reg::PositionsHigh) => (self.positions >> 32) as u32,
            Place::Global(Reg::SpibControl) => self.spib,
            Place::Global(Reg::PipeControl) => self.pipes,
            Place::Stream(number, reg) => self.streams[number].read(reg),
            Place::Spib(number) => self.streams[number].read_spib(),
        })
    }

    /// Writes a register.
    pub(super) fn write(
        &mut self,
        addr: u32,
        value: u32,
        host: &HostMemory,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        let place = place(addr).ok_or(Fault::Reserved)?;
        if let Place::Global(Reg::Control) = place {
            self.write_global_control(value & CRST != 0, origin, fx);
            return Ok(());
        }
        if !self.out_of_reset {
            fx.event(origin, EventKind::Bar0InReset { addr, value });
            return Ok(());
        }
        match place {
            Place::Global(reg) => return self.write_global(reg, value),
            Place::Stream(number, StreamReg::ControlStatus) => {
                if self.streams[number].write_control(value, origin, fx) {
                    self.start(number, host, origin, fx);
                }
            }
            Place::Stream(number, reg) => {
                return self.streams[number].write(reg, value, origin, fx);
            }
            Place::Spib(number) => self.streams[number].write_spib(value, origin, fx),
        }
        Ok(())
    }

    fn write_global_control(&mut self, out_of_reset: bool, origin: &Origin, fx: &mut Effects) {
        if !out_of_reset {
            for stream in &mut self.streams {
                stream.reset(origin, fx);
            }
            *self = Self {
                streams: std::mem::take(&mut self.streams),
                ..Self::default()
            };
        }
        self.out_of_reset = out_of_reset;
    }

    fn write_global(&mut self, reg: Reg, value: u32) -> Result<(), Fault> {
        match reg {
            Reg::Capabilities | Reg::InterruptStatus => return Err(Fault::ReadOnly),
            Reg::InterruptControl => self.interrupts = value & (ALL_STREAMS | GIE),
            Reg::PositionsLow => {
                self.positions = self.positions >> 32 << 32 | u64::from(value);
            }
            Reg::PositionsHigh => {
                self.positions = u64::from(value) << 32 | self.positions & 0xFFFF_FFFF;
            }
            Reg::SpibControl => self.spib = value & ALL_STREAMS,
            Reg::PipeControl => self.pipes = value & (ALL_STREAMS | GPROCEN),
            // Handled before, because it works in reset too.
            Reg::Control => {}
        }
        Ok(())
    }

    fn start(&mut self, number: usize, host: &HostMemory, origin: &Origin, fx: &mut Effects) {
        let tag = self.streams[number].channel();
        let decoupled = self.pipes & GPROCEN != 0 && self.pipes >> number & 1 != 0;
        let bounded = self.spib >> number & 1 != 0;
        let taken = tag.and_then(|tag| self.stream_of(self.streams[number].gateway(), tag));
        let stream = &mut self.streams[number];
        let started = match tag {
            _ if !decoupled => Err((StreamFault::NotDecoupled, self.pipes)),
            None => Err((StreamFault::BadTag, stream.read(StreamReg::ControlStatus))),
            Some(tag) if taken.is_some() => Err((StreamFault::TagInUse, u32::from(tag) + 1)),
            Some(tag) => stream.start(bounded, host).map(|()| tag),
        };
        match started {
            Ok(tag) => stream.note_start(tag, origin, fx),
            Err((reason, value)) => stream.fail(reason, value, origin, fx),
        }
    }

    /// The stream that runs with this gateway's channel.
    pub(super) fn stream_of(&self, gateway: Gateway, channel: u8) -> Option<usize> {
        self.streams.iter().position(|stream| {
            stream.is_running() && stream.gateway() == gateway && stream.channel() == Some(channel)
        })
    }

    pub(super) fn stream(&self, number: usize) -> &HostStream {
        &self.streams[number]
    }

    pub(super) fn stream_mut(&mut self, number: usize) -> &mut HostStream {
        &mut self.streams[number]
    }

    /// The firmware of the gateway's channel reports `len` more bytes.
    pub(super) fn advance_position(
        &mut self,
        gateway: Gateway,
        channel: u8,
        len: u32,
        host: &mut HostMemory,
    ) {
        let Some(number) = self.stream_of(gateway, channel) else {
            return;
        };
        let Some(position) = self.streams[number].advance_position(len) else {
            return;
        };
        let base = self.positions & !u64::from(POSITIONS_ENABLE);
        let address = base.wrapping_add(number as u64 * POSITION_STRIDE);
        if self.positions & u64::from(POSITIONS_ENABLE) != 0
            && let Some(bytes) = host.get_mut(address, size_of::<u32>())
        {
            bytes.copy_from_slice(&position.to_le_bytes());
        }
    }

    fn causes(&self) -> u32 {
        let causes = self.streams.iter().enumerate();
        causes.fold(0, |causes, (number, stream)| {
            causes | u32::from(stream.cause()) << number
        })
    }

    /// The streams whose interrupt the host lets through.
    pub(super) fn interrupts(&self) -> u32 {
        if self.interrupts & GIE == 0 {
            0
        } else {
            self.causes() & self.interrupts
        }
    }
}
