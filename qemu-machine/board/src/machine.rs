//! The devices with QEMU around them: applies what they ask for, and answers
//! the lab's questions.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::port::{PortId, PortMode, PortStatus};
use acelab_abi::trace::{Access, CoreCounters, Event, WindowRefusal};
use acelab_hostlink::{
    CoreRegs, CoreRun, HostCauses, MachineInfo, Recording, Space, Status, StopReason,
};
use acelab_models::{
    BadCoreCount, BusError, Context, Effect, HostEdge, HostFault, NotRam, PortRefusal, Soc,
};

use crate::plant::Plant;
use crate::qemu::Qemu;

/// The devices and what they have asked for.
#[derive(Debug)]
pub struct Machine<Q> {
    info: MachineInfo,
    soc: Soc,
    ram: Ram<Q>,
    events: Vec<Event>,
    /// Edges that the host has not been told of.
    causes: HostCauses,
    /// The guest has ended the run; the lab has not been told.
    exit: Option<u32>,
    plant: Plant,
}

/// QEMU's memory, as the devices see it.
#[derive(Debug)]
struct Ram<Q>(Q);

impl<Q: Qemu> acelab_models::Memory for Ram<Q> {
    fn read(&mut self, addr: u32, bytes: &mut [u8]) -> Result<(), NotRam> {
        self.0.ram_read(addr, bytes).then_some(()).ok_or(NotRam)
    }

    fn write(&mut self, addr: u32, bytes: &[u8]) -> Result<(), NotRam> {
        self.0.ram_write(addr, bytes).then_some(()).ok_or(NotRam)
    }
}

impl<Q: Qemu> Machine<Q> {
    /// A machine without power.
    ///
    /// # Errors
    /// When there is no part with so many cores.
    pub fn new(info: MachineInfo, qemu: Q, plant: Plant) -> Result<Self, BadCoreCount> {
        Ok(Self {
            info,
            soc: Soc::new(info.cores.into())?,
            ram: Ram(qemu),
            events: Vec::new(),
            causes: HostCauses::default(),
            exit: None,
            plant,
        })
    }

    pub fn qemu(&self) -> &Q {
        &self.ram.0
    }

    pub fn qemu_mut(&mut self) -> &mut Q {
        &mut self.ram.0
    }

    pub fn read(&mut self, cx: Context, addr: u32, size: u8) -> Result<u32, BusError> {
        let value = self.soc.read(cx, addr, size, &mut self.ram);
        self.apply();
        value
    }

    pub fn write(&mut self, cx: Context, addr: u32, size: u8, value: u32) -> Result<(), BusError> {
        let done = self.soc.write(cx, addr, size, value, &mut self.ram);
        self.apply();
        done
    }

    pub fn unmapped(&mut self, cx: Context, access: Access, addr: u32, size: u8, value: u32) {
        self.soc.unmapped(cx, access, addr, size, value);
        self.apply();
    }

    pub fn advance(&mut self, now: Nanos) {
        self.soc.advance(now, &mut self.ram);
        self.apply();
    }

    pub fn next_deadline(&self) -> Option<Nanos> {
        self.soc.next_deadline()
    }

    /// Why the machine must stop, if it must, and `granted` is the end of the
    /// time that it may run. A reason is given once.
    pub fn take_stop(&mut self, granted: Nanos) -> Option<StopReason> {
        if let Some(code) = self.exit.take() {
            Some(StopReason::Exit { code })
        } else if self.causes.any() {
            Some(StopReason::HostInterrupt(std::mem::take(&mut self.causes)))
        } else if self.qemu().now() >= granted {
            Some(StopReason::Granted)
        } else {
            None
        }
    }

    fn apply(&mut self) {
        let qemu = &mut self.ram.0;
        for effect in self.soc.drain_effects() {
            match effect {
                Effect::Irq { core, line, level } => qemu.set_irq(core, line, level),
                Effect::StartCore { core, pc } => qemu.start_core(core, pc),
                Effect::StallCore { core } => qemu.stall_core(core),
                Effect::HostInterrupt(HostEdge::Doorbell) => self.causes.doorbell = true,
                Effect::HostInterrupt(HostEdge::Done) => self.causes.done = true,
                Effect::HostInterrupt(HostEdge::Stream(stream)) => {
                    self.causes.streams |= 1 << stream;
                }
                Effect::Exit { code } => self.exit = Some(code),
                Effect::Event(event) => self.events.push(self.plant.in_event(event)),
            }
        }
    }
}

impl<Q: Qemu> acelab_hostlink::Machine for Machine<Q> {
    fn info(&self) -> MachineInfo {
        self.info
    }

    fn read_mem(&mut self, space: Space, addr: u32, bytes: &mut [u8]) -> Result<(), Status> {
        match space {
            Space::Dsp if self.qemu().ram_read(addr, bytes) => Ok(()),
            Space::Dsp => Err(Status::Unmapped),
            Space::Host => self.soc.host_memory_read(addr, bytes).map_err(status),
            Space::Bar4 => {
                let now = self.qemu().now();
                let read = self.soc.host_read_memory(now, addr, bytes, &mut self.ram);
                self.apply();
                read.map_err(status)
            }
        }
    }

