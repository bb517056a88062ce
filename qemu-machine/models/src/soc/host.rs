//! Accesses of the host to BAR4.

use acelab_abi::clock::Nanos;
use acelab_abi::regs::{dspcs, fw_status, hfipc, host, ipc_agent};
use acelab_abi::trace::{Access, EventKind, Peer, WindowRefusal};

use super::Soc;
use crate::access::{Fault, HostFault, Memory, NotRam, Origin};
use crate::host_regs;
use crate::windows::Place;

/// A register that the host sees.
#[derive(Clone, Copy)]
enum HostRegister {
    Power(host::Reg),
    Mailbox(u32),
    Core0(u32),
    Status(u32),
}

fn register(addr: u32) -> Option<HostRegister> {
    let within = |base: u32, span: u32| addr.checked_sub(base).filter(|offset| *offset < span);
    if let Some(reg) = host::Reg::at(addr) {
        return Some(HostRegister::Power(reg));
    }
    if let Some(offset) = within(hfipc::HOST_BASE, ipc_agent::SPAN) {
        return Some(HostRegister::Mailbox(offset));
    }
    // Of DSPCS the host owns core 0's pair.
    if let Some(offset) = within(dspcs::BASE, dspcs::CONTROL_STRIDE) {
        return Some(HostRegister::Core0(offset));
    }
    within(fw_status::BASE, fw_status::SPAN).map(HostRegister::Status)
}

impl Soc {
    /// The host reads a 32-bit word of BAR4: a register or memory in a window.
    ///
    /// # Errors
    /// When nothing answers; the event log says so too.
    pub fn host_read(
        &mut self,
        now: Nanos,
        addr: u32,
        mem: &mut dyn Memory,
    ) -> Result<u32, HostFault> {
        if !addr.is_multiple_of(4) {
            return Err(HostFault::Misaligned);
        }
        if Place::at(addr).is_some() {
            let mut bytes = [0; 4];
            self.host_read_memory(now, addr, &mut bytes, mem)?;
            return Ok(u32::from_le_bytes(bytes));
        }
        self.advance(now, mem);
        let value = match register(addr) {
            Some(HostRegister::Power(reg)) => Ok(host_regs::read(reg, &self.power)),
            Some(HostRegister::Mailbox(offset)) => self.blocks.mailbox.read(Peer::Host, offset),
            Some(HostRegister::Core0(offset)) => self.blocks.dspcs.read(offset, &self.power),
            Some(HostRegister::Status(offset)) => self.blocks.status.read(offset),
            None => Err(Fault::Reserved),
        };
        value.map_err(|_| self.host_unmapped(now, Access::Read, addr, 0))
    }

    /// The host writes a 32-bit word of BAR4: a register or memory in a
    /// window. Writes to read-only registers are logged and change nothing.
    ///
    /// # Errors
    /// When nothing answers; the event log says so too.
    pub fn host_write(
        &mut self,
        now: Nanos,
        addr: u32,
        value: u32,
        mem: &mut dyn Memory,
    ) -> Result<(), HostFault> {
        if !addr.is_multiple_of(4) {
            return Err(HostFault::Misaligned);
        }
        if Place::at(addr).is_some() {
            return self.host_write_memory(now, addr, &value.to_le_bytes(), mem);
        }
        self.advance(now, mem);
        let origin = Origin::outside(now);
        let Self {
            blocks, power, fx, ..
        } = self;
        let done = match register(addr) {
            Some(HostRegister::Power(reg)) => host_regs::write(reg, value, power, &origin),
            Some(HostRegister::Mailbox(offset)) => {
                blocks.mailbox.write(Peer::Host, offset, value, &origin, fx)
            }
            Some(HostRegister::Core0(offset)) => {
                blocks.dspcs.write(offset, value, power, &origin, fx)
            }
            Some(HostRegister::Status(_)) => Err(Fault::ReadOnly),
            None => Err(Fault::Reserved),
        };
        self.settle(&origin);
        match done {
            Ok(()) => Ok(()),
            Err(Fault::ReadOnly) => {
                self.fx
                    .event(&origin, EventKind::HostReadOnly { addr, value });
                Ok(())
            }
            Err(Fault::Reserved) => Err(self.host_unmapped(now, Access::Write, addr, value)),
        }
    }

    /// The host reads memory through a window, from BAR4 offset `addr`.
    ///
    /// # Errors
    /// When the window does not let it; the event log says so too.
    pub fn host_read_memory(
        &mut self,
        now: Nanos,
        addr: u32,
        bytes: &mut [u8],
        mem: &mut dyn Memory,
    ) -> Result<(), HostFault> {
        self.advance(now, mem);
        let physical = self.through_window(now, addr, bytes.len(), Access::Read)?;
        mem.read(physical, bytes)
            .map_err(|NotRam| self.not_ram(now, addr, bytes.len(), Access::Read))
    }

    /// The host writes memory through a window, from BAR4 offset `addr`.
    ///
    /// # Errors
    /// When the window does not let it; the event log says so too.
    pub fn host_write_memory(
        &mut self,
        now: Nanos,
        addr: u32,
        bytes: &[u8],
        mem: &mut dyn Memory,
    ) -> Result<(), HostFault> {
        self.advance(now, mem);
        let physical = self.through_window(now, addr, bytes.len(), Access::Write)?;
        mem.write(physical, bytes)
            .map_err(|NotRam| self.not_ram(now, addr, bytes.len(), Access::Write))
    }

    fn through_window(
        &mut self,
        now: Nanos,
        addr: u32,
        len: usize,
        access: Access,
    ) -> Result<u32, HostFault> {
        let Some(place) = Place::at(addr) else {
            return Err(self.host_unmapped(now, access, addr, 0));
        };
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        let physical = self.blocks.windows.translate(place, len, access);
        physical.map_err(|reason| self.window_refused(now, place, len, access, reason))
    }

    fn not_ram(&mut self, now: Nanos, addr: u32, len: usize, access: Access) -> HostFault {
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        match Place::at(addr) {
            Some(place) => self.window_refused(now, place, len, access, WindowRefusal::NotRam),
            None => HostFault::Unmapped,
        }
    }

    fn window_refused(
        &mut self,
        now: Nanos,
        place: Place,
        len: u32,
        access: Access,
        reason: WindowRefusal,
    ) -> HostFault {
        let Place { window, offset } = place;
        let kind = EventKind::WindowRefused {
            window,
            access,
            offset,
            len,
            reason,
        };
        self.fx.event(&Origin::outside(now), kind);
        HostFault::Window(reason)
    }

    fn host_unmapped(&mut self, now: Nanos, access: Access, addr: u32, value: u32) -> HostFault {
        let kind = EventKind::HostUnmapped {
            access,
            addr,
            value,
        };
        self.fx.event(&Origin::outside(now), kind);
        HostFault::Unmapped
    }
}
