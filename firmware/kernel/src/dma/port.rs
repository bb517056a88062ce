//! The ports behind the link gateways.

use acelab_abi::regs::{dmic, ssp};
use acelab_abi::syscall::{Gateway, GatewayKind, PortParams, SysError};

use super::microphones;
use super::serial::{Frame, SerialPort};
use crate::bus::Bus;

/// Which way samples go through a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the codec.
    Out,
    /// From the codec, or the microphones.
    In,
}

impl Direction {
    const fn index(self) -> usize {
        self as usize
    }
}

/// The port of a link gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortId {
    /// A serial port.
    Serial(u8, Direction),
    /// The digital microphones.
    Microphones,
}

impl PortId {
    /// The port of a gateway; `None` for those of the host, and where the part
    /// has no port.
    #[must_use]
    pub const fn of(gateway: Gateway) -> Option<Self> {
        let direction = match gateway.kind() {
            GatewayKind::HostOut | GatewayKind::HostIn => return None,
            GatewayKind::LinkOut => Direction::Out,
            GatewayKind::LinkIn => Direction::In,
        };
        let index = gateway.index();
        let first = ssp::link_stream(0) as u32;
        if index >= first && index < first + ssp::PORTS as u32 {
            return Some(Self::Serial((index - first) as u8, direction));
        }
        match direction {
            Direction::In if index == dmic::LINK_STREAM as u32 => Some(Self::Microphones),
            _ => None,
        }
    }

    /// Index of its state.
    const fn index(self) -> usize {
        match self {
            Self::Serial(number, _) => number as usize,
            Self::Microphones => ssp::PORTS as usize,
        }
    }

    const fn direction(self) -> Direction {
        match self {
            Self::Serial(_, direction) => direction,
            Self::Microphones => Direction::In,
        }
    }
}

/// One direction of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    /// Its slots are not chosen.
    Idle,
    /// It can be started.
    Ready,
    /// It runs.
    Running,
}

/// What is programmed.
#[derive(Clone, Copy, Debug)]
struct State {
    /// What both directions share: all but the active slots.
    shared: PortParams,
    halves: [Half; 2],
}

impl State {
    const NONE: Self = Self {
        shared: PortParams::from_words([0; PortParams::WORDS]),
        halves: [Half::Idle; 2],
    };

    fn runs(&self) -> bool {
        self.halves.contains(&Half::Running)
    }
}

/// All ports.
#[derive(Debug)]
pub struct Ports([State; ssp::PORTS as usize + 1]);

impl Ports {
    /// None is programmed.
    pub const fn new() -> Self {
        Self([State::NONE; ssp::PORTS as usize + 1])
    }

    /// Programs a port.
    ///
    /// # Errors
    /// [`SysError::InvalidValue`] for what it cannot have; [`SysError::Busy`]
    /// while this direction runs, or the other one is to be, or runs, in another
    /// way: what somebody has made ready can be started.
    pub fn configure(
        &mut self,
        bus: impl Bus,
        port: PortId,
        params: &PortParams,
    ) -> Result<(), SysError> {
        let state = &mut self.0[port.index()];
        let half = port.direction().index();
        let shared = PortParams {
            active: 0,
            ..*params
        };
        let slots = 1_u32.checked_shl(params.slots).unwrap_or(0);
        if params.active == 0 || params.active >= slots {
            return Err(SysError::InvalidValue);
        }
        let other = state.halves[1 - half];
        let busy =
            state.halves[half] == Half::Running || other != Half::Idle && state.shared != shared;
        match port {
            PortId::Serial(number, direction) => {
                let frame = Frame::new(params).ok_or(SysError::InvalidValue)?;
                if busy {
                    return Err(SysError::Busy);
                }
                let serial = SerialPort::new(bus, number);
                if !state.runs() {
                    serial.set_frame(&frame);
                }
                serial.set_slots(direction, params.active);
            }
            PortId::Microphones => {
                if !microphones::accepts(params) {
                    return Err(SysError::InvalidValue);
                }
                if busy {
                    return Err(SysError::Busy);
                }
                microphones::configure(bus, params);
            }
        }
        state.shared = shared;
        state.halves[half] = Half::Ready;
        Ok(())
    }

    /// Lets a direction run.
    ///
    /// # Errors
    /// [`SysError::BadState`] unless it is programmed and does not run.
    pub fn start(&mut self, bus: impl Bus, port: PortId) -> Result<(), SysError> {
        let state = &mut self.0[port.index()];
        let half = port.direction().index();
        if state.halves[half] != Half::Ready {
            return Err(SysError::BadState);
        }
        let first = !state.runs();
        state.halves[half] = Half::Running;
        match port {
            PortId::Serial(number, direction) => {
                SerialPort::new(bus, number).start(direction, first);
            }
            PortId::Microphones => microphones::run(bus, true),
        }
        Ok(())
    }

    /// Stops a direction, if it runs.
    pub fn stop(&mut self, bus: impl Bus, port: PortId) {
        let state = &mut self.0[port.index()];
        let half = port.direction().index();
        if state.halves[half] != Half::Running {
            return;
        }
        state.halves[half] = Half::Ready;
        let last = !state.runs();
        match port {
            PortId::Serial(number, direction) => {
                SerialPort::new(bus, number).stop(direction, last);
            }
            PortId::Microphones => microphones::run(bus, false),
        }
    }

    /// Nobody has the direction any more: whoever is next programs it anew.
    pub fn forget(&mut self, bus: impl Bus, port: PortId) {
        self.stop(bus, port);
        self.0[port.index()].halves[port.direction().index()] = Half::Idle;
    }

    /// Whether a direction can be started.
    pub fn is_ready(&self, port: PortId) -> bool {
        self.0[port.index()].halves[port.direction().index()] == Half::Ready
    }

    /// The state of all ports in words, for the digest.
    pub fn words(&self) -> impl Iterator<Item = u32> {
        self.0.iter().flat_map(|state| {
            let [out, into] = state.halves;
            let half = (out as u32) << 4 | into as u32;
            state.shared.to_words().into_iter().chain([half])
        })
    }
}