    fn write_mem(&mut self, space: Space, addr: u32, bytes: &[u8]) -> Result<(), Status> {
        match space {
            Space::Dsp if self.qemu_mut().ram_write(addr, bytes) => Ok(()),
            Space::Dsp => Err(Status::Unmapped),
            Space::Host => self.soc.host_memory_write(addr, bytes).map_err(status),
            Space::Bar4 => {
                let now = self.qemu().now();
                let written = self.soc.host_write_memory(now, addr, bytes, &mut self.ram);
                self.apply();
                written.map_err(status)
            }
        }
    }

    fn read_reg(&mut self, addr: u32) -> Result<u32, Status> {
        let value = self.soc.host_read(self.ram.0.now(), addr, &mut self.ram);
        self.apply();
        value.map_err(status)
    }

    fn write_reg(&mut self, addr: u32, value: u32) -> Result<(), Status> {
        let now = self.qemu().now();
        let done = self.soc.host_write(now, addr, value, &mut self.ram);
        self.apply();
        done.map_err(status)
    }

    fn read_bar0(&mut self, addr: u32) -> Result<u32, Status> {
        let now = self.qemu().now();
        let value = self.soc.hda_read(now, addr, &mut self.ram);
        self.apply();
        value.map_err(status)
    }

    fn write_bar0(&mut self, addr: u32, value: u32) -> Result<(), Status> {
        let now = self.qemu().now();
        let done = self.soc.hda_write(now, addr, value, &mut self.ram);
        self.apply();
        done.map_err(status)
    }

    fn set_port(&mut self, port: PortId, mode: PortMode) -> Result<(), Status> {
        let now = self.qemu().now();
        self.soc.set_port(now, port, mode, &mut self.ram);
        self.apply();
        Ok(())
    }

    fn queue_source(&mut self, port: PortId, bytes: &[u8]) -> Result<(), Status> {
        let now = self.qemu().now();
        let queued = self.soc.queue_source(now, port, bytes, &mut self.ram);
        self.apply();
        queued.map_err(port_status)
    }

    fn drain_sink(&mut self, port: PortId, len: usize) -> Result<Recording, Status> {
        let now = self.qemu().now();
        let taken = self.soc.drain_sink(now, port, len, &mut self.ram);
        self.apply();
        let taken = taken.map_err(port_status)?;
        Ok(Recording {
            start: taken.start,
            frame: taken.frame,
            frame_bytes: taken.frame_bytes,
            bytes: taken.bytes,
        })
    }

    fn port_status(&mut self, port: PortId) -> Result<PortStatus, Status> {
        let now = self.qemu().now();
        let status = self.soc.port_status(now, port, &mut self.ram);
        self.apply();
        Ok(status)
    }

    fn core_state(&mut self, core: CoreId) -> Result<CoreRegs, Status> {
        if core.get() >= self.info.cores {
            return Err(Status::NoSuchCore);
        }
        let state = self.qemu().core_state(core);
        Ok(CoreRegs {
            core,
            run: match (state.stalled, state.waiting) {
                (true, _) => CoreRun::Stalled,
                (false, true) => CoreRun::Waiting,
                (false, false) => CoreRun::Running,
            },
            pc: state.pc,
            ps: state.ps,
            epc1: state.epc1,
            exccause: state.exccause,
            excvaddr: state.excvaddr,
            depc: state.depc,
            vecbase: state.vecbase,
            interrupt: state.interrupt,
            intenable: state.intenable,
            ccount: state.ccount,
            ar: state.ar,
        })
    }

    fn counters(&mut self, core: CoreId) -> Result<CoreCounters, Status> {
        if core.get() >= self.info.cores {
            return Err(Status::NoSuchCore);
        }
        Ok(self.qemu().core_counters(core))
    }

    fn drain_events(&mut self, events: &mut Vec<Event>) {
        events.append(&mut self.events);
    }
}

const fn port_status(refusal: PortRefusal) -> Status {
    match refusal {
        PortRefusal::NoSuchDirection => Status::NoSuchDirection,
        PortRefusal::Misaligned => Status::Misaligned,
        PortRefusal::QueueFull => Status::QueueFull,
    }
}

const fn status(fault: HostFault) -> Status {
    match fault {
        HostFault::Unmapped | HostFault::Window(WindowRefusal::NotRam) => Status::Unmapped,
        HostFault::Misaligned => Status::Misaligned,
        HostFault::Window(WindowRefusal::Closed) => Status::WindowClosed,
        HostFault::Window(WindowRefusal::BeyondLimit) => Status::OutOfRange,
        HostFault::Window(WindowRefusal::ReadOnly) => Status::ReadOnly,
    }
}
