//! Sound: DMA gateways, the host's HDA controller, audio ports.
//!
//! ```text
//! host memory ── host DMA ── ring ── firmware ── ring ── link DMA ── port ── outside
//! ```
//!
//! The host DMA moves all it can a fixed time after it became possible. The
//! link DMA moves a burst of frames at the port's clock. Both end at rings in
//! HP-SRAM, whose addresses are checked when a gateway is enabled.

mod bdl;
mod controller;
mod dmic;
mod frame_clock;
mod gateway;
mod host_memory;
mod host_stream;
mod outside;
mod port;
mod ring;
mod ssp;

use acelab_abi::clock::Nanos;
use acelab_abi::interrupt::Source;
use acelab_abi::port::{PortId, PortMode, PortStatus};
use acelab_abi::regs::hda::Gateway;
use acelab_abi::regs::ssp::PORTS;
use acelab_abi::trace::Direction;

use crate::access::{Fault, Memory, Origin};
use crate::dint::Inputs;
use crate::effect::Effects;

use controller::Controller;
use dmic::Dmic;
use gateway::{Request, Stream};
use host_memory::HostMemory;
use port::Port;
use ssp::Ssp;

/// From the moment at which the host DMA has both data and space to the moment
/// at which the data is there (unverified).
pub const HOST_DMA_LATENCY: Nanos = Nanos::from_micros(2);

/// Why a port does not do what the lab asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortRefusal {
    /// It only receives.
    NoSuchDirection,
    /// Not whole words.
    Misaligned,
    /// As much is queued as it takes.
    QueueFull,
}

/// A part of what a port has sent, without a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// When its first frame began.
    pub start: Nanos,
    /// The first frame's number since the transmitter's start.
    pub frame: u64,
    /// Bytes of a frame; 0 when nothing is recorded.
    pub frame_bytes: u8,
    /// The frames.
    pub bytes: Vec<u8>,
}

/// One of the blocks that the DSP reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AudioBlock {
    Gateway(Gateway, u8),
    Ssp(u8),
    Dmic,
}

