//! Which gateways are open, and what they do.

use acelab_abi::syscall::{
    DMA_ALIGN, DMA_SIZE_STEP, Gateway, PortParams, SysError, exchange_flags,
};

use super::buffer::Buffer;
use super::port::{PortId, Ports};
use super::stream::{Moving, Status, Stream};
use crate::bus::Bus;
use crate::ids::DomainId;
use crate::port::Port;
use crate::time::ticks_from_micros;

/// Time in which the hardware lets go of memory: far more than a burst takes, in
/// wall clock ticks.
const LET_GO: u64 = ticks_from_micros(1000);

impl From<Moving> for SysError {
    fn from(Moving: Moving) -> Self {
        Self::Busy
    }
}

/// A gateway that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Channel {
    /// It has no buffer.
    Open(Gateway),
    /// It does not run.
    Stopped(Gateway, Buffer),
    /// It runs.
    Running(Gateway, Buffer),
}

impl Channel {
    const fn gateway(self) -> Gateway {
        match self {
            Self::Open(gateway) | Self::Stopped(gateway, _) | Self::Running(gateway, _) => gateway,
        }
    }

    const fn buffer(self) -> Option<Buffer> {
        match self {
            Self::Open(_) => None,
            Self::Stopped(_, buffer) | Self::Running(_, buffer) => Some(buffer),
        }
    }
}

/// All gateways of the part. Its methods stay functions of their own, so that the
/// budget of the kernel's code does not count them.
#[derive(Debug)]
pub struct Dma {
    channels: [Option<Channel>; Gateway::COUNT],
    /// Channels that have a buffer.
    buffers: u32,
    ports: Ports,
}

