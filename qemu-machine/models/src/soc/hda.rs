//! The host's view of sound: BAR0, its memory, and what is outside of ports.

use acelab_abi::clock::Nanos;
use acelab_abi::port::{PortId, PortMode, PortStatus};

use super::Soc;
use crate::access::{HostFault, Memory};
use crate::audio::{PortRefusal, Recorded};

impl Soc {
    /// The host reads its own memory.
    ///
    /// # Errors
    /// When part of the range is not in it.
    pub fn host_memory_read(&self, _addr: u32, _bytes: &mut [u8]) -> Result<(), HostFault> {
        Err(HostFault::Unmapped)
    }

    /// The host writes its own memory.
    ///
    /// # Errors
    /// When part of the range is not in it; nothing is written then.
    pub fn host_memory_write(&mut self, _addr: u32, _bytes: &[u8]) -> Result<(), HostFault> {
        Err(HostFault::Unmapped)
    }

    /// The host reads a 32-bit word of BAR0.
    ///
    /// # Errors
    /// When there is no register.
    pub fn hda_read(
        &mut self,
        now: Nanos,
        _addr: u32,
        mem: &mut dyn Memory,
    ) -> Result<u32, HostFault> {
        self.advance(now, mem);
        Err(HostFault::Unmapped)
    }

    /// The host writes a 32-bit word of BAR0.
    ///
    /// # Errors
    /// When there is no register.
    pub fn hda_write(
        &mut self,
        now: Nanos,
        _addr: u32,
        _value: u32,
        mem: &mut dyn Memory,
    ) -> Result<(), HostFault> {
        self.advance(now, mem);
        Err(HostFault::Unmapped)
    }

    /// The lab sets what is outside of a port; queue and recording are emptied.
    pub fn set_port(&mut self, now: Nanos, _port: PortId, _mode: PortMode, mem: &mut dyn Memory) {
        self.advance(now, mem);
    }

    /// The lab queues what a port shall receive.
    ///
    /// # Errors
    /// When the port does not take it; nothing is queued then.
    pub fn queue_source(
        &mut self,
        now: Nanos,
        _port: PortId,
        _bytes: &[u8],
        mem: &mut dyn Memory,
    ) -> Result<(), PortRefusal> {
        self.advance(now, mem);
        Err(PortRefusal::QueueFull)
    }

    /// The lab takes up to `len` bytes of what a port has sent.
    ///
    /// # Errors
    /// When the port sends nothing ever.
    pub fn drain_sink(
        &mut self,
        now: Nanos,
        _port: PortId,
        _len: usize,
        mem: &mut dyn Memory,
    ) -> Result<Recorded, PortRefusal> {
        self.advance(now, mem);
        Ok(Recorded::default())
    }

    /// How a port stands.
    pub fn port_status(&mut self, now: Nanos, _port: PortId, mem: &mut dyn Memory) -> PortStatus {
        self.advance(now, mem);
        PortStatus::default()
    }
}