/// A stream of a gateway, and when the host DMA acts on it next.
#[derive(Clone, Copy, Debug)]
struct Channel {
    stream: Stream,
    due: Option<Nanos>,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Audio {
    gateways: [Vec<Channel>; 4],
    ssp: Vec<Ssp>,
    dmic: Dmic,
    controller: Controller,
    host: HostMemory,
    /// When something is due next; follows from the parts.
    deadline: Option<Nanos>,
    /// What the parts drive of DINT: sub-sources by gateway, then of ports.
    lines: Lines,
    /// Streams of the host with an interrupt.
    host_lines: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Lines {
    gateways: [u16; 4],
    ssp: u16,
    dmic: bool,
}

impl Default for Audio {
    fn default() -> Self {
        Self {
            gateways: Gateway::ALL.map(channels),
            ssp: (0..PORTS).filter_map(PortId::ssp).map(Ssp::new).collect(),
            dmic: Dmic::new(),
            controller: Controller::default(),
            host: HostMemory::default(),
            deadline: None,
            lines: Lines::default(),
            host_lines: 0,
        }
    }
}

/// A block without power yet.
fn channels(gateway: Gateway) -> Vec<Channel> {
    let direction = if gateway.fills() {
        Direction::In
    } else {
        Direction::Out
    };
    (0..gateway.streams())
        .map(|number| Channel {
            stream: Stream::new(
                gateway,
                number,
                gateway.is_host() || port_of(number, direction).is_some(),
            ),
            due: None,
        })
        .collect()
}

/// The port that a link stream serves.
fn port_of(stream: u8, direction: Direction) -> Option<PortId> {
    PortId::all().find(|port| {
        port.link_stream() == stream && (direction == Direction::In || port.has_output())
    })
}

impl Audio {
    pub(crate) const fn deadline(&self) -> Option<Nanos> {
        self.deadline
    }

    /// The streams of the host whose interrupt is up.
    pub(crate) const fn host_interrupts(&self) -> u32 {
        self.host_lines
    }

    pub(crate) fn drive(&self, inputs: &mut Inputs) {
        for (gateway, bits) in Gateway::ALL.into_iter().zip(self.lines.gateways) {
            inputs.set(gateway.source(), bits, bits != 0);
        }
        inputs.set(Source::I2s, self.lines.ssp, self.lines.ssp != 0);
        inputs.set(Source::Dmic, 1, self.lines.dmic);
    }

    pub(crate) fn read(&self, block: AudioBlock, offset: u32) -> Result<u32, Fault> {
        match block {
            AudioBlock::Gateway(gateway, stream) => self.gateways[gateway as usize]
                [usize::from(stream)]
            .stream
            .read(offset),
            AudioBlock::Ssp(number) => self.ssp[usize::from(number)].read(offset),
            AudioBlock::Dmic => self.dmic.read(offset),
        }
    }

    pub(crate) fn write(
        &mut self,
        block: AudioBlock,
        offset: u32,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        let done = match block {
            AudioBlock::Gateway(gateway, number) => {
                self.write_gateway(gateway, number, offset, value, origin, fx)
            }
            AudioBlock::Ssp(number) => {
                self.ssp[usize::from(number)].write(offset, value, origin, fx)
            }
            AudioBlock::Dmic => self.dmic.write(offset, value, origin, fx),
        };
        self.settle();
        done
    }

    fn write_gateway(
        &mut self,
        gateway: Gateway,
        number: u8,
        offset: u32,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        let channel = &mut self.gateways[gateway as usize][usize::from(number)];
        if let Request::HostPosition(len) = channel.stream.write(offset, value, origin, fx)? {
            self.controller
                .advance_position(gateway, number, len, &mut self.host);
        }
        if gateway.is_host() {
            self.follow_host(gateway, number, origin.now);
        }
        Ok(())
    }

    pub(crate) fn host_read(&self, addr: u32) -> Result<u32, Fault> {
        self.controller.read(addr)
    }

    pub(crate) fn host_write(
        &mut self,
        addr: u32,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        let done = self.controller.write(addr, value, &self.host, origin, fx);
        for gateway in [Gateway::HostOut, Gateway::HostIn] {
            for number in 0..gateway.streams() {
                self.follow_host(gateway, number, origin.now);
            }
        }
        self.settle();
        done
    }

    pub(crate) fn host_memory(&self, addr: u32, len: usize) -> Option<&[u8]> {
        self.host.get(addr.into(), len)
    }

    pub(crate) fn host_memory_mut(&mut self, addr: u32, len: usize) -> Option<&mut [u8]> {
        self.host.get_mut(addr.into(), len)
    }

    /// Plans the next transfer of a host channel, or takes it back.
    fn follow_host(&mut self, gateway: Gateway, number: u8, now: Nanos) {
        let possible = self.possible(gateway, number) > 0;
        let channel = &mut self.gateways[gateway as usize][usize::from(number)];
        channel.due = match channel.due {
            _ if !possible => None,
            Some(due) => Some(due),
            None => Some(now.saturating_add(HOST_DMA_LATENCY)),
        };
    }

    /// How many bytes the host DMA could move.
    fn possible(&self, gateway: Gateway, number: u8) -> u64 {
        let stream = &self.gateways[gateway as usize][usize::from(number)].stream;
        if !stream.is_enabled() {
            return 0;
        }
        let here = if gateway.fills() {
            stream.ring().space()
        } else {
            stream.ring().fill()
        };
        let host = self.controller.stream_of(gateway, number);
        host.map_or(0, |host| {
            self.controller.stream(host).allowed().min(here.into())
        })
    }

    /// Does what is due at `origin.now`.
    pub(crate) fn advance(&mut self, origin: &Origin, mem: &mut dyn Memory, fx: &mut Effects) {
        if self.deadline.is_none_or(|deadline| deadline > origin.now) {
            return;
        }
        for gateway in [Gateway::HostOut, Gateway::HostIn] {
            for number in 0..gateway.streams() {
                let channel = &mut self.gateways[gateway as usize][usize::from(number)];
                if channel.due.is_some_and(|due| due <= origin.now) {
                    channel.due = None;
                    self.transfer(gateway, number, origin, mem, fx);
                }
            }
        }
        for number in 0..self.ssp.len() {
            self.step_ssp(number, origin, mem, fx);
        }
        self.step_dmic(origin, mem, fx);
        self.settle();
    }

    fn transfer(
        &mut self,
        gateway: Gateway,
        number: u8,
        origin: &Origin,
        mem: &mut dyn Memory,
        fx: &mut Effects,
    ) {
        let len = self.possible(gateway, number);
        if let Some(host) = self.controller.stream_of(gateway, number) {
            let stream = &mut self.gateways[gateway as usize][usize::from(number)].stream;
            let Self {
                controller,
                host: memory,
                ..
            } = self;
            let host = controller.stream_mut(host);
            let moved = stream.pass(|ring| host.transfer(ring, len, memory, mem));
            if let Err((reason, value)) = moved {
                host.fail(reason, value, origin, fx);
            }
        }
        self.follow_host(gateway, number, origin.now);
    }

    fn step_ssp(&mut self, number: usize, origin: &Origin, mem: &mut dyn Memory, fx: &mut Effects) {
        let ssp = &mut self.ssp[number];
        if ssp.port.deadline().is_none_or(|due| due > origin.now) {
            return;
        }
        let (out, input) = (ssp.requests(Direction::Out), ssp.requests(Direction::In));
        let stream = usize::from(acelab_abi::regs::ssp::link_stream(number as u8));
        let [_, _, outs, ins] = &mut self.gateways;
        let output = outs.get_mut(stream).filter(|_| out);
        let input = ins.get_mut(stream).filter(|_| input);
        let xruns = ssp.port.step(
            origin,
            output.map(|channel| &mut channel.stream),
            input.map(|channel| &mut channel.stream),
            mem,
            fx,
        );
        ssp.note(xruns);
    }

    fn step_dmic(&mut self, origin: &Origin, mem: &mut dyn Memory, fx: &mut Effects) {
        let stream = usize::from(acelab_abi::regs::dmic::LINK_STREAM);
        let [_, _, _, ins] = &mut self.gateways;
        let input = ins.get_mut(stream).map(|channel| &mut channel.stream);
        let xruns = self.dmic.port.step(origin, None, input, mem, fx);
        self.dmic.note(xruns);
    }

    /// The part has lost its power. The host's side stays.
    pub(crate) fn lose_power(&mut self, origin: &Origin, fx: &mut Effects) {
        for ssp in &mut self.ssp {
            ssp.reset(origin, fx);
        }
        self.dmic.reset(origin, fx);
        for gateway in Gateway::ALL {
            for channel in &self.gateways[gateway as usize] {
                if channel.stream.is_enabled() {
                    channel.stream.note_stop(origin, fx);
                }
            }
            self.gateways[gateway as usize] = channels(gateway);
        }
        self.settle();
    }

    /// Brings deadline and lines up to date.
    fn settle(&mut self) {
        let host = self
            .gateways
            .iter()
            .flatten()
            .filter_map(|channel| channel.due);
        let ports = self
            .ssp
            .iter()
            .map(|ssp| &ssp.port)
            .chain([&self.dmic.port]);
        self.deadline = host.chain(ports.filter_map(Port::deadline)).min();
        self.host_lines = self.controller.interrupts();
        for (bits, channels) in self.lines.gateways.iter_mut().zip(&self.gateways) {
            *bits = bits_of(channels.iter().map(|channel| channel.stream.interrupt()));
        }
        self.lines.ssp = bits_of(self.ssp.iter().map(Ssp::interrupt));
        self.lines.dmic = self.dmic.interrupt();
    }

    fn port(&self, id: PortId) -> &Port {
        self.ssp
            .get(usize::from(id.number()))
            .map_or(&self.dmic.port, |ssp| &ssp.port)
    }

    fn port_mut(&mut self, id: PortId) -> &mut Port {
        match self.ssp.get_mut(usize::from(id.number())) {
            Some(ssp) => &mut ssp.port,
            None => &mut self.dmic.port,
        }
    }

    pub(crate) fn set_port(&mut self, id: PortId, mode: PortMode) {
        self.port_mut(id).outside.set_mode(mode);
    }

    pub(crate) fn queue_source(&mut self, id: PortId, bytes: &[u8]) -> Result<(), PortRefusal> {
        self.port_mut(id).outside.queue(bytes)
    }

    pub(crate) fn drain_sink(&mut self, id: PortId, len: usize) -> Result<Recorded, PortRefusal> {
        if id.has_output() {
            Ok(self.port_mut(id).outside.drain(len))
        } else {
            Err(PortRefusal::NoSuchDirection)
        }
    }

    pub(crate) fn port_status(&self, id: PortId, now: Nanos) -> PortStatus {
        self.port(id).status(now)
    }
}

fn bits_of(levels: impl Iterator<Item = bool>) -> u16 {
    levels
        .enumerate()
        .fold(0, |bits, (index, level)| bits | u16::from(level) << index)
}