impl Dma {
    /// No gateway is open.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            channels: [None; Gateway::COUNT],
            buffers: 0,
            ports: Ports::new(),
        }
    }

    /// Opens a gateway.
    ///
    /// # Errors
    /// [`SysError::Busy`] when somebody has it.
    #[inline(never)]
    pub fn open(&mut self, gateway: Gateway) -> Result<(), SysError> {
        let slot = &mut self.channels[gateway.number()];
        if slot.is_some() {
            return Err(SysError::Busy);
        }
        *slot = Some(Channel::Open(gateway));
        Ok(())
    }

    fn channel(&self, gateway: Gateway) -> Result<Channel, SysError> {
        self.channels[gateway.number()].ok_or(SysError::BadHandle)
    }

    fn set(&mut self, channel: Channel) {
        let slot = &mut self.channels[channel.gateway().number()];
        let had = slot.is_some_and(|before| before.buffer().is_some());
        let has = channel.buffer().is_some();
        self.buffers = self.buffers + u32::from(has) - u32::from(had);
        *slot = Some(channel);
    }

    /// Gives a channel that does not run its buffer, which the caller has found
    /// to be memory of the domain.
    ///
    /// # Errors
    /// [`SysError::InvalidValue`] for a buffer that the hardware cannot have;
    /// [`SysError::BadState`] while it runs; [`SysError::Busy`] while it still
    /// moves data.
    #[inline(never)]
    pub fn configure(
        &mut self,
        bus: impl Bus,
        gateway: Gateway,
        buffer: Buffer,
        half_words: bool,
    ) -> Result<(), SysError> {
        let Buffer { address, size, .. } = buffer;
        if size == 0 || !size.is_multiple_of(DMA_SIZE_STEP) || !address.is_multiple_of(DMA_ALIGN) {
            return Err(SysError::InvalidValue);
        }
        if let Channel::Running(..) = self.channel(gateway)? {
            return Err(SysError::BadState);
        }
        Stream::new(bus, gateway).set_buffer(address, size, half_words)?;
        self.set(Channel::Stopped(gateway, buffer));
        Ok(())
    }

    /// Programs the port of a link gateway.
    ///
    /// # Errors
    /// [`SysError::InvalidValue`] for a gateway without a port and for what the
    /// port cannot have; [`SysError::Busy`] while it runs, or is to be another
    /// one for its other direction.
    #[inline(never)]
    pub fn configure_port(
        &mut self,
        bus: impl Bus,
        gateway: Gateway,
        params: &PortParams,
    ) -> Result<(), SysError> {
        let port = PortId::of(gateway).ok_or(SysError::InvalidValue)?;
        self.ports.configure(bus, port, params)
    }

    /// Starts a channel, then its port.
    ///
    /// # Errors
    /// [`SysError::BadState`] when it runs, has no buffer, has a port that is not
    /// programmed, or is refused by the hardware; [`SysError::Busy`] while it
    /// still moves data.
    #[inline(never)]
    pub fn start(&mut self, bus: impl Bus, gateway: Gateway) -> Result<(), SysError> {
        let Channel::Stopped(_, buffer) = self.channel(gateway)? else {
            return Err(SysError::BadState);
        };
        let stream = Stream::new(bus, gateway);
        if stream.is_moving() {
            return Err(SysError::Busy);
        }
        let port = PortId::of(gateway);
        if port.is_some_and(|port| !self.ports.is_ready(port)) {
            return Err(SysError::BadState);
        }
        if !stream.start(buffer.size) {
            return Err(SysError::BadState);
        }
        if let Some(port) = port {
            self.ports.start(bus, port)?;
        }
        self.set(Channel::Running(gateway, buffer));
        Ok(())
    }

    /// Stops a channel: its port first, which would miss the data.
    ///
    /// # Errors
    /// [`SysError::BadState`] when it does not run.
    #[inline(never)]
    pub fn stop(&mut self, bus: impl Bus, gateway: Gateway) -> Result<(), SysError> {
        let Channel::Running(_, buffer) = self.channel(gateway)? else {
            return Err(SysError::BadState);
        };
        if let Some(port) = PortId::of(gateway) {
            self.ports.stop(bus, port);
        }
        Stream::new(bus, gateway).stop();
        self.set(Channel::Stopped(gateway, buffer));
        Ok(())
    }

    /// Commits so many bytes, then tells where the channel is.
    ///
    /// # Errors
    /// And nothing is committed: [`SysError::BadState`] for a channel without a
    /// buffer, and for a commit to one that does not run;
    /// [`SysError::InvalidValue`] for more than there is, or is room for.
    pub fn exchange(
        &self,
        bus: impl Bus,
        gateway: Gateway,
        commit: u32,
    ) -> Result<Status, SysError> {
        // By reference: a tick does this for every channel.
        let (size, running) = match &self.channels[gateway.number()] {
            None => return Err(SysError::BadHandle),
            Some(Channel::Open(_)) => return Err(SysError::BadState),
            Some(Channel::Stopped(_, buffer)) => (buffer.size, false),
            Some(Channel::Running(_, buffer)) => (buffer.size, true),
        };
        let stream = Stream::new(bus, gateway);
        let mut status = stream.status(size);
        if commit != 0 {
            if !running {
                return Err(SysError::BadState);
            }
            if !stream.may_commit(&status, size, commit) {
                return Err(SysError::InvalidValue);
            }
            stream.commit(commit);
            stream.advance(&mut status, size, commit);
        }
        if running {
            status.flags |= exchange_flags::RUNNING;
        }
        Ok(status)
    }

    /// Takes a channel its buffer: stops it, and waits until the hardware has let
    /// go of the memory, while `wait` says that it may still do so.
    ///
    /// # Panics
    /// When the hardware does not let go: it could write to anybody's memory.
    #[inline(never)]
    fn release_on(&mut self, bus: impl Bus, gateway: Gateway, wait: &mut dyn FnMut() -> bool) {
        // It may not run.
        let _ = self.stop(bus, gateway);
        if self.channels[gateway.number()].is_none_or(|channel| channel.buffer().is_none()) {
            return;
        }
        let stream = Stream::new(bus, gateway);
        while stream.is_moving() {
            assert!(wait(), "a DMA stream does not stop");
        }
        self.set(Channel::Open(gateway));
    }

    fn release(&mut self, port: &mut impl Port, gateway: Gateway) {
        let end = port.now().saturating_add(LET_GO);
        self.release_on(port.bus(), gateway, &mut || port.now() < end);
    }

    /// Takes the buffers away that lie in a domain.
    #[inline(never)]
    pub fn release_in(&mut self, port: &mut impl Port, domain: DomainId) {
        while let Some(gateway) = self.owner_of(|buffer| buffer.domain == domain) {
            self.release(port, gateway);
        }
    }

    /// Takes the buffers away that have some of the `size` bytes at the physical
    /// address `address`.
    #[inline(never)]
    pub fn release_at(&mut self, port: &mut impl Port, address: u32, size: u32) {
        while let Some(gateway) = self.owner_of(|buffer| buffer.overlaps(address, size)) {
            self.release(port, gateway);
        }
    }

    /// Closes a gateway: stops it, and waits until the hardware has let go of its
    /// buffer.
    ///
    /// # Panics
    /// When the hardware does not let go.
    #[inline(never)]
    pub fn close(&mut self, port: &mut impl Port, gateway: Gateway) {
        let end = port.now().saturating_add(LET_GO);
        self.close_on(port.bus(), gateway, &mut || port.now() < end);
    }

    /// Closes a gateway, and waits for that as long as `wait` says.
    ///
    /// # Panics
    /// As [`close`](Self::close).
    pub fn close_on(&mut self, bus: impl Bus, gateway: Gateway, wait: &mut dyn FnMut() -> bool) {
        self.release_on(bus, gateway, wait);
        if let Some(port) = PortId::of(gateway) {
            self.ports.forget(bus, port);
        }
        self.channels[gateway.number()] = None;
    }

    /// Gateways that are open.
    #[cfg(test)]
    pub(crate) fn open_count(&self) -> u32 {
        self.channels.iter().flatten().count() as u32
    }

    /// Whether any channel has a buffer.
    #[must_use]
    pub const fn has_buffers(&self) -> bool {
        self.buffers > 0
    }

    /// Channels that have a buffer, with it.
    pub fn buffers(&self) -> impl Iterator<Item = (Gateway, Buffer)> {
        let channels = self.channels.iter().flatten();
        channels.filter_map(|channel| Some((channel.gateway(), channel.buffer()?)))
    }

    /// A channel that has such a buffer.
    fn owner_of(&self, which: impl Fn(&Buffer) -> bool) -> Option<Gateway> {
        let mut buffers = self.buffers();
        Some(buffers.find(|(_, buffer)| which(buffer))?.0)
    }

    /// Whether a gateway is open.
    #[must_use]
    pub const fn is_open(&self, gateway: Gateway) -> bool {
        self.channels[gateway.number()].is_some()
    }

    /// Whether a channel has some of the `size` bytes at the physical address
    /// `address`, as memory of `domain`.
    #[must_use]
    #[inline(never)]
    pub fn holds(&self, domain: DomainId, address: u32, size: u32) -> bool {
        self.has_buffers()
            && self
                .buffers()
                .any(|(_, buffer)| buffer.domain == domain && buffer.overlaps(address, size))
    }

    /// What there is in words, for the digest of the kernel's state.
    pub fn words(&self) -> impl Iterator<Item = u32> {
        let channels = self.channels.iter().flatten().flat_map(|channel| {
            let state = match channel {
                Channel::Open(_) => 1,
                Channel::Stopped(..) => 2,
                Channel::Running(..) => 3,
            };
            let buffer = channel.buffer();
            let address = buffer.map_or(0, |buffer| buffer.address);
            let size = buffer.map_or(0, |buffer| buffer.size);
            [channel.gateway().number() as u32, state, address, size]
        });
        channels.chain(self.ports.words())
    }
}

impl Default for Dma {
    fn default() -> Self {
        Self::new()
    }
}
