//! Copiers at a gateway: host and port.

use acelab_abi::ipc4::fw_registers::LlpSlot;
use acelab_abi::ipc4::node_id::GatewayKind;
use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_abi::log::Level;
use acelab_module_sdk::{Format, Pin};
use acelab_modules::{ChannelMap, FrameCopy};

use super::copier::{MAX_OUTPUTS, fits, outputs_fit};
use super::{Broken, Pins, Tick};
use crate::pace::Pace;
use crate::registers::{link_position, no_stream};
use crate::{
    AudioFault, ChannelConfig, ChannelError, ChannelState, Error, Event, Gateway, Platform,
};

mod flow;

pub(crate) use super::setup::Setup;

/// Ticks between two position updates of a host stream (build option).
const POSITION_UPDATE_TICKS: u32 = 10;

/// An open channel with its memory. The memory is dropped after the channel was
/// closed.
pub(crate) struct Open<P: Platform> {
    pub(crate) channel: P::Channel,
    memory: P::Memory,
    /// It was started at least once.
    started: bool,
}

/// A copier between DMA memory and buffers.
pub(crate) struct GatewayPart<P: Platform> {
    pub(crate) gateway: Gateway,
    dma: Format,
    bytes: u32,
    port: Option<acelab_abi::syscall::PortParams>,
    /// Wall-clock ticks between the trigger and the start.
    pub(crate) start_delay: u64,
    /// Format of the input of a sink, of each output of a source.
    pub(crate) outputs: [Format; MAX_OUTPUTS],
    /// How frames are changed on their way.
    pub(crate) copy: FrameCopy,
    pub(crate) open: Option<Open<P>>,
    pace: Pace,
    /// Bytes that have passed the gateway since it was opened.
    pub(crate) passed: u64,
    /// Where the DMA was at the last tick.
    last_position: u32,
    /// Bytes that this copier has moved.
    pub(crate) processed: u64,
    /// The moment of `passed`.
    pub(crate) stamp: u64,
    xruns: u32,
    in_xrun: bool,
    /// After an underrun: the distance to the DMA is to be made up by silence.
    refill: bool,
    reported_late: bool,
    updates: u32,
}

