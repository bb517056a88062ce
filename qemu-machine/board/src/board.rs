//! The board: the devices, the link to the lab, and the machine's clock
//! between the two.

use std::io::{Read, Write};

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::trace::{Access, Mode};
use acelab_hostlink::{LinkError, MachineInfo, Served, Server, Stopped};
use acelab_models::{BadCoreCount, BusError, Context};

use crate::machine::Machine;
use crate::plant::Plant;
use crate::qemu::Qemu;

/// Exit code of the process when the lab breaks the protocol or vanishes.
const EXIT_LINK: i32 = 3;

/// Owns the devices and talks to the lab while the machine's clock stands.
#[derive(Debug)]
pub struct Board<Q, S> {
    machine: Machine<Q>,
    server: Server<S>,
    /// The end of the time that the lab has granted; none before its first
    /// grant.
    granted: Option<Nanos>,
    /// What QEMU's timer is set to.
    armed: Option<Nanos>,
}

/// Who accesses the bus.
#[derive(Clone, Copy, Debug)]
pub struct Initiator {
    /// The core.
    pub core: CoreId,
    /// What it runs.
    pub mode: Mode,
}

impl<Q: Qemu, S: Read + Write> Board<Q, S> {
    /// A board whose lab is at the other end of `stream`. The stream needs a
    /// read timeout, so that a requested shutdown is seen while the lab thinks.
    ///
    /// The timer is set to time 0: the machine blocks before it runs an
    /// instruction.
    ///
    /// # Errors
    /// When there is no part with so many cores.
    pub fn new(info: MachineInfo, qemu: Q, stream: S, plant: Plant) -> Result<Self, BadCoreCount> {
        let mut board = Self {
            machine: Machine::new(info, qemu, plant)?,
            server: Server::new(stream),
            granted: None,
            armed: None,
        };
        board.arm();
        Ok(board)
    }

    /// A core reads a hardware register.
    ///
    /// # Errors
    /// When nothing answers.
    pub fn read(&mut self, by: Initiator, addr: u32, size: u8) -> Result<u32, BusError> {
        let value = self.machine.read(self.context(by), addr, size);
        self.settle();
        value
    }

    /// A core writes a hardware register.
    ///
    /// # Errors
    /// When nothing answers.
    pub fn write(
        &mut self,
        by: Initiator,
        addr: u32,
        size: u8,
        value: u32,
    ) -> Result<(), BusError> {
        let done = self.machine.write(self.context(by), addr, size, value);
        self.settle();
        done
    }

    /// A core accessed an address where there is neither RAM nor register.
    pub fn unmapped(&mut self, by: Initiator, access: Access, addr: u32, size: u8, value: u32) {
        self.machine
            .unmapped(self.context(by), access, addr, size, value);
    }

    /// The timer has expired.
    pub fn timer(&mut self) {
        self.armed = None;
        let now = self.machine.qemu().now();
        self.machine.advance(now);
        self.settle();
    }

    /// The lab has closed the link while the cores ran.
    pub fn hangup(&self) -> ! {
        eprintln!("ace30: {}", LinkError::PeerGone);
        self.machine.qemu().abort(EXIT_LINK)
    }

    fn context(&self, by: Initiator) -> Context {
        Context {
            now: self.machine.qemu().now(),
            core: by.core,
            mode: by.mode,
        }
    }

    /// Stops for whatever the host must see now, then sets the timer anew.
    fn settle(&mut self) {
        if let Err(error) = self.stop_as_needed() {
            eprintln!("ace30: {error}");
            self.machine.qemu().quit(EXIT_LINK);
        }
        self.arm();
    }

    fn stop_as_needed(&mut self) -> Result<(), LinkError> {
        loop {
            if let Some(granted) = self.granted {
                let Some(reason) = self.machine.take_stop(granted) else {
                    return Ok(());
                };
                let now = self.machine.qemu().now();
                let stopped = Stopped { now, reason };
                self.server.stopped(stopped, &mut self.machine)?;
            }
            self.granted = Some(self.serve()?);
        }
    }

    /// Answers requests until the lab grants time.
    fn serve(&mut self) -> Result<Nanos, LinkError> {
        loop {
            match self.server.serve(&mut self.machine)? {
                Served::Answered => {}
                Served::Waiting => {
                    if self.machine.qemu().shutdown_requested() {
                        self.machine.qemu().quit(0);
                    }
                }
                Served::Resume { until } => return Ok(until),
                Served::Quit => self.machine.qemu().quit(0),
            }
        }
    }

    fn arm(&mut self) {
        let granted = self.granted.unwrap_or(Nanos::ZERO);
        let deadline = self.machine.next_deadline();
        let next = deadline.map_or(granted, |deadline| deadline.min(granted));
        if self.armed != Some(next) {
            self.armed = Some(next);
            self.machine.qemu_mut().set_timer(next);
        }
    }
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
