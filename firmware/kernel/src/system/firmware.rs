//! What the firmware itself sets up for a domain: no system call leads here.

use acelab_abi::syscall::SysError;

use super::Kernel;
use crate::ids::DomainId;
use crate::memory::{Uncached, Window};
use crate::object::Object;
use crate::port::Port;

impl Kernel {
    /// Shows a window to the domain that a word names, as long as there is the
    /// domain; answers where its threads see it.
    ///
    /// # Errors
    /// [`SysError::BadHandle`], [`SysError::WrongKind`].
    pub fn map_window(
        &mut self,
        port: &mut impl Port,
        domain: u32,
        window: Window,
    ) -> Result<u32, SysError> {
        let domain = self.domain_named(domain)?;
        let address = self.memory.map_window(port, domain, window)?;
        Ok(address)
    }

    /// The domain that a word names.
    ///
    /// # Errors
    /// [`SysError::BadHandle`], [`SysError::WrongKind`].
    pub fn domain_named(&self, handle: u32) -> Result<DomainId, SysError> {
        match self.objects.get(self.objects.find(handle)?).object {
            Object::Domain(domain) => Ok(domain),
            _ => Err(SysError::WrongKind),
        }
    }

    /// From now on each core finds a free page in the heap of the domain that a
    /// word names: see [`Memory::keep_heap_for_cores`](crate::memory::Memory::keep_heap_for_cores).
    ///
    /// # Errors
    /// [`SysError::BadHandle`], [`SysError::WrongKind`], [`SysError::BadState`]
    /// when it has no heap.
    pub fn keep_heap_for_cores(&mut self, domain: u32) -> Result<(), SysError> {
        let domain = self.domain_named(domain)?;
        Ok(self.memory.keep_heap_for_cores(domain)?)
    }

    /// Where the kernel sees the partition that a word names, past the cache, as
    /// long as there is the partition.
    ///
    /// # Errors
    /// [`SysError::BadHandle`], [`SysError::WrongKind`].
    pub fn partition_address(
        &self,
        handle: u32,
    ) -> Result<Uncached<crate::memory::Kernel>, SysError> {
        match &self.objects.get(self.objects.find(handle)?).object {
            Object::Partition(partition) => Ok(partition.kernel_address().uncached()),
            _ => Err(SysError::WrongKind),
        }
    }
}