impl<P: Platform> GatewayPart<P> {
    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            gateway: setup.gateway,
            dma: setup.dma,
            bytes: setup.bytes,
            port: setup.port,
            start_delay: setup.start_delay,
            outputs: [setup.graph; MAX_OUTPUTS],
            copy: FrameCopy {
                map: ChannelMap::IDENTITY,
                attenuation: 0,
            },
            open: None,
            pace: Pace::new(setup.dma.rate()),
            passed: 0,
            last_position: 0,
            processed: 0,
            stamp: 0,
            xruns: 0,
            in_xrun: false,
            refill: false,
            reported_late: false,
            updates: 0,
        }
    }

    /// The reading of its position.
    pub(crate) const fn reading(&self) -> LlpSlot {
        LlpSlot {
            node: self.gateway.node().word(),
            llp: self.passed,
            wall_clock: self.stamp,
        }
    }

    /// Whether its format takes attenuation (32-bit containers only).
    pub(crate) fn is_wide(&self) -> bool {
        self.dma.sample().bytes() == 4
    }

    /// Opens and configures the channel, unless that is done.
    pub(crate) fn prepare(
        &mut self,
        platform: &P,
        inputs: &[Pin],
        outputs: &[Pin],
    ) -> Result<(), Error> {
        let graph = self.outputs[0];
        let fits =
            inputs.iter().all(|pin| fits(graph, pin.format)) && outputs_fit(&self.outputs, outputs);
        if !fits || inputs.is_empty() && outputs.is_empty() {
            return Err(Error::Prepare);
        }
        if self.open.is_some() {
            return Ok(());
        }
        let memory = platform.dma_memory(self.bytes).ok_or(Error::Prepare)?;
        let channel = match platform.dma_open(self.gateway) {
            Ok(channel) => channel,
            Err(error) => {
                self.report_open(platform, error);
                return Err(Error::Prepare);
            }
        };
        let config = ChannelConfig {
            bytes: self.bytes,
            container: self.dma.sample().bytes() as u32,
        };
        let port = self.port.as_ref();
        let done = platform
            .dma_configure(channel, &memory, &config)
            .and_then(|()| port.map_or(Ok(()), |port| platform.port_configure(channel, port)));
        if let Err(error) = done {
            let index = self.gateway.index();
            platform.log(
                Level::Error,
                "copier",
                format_args!("channel {index} cannot be configured: {error:?}"),
            );
            platform.dma_close(channel);
            return Err(Error::Prepare);
        }
        self.open = Some(Open {
            channel,
            memory,
            started: false,
        });
        Ok(())
    }

    fn report_open(&self, platform: &P, error: ChannelError) {
        let index = self.gateway.index();
        match error {
            ChannelError::Busy => platform.log(
                Level::Error,
                "copier",
                format_args!("requested channel {index} is busy"),
            ),
            error => platform.log(
                Level::Error,
                "copier",
                format_args!("requested channel {index}: {error:?}"),
            ),
        }
    }

    /// Starts the channel; `state` is how it stands. Under the lock.
    pub(crate) fn start(
        &mut self,
        platform: &P,
        state: &mut ChannelState<P::Channel>,
    ) -> Result<(), Error> {
        let Some(open) = self.open.as_mut() else {
            return Err(Error::Trigger);
        };
        let sends = !self.gateway.is_host() && !self.gateway.is_source();
        if sends && open.started {
            // The start hands the whole buffer over: what is not data must be
            // silence, and not what was played before.
            flow::silence_free(&mut open.memory, self.dma, self.bytes, state);
        }
        state.flags.xrun = false;
        platform
            .dma_start(open.channel)
            .map_err(|_| Error::Trigger)?;
        open.started = true;
        self.last_position = self.position(state);
        self.pace.reset();
        self.in_xrun = false;
        self.refill = false;
        Ok(())
    }

    /// Stops the channel; what is in its buffer stays. Under the lock.
    pub(crate) fn stop(&self, platform: &P) {
        if let Some(open) = &self.open {
            platform.dma_stop(open.channel);
        }
    }

    /// Closes the channel and gives its memory back.
    pub(crate) fn close(&mut self, platform: &P) {
        if let Some(open) = self.open.take() {
            platform.dma_close(open.channel);
            drop(open.memory);
        }
        if self.gateway.kind() == GatewayKind::HostOutput {
            no_stream(platform, self.gateway.index());
        }
        self.passed = 0;
        self.processed = 0;
        self.last_position = 0;
        self.reported_late = false;
    }

    /// Where the gateway's side of the buffer is.
    fn position(&self, state: &ChannelState<P::Channel>) -> u32 {
        // What a source delivers it writes; what a sink takes it reads.
        if self.gateway.is_source() {
            state.write
        } else {
            state.read
        }
    }

    pub(crate) fn run(
        &mut self,
        key: InstanceKey,
        inputs: &Pins,
        outputs: &Pins,
        ended: &mut bool,
        tick: &mut Tick<'_, P>,
    ) -> Result<(), Broken> {
        let Some(channel) = self.open.as_ref().map(|open| open.channel) else {
            return Ok(());
        };
        let Some(state) = tick.lines.get(channel) else {
            return Ok(());
        };
        if state.flags.error {
            return Err(Broken(0));
        }
        let xrun = state.take_xrun();
        let copy = *state;
        self.follow(&copy, tick);
        let moved = if self.gateway.is_source() {
            self.run_source(&copy, outputs, ended, tick)
        } else {
            self.run_sink(&copy, inputs, tick, xrun && !*ended)
        };
        if let (true, Some(state)) = (moved > 0, tick.lines.get(channel)) {
            state.advance += moved;
        }
        self.judge_xrun(key, xrun && !*ended, tick);
        if self.gateway.is_host() && tick.platform.position_updates() {
            self.update_position(moved, tick);
        }
        Ok(())
    }

    /// Follows the position of the DMA.
    fn follow(&mut self, state: &ChannelState<P::Channel>, tick: &Tick<'_, P>) {
        let position = self.position(state);
        let step = if position >= self.last_position {
            position - self.last_position
        } else {
            position + self.bytes - self.last_position
        };
        self.last_position = position;
        self.passed += u64::from(step);
        self.stamp = if tick.platform.planted(AudioFault::WrongClockUnit) {
            acelab_abi::clock::ticks_to_micros(tick.now)
        } else {
            tick.now
        };
        if let Some(slot) = slot(self.gateway) {
            link_position(tick.platform, slot, self.reading());
        }
    }

    fn judge_xrun(&mut self, key: InstanceKey, xrun: bool, tick: &Tick<'_, P>) {
        if !xrun {
            self.in_xrun = false;
            return;
        }
        self.xruns += 1;
        if core::mem::replace(&mut self.in_xrun, true) {
            return;
        }
        let (event, what) = if self.gateway.is_source() {
            (Event::GatewayOverrun(self.gateway), "overrun")
        } else {
            (Event::GatewayUnderrun(self.gateway), "underrun")
        };
        let node = self.gateway.node().word();
        tick.platform.log(
            Level::Warning,
            "copier",
            format_args!("{key} gateway {node:#x}: xrun, {what} {}", self.xruns),
        );
        tick.platform.notify(event);
    }

    fn update_position(&mut self, moved: u32, tick: &Tick<'_, P>) {
        self.updates += u32::from(moved > 0);
        if self.updates >= POSITION_UPDATE_TICKS {
            self.updates = 0;
            tick.platform.notify(Event::Position {
                gateway: self.gateway,
                bytes: self.processed,
            });
        }
    }
}

/// Slot of a gateway among the link positions: one for each port and direction.
/// HDA links tell their position themselves.
const fn slot(gateway: Gateway) -> Option<u8> {
    let port = gateway.index() >> 4;
    match gateway.kind() {
        GatewayKind::I2sOutput if port < 8 => Some(port),
        GatewayKind::I2sInput if port < 8 => Some(8 + port),
        GatewayKind::DmicInput if gateway.index() < 8 => Some(16 + gateway.index()),
        _ => None,
    }
}
