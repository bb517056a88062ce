//! The host's view of sound: BAR0, its memory, and what is outside of ports.

use acelab_abi::clock::Nanos;
use acelab_abi::port::{PortId, PortMode, PortStatus};
use acelab_abi::trace::{Access, EventKind};

use super::Soc;
use crate::access::{Fault, HostFault, Memory, Origin};
use crate::audio::{PortRefusal, Recorded};

impl Soc {
    /// The host reads its own memory.
    ///
    /// # Errors
    /// When part of the range is not in it.
    pub fn host_memory_read(&self, addr: u32, bytes: &mut [u8]) -> Result<(), HostFault> {
        let from = self.audio.host_memory(addr, bytes.len());
        bytes.copy_from_slice(from.ok_or(HostFault::Unmapped)?);
        Ok(())
    }

    /// The host writes its own memory.
    ///
    /// # Errors
    /// When part of the range is not in it; nothing is written then.
    pub fn host_memory_write(&mut self, addr: u32, bytes: &[u8]) -> Result<(), HostFault> {
        let to = self.audio.host_memory_mut(addr, bytes.len());
        to.ok_or(HostFault::Unmapped)?.copy_from_slice(bytes);
        Ok(())
    }

    /// The host reads a 32-bit word of BAR0.
    ///
    /// # Errors
    /// When there is no register; the event log says so too.
    pub fn hda_read(
        &mut self,
        now: Nanos,
        addr: u32,
        mem: &mut dyn Memory,
    ) -> Result<u32, HostFault> {
        self.advance(now, mem);
        if !addr.is_multiple_of(4) {
            return Err(HostFault::Misaligned);
        }
        let value = self.audio.host_read(addr);
        value.map_err(|_| self.bar0_unmapped(now, Access::Read, addr, 0))
    }

    /// The host writes a 32-bit word of BAR0. Writes to read-only registers are
    /// logged and change nothing.
    ///
    /// # Errors
    /// When there is no register; the event log says so too.
    pub fn hda_write(
        &mut self,
        now: Nanos,
        addr: u32,
        value: u32,
        mem: &mut dyn Memory,
    ) -> Result<(), HostFault> {
        self.advance(now, mem);
        if !addr.is_multiple_of(4) {
            return Err(HostFault::Misaligned);
        }
        let origin = Origin::outside(now);
        let done = self.audio.host_write(addr, value, &origin, &mut self.fx);
        self.settle(&origin);
        match done {
            Ok(()) => Ok(()),
            Err(Fault::ReadOnly) => {
                self.fx
                    .event(&origin, EventKind::Bar0ReadOnly { addr, value });
                Ok(())
            }
            Err(Fault::Reserved) => Err(self.bar0_unmapped(now, Access::Write, addr, value)),
        }
    }

    fn bar0_unmapped(&mut self, now: Nanos, access: Access, addr: u32, value: u32) -> HostFault {
        let kind = EventKind::Bar0Unmapped {
            access,
            addr,
            value,
        };
        self.fx.event(&Origin::outside(now), kind);
        HostFault::Unmapped
    }

    /// The lab sets what is outside of a port; a change empties queue and
    /// recording.
    pub fn set_port(&mut self, now: Nanos, port: PortId, mode: PortMode, mem: &mut dyn Memory) {
        self.advance(now, mem);
        self.audio.set_port(port, mode);
    }

    /// The lab queues what a port shall receive.
    ///
    /// # Errors
    /// When the port does not take it; nothing is queued then.
    pub fn queue_source(
        &mut self,
        now: Nanos,
        port: PortId,
        bytes: &[u8],
        mem: &mut dyn Memory,
    ) -> Result<(), PortRefusal> {
        self.advance(now, mem);
        self.audio.queue_source(port, bytes)
    }

    /// The lab takes up to `len` bytes of what a port has sent.
    ///
    /// # Errors
    /// When the port sends nothing ever.
    pub fn drain_sink(
        &mut self,
        now: Nanos,
        port: PortId,
        len: usize,
        mem: &mut dyn Memory,
    ) -> Result<Recorded, PortRefusal> {
        self.advance(now, mem);
        self.audio.drain_sink(port, len)
    }

    /// How a port stands.
    pub fn port_status(&mut self, now: Nanos, port: PortId, mem: &mut dyn Memory) -> PortStatus {
        self.advance(now, mem);
        self.audio.port_status(port, now)
    }
}
