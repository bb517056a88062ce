//! What an object is.

use acelab_abi::object::ObjectKind;
use acelab_abi::syscall::Gateway;

use crate::ids::{DomainId, ThreadId};
use crate::memory::Partition;
use crate::sync::{EventFlags, Mutex, Semaphore, Slot, Timer};

/// The state of an object.
#[derive(Debug)]
pub enum Object {
    /// The index is free.
    Free,
    /// A thread.
    Thread(ThreadId),
    /// A semaphore.
    Semaphore(Semaphore),
    /// A mutex.
    Mutex(Mutex),
    /// A word of event flags.
    Event(EventFlags),
    /// A timer.
    Timer(Timer),
    /// A message slot.
    Slot(Slot),
    /// A domain.
    Domain(DomainId),
    /// A partition.
    Partition(Partition),
    /// An open gateway of the DMA.
    Channel(Gateway),
}

impl Object {
    /// Its kind; `None` if it is free.
    #[must_use]
    pub const fn kind(&self) -> Option<ObjectKind> {
        Some(match self {
            Self::Free => return None,
            Self::Thread(_) => ObjectKind::Thread,
            Self::Semaphore(_) => ObjectKind::Semaphore,
            Self::Mutex(_) => ObjectKind::Mutex,
            Self::Event(_) => ObjectKind::Event,
            Self::Timer(_) => ObjectKind::Timer,
            Self::Slot(_) => ObjectKind::Slot,
            Self::Domain(_) => ObjectKind::Domain,
            Self::Partition(_) => ObjectKind::Partition,
            Self::Channel(_) => ObjectKind::Channel,
        })
    }
}
