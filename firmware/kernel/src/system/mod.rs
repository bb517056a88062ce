//! The kernel as one state machine: threads, objects, memory and time, and what
//! system calls, interrupts and faults do with them.
//!
//! There is one [`Kernel`], behind the kernel lock. Nothing in here waits for
//! anything or knows a register: what the machine has to do is asked of the
//! [`Port`].

mod account;
mod args;
mod calls;
mod close;
mod cores;
mod digest;
mod dispatch;
mod faults;
mod firmware;
mod guard;
mod interrupt;
mod life;
mod outcome;
mod reap;
mod schedule;
mod wait;

#[cfg(test)]
mod tests;

use acelab_abi::core_id::MAX_CORES;

use crate::dma::Dma;
use crate::ids::{DomainId, MAX_THREADS, ThreadId};
use crate::memory::Memory;
use crate::object::{Object, ObjectId, Objects};
use crate::sync::Deadlines;
use crate::thread::{Links, ReadyQueue, Thread};

pub(crate) use args::{Args, bad_pointer};
pub(crate) use dispatch::Answer;
pub use dispatch::Stop;
pub use faults::FaultSwitches;
pub use outcome::{Busy, Fate, Idle, Next, Outcome, Resume, Ring, Spawn, Start};

/// What the kernel knows of one core.
#[derive(Debug)]
struct Core {
    /// The thread it runs, as far as it has told.
    running: Option<ThreadId>,
    /// A thread that another core has ended while this one ran it.
    leaving: Option<ThreadId>,
    /// With the idle thread, while the core is active.
    ready: ReadyQueue,
    /// Event, and its flags, that tells of threads to report.
    reports: Option<(ObjectId, u32)>,
    /// It takes no new threads.
    closed: bool,
}

/// The kernel.
#[derive(Debug)]
pub struct Kernel {
    pub(crate) threads: [Thread; MAX_THREADS],
    pub(crate) objects: Objects,
    pub(crate) deadlines: Deadlines,
    pub(crate) memory: Memory,
    pub(crate) dma: Dma,
    cores: [Core; MAX_CORES],
    links: Links,
    sequence: u64,
    /// What the kernel leaves out for a test.
    pub faults: FaultSwitches,
}

impl Kernel {
    /// A kernel without cores, threads and objects.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            threads: [const { Thread::FREE }; MAX_THREADS],
            objects: Objects::new(),
            deadlines: Deadlines::new(),
            memory: Memory::new(),
            dma: Dma::new(),
            cores: [const {
                Core {
                    running: None,
                    leaving: None,
                    ready: ReadyQueue::new(),
                    reports: None,
                    closed: false,
                }
            }; MAX_CORES],
            links: Links::new(),
            sequence: 0,
            faults: FaultSwitches::NONE,
        }
    }

    /// What the kernel knows of a thread.
    #[must_use]
    pub fn thread(&self, thread: ThreadId) -> &Thread {
        &self.threads[thread.index()]
    }

    /// The word that names a thread.
    #[must_use]
    pub fn thread_handle(&self, thread: ThreadId) -> u32 {
        self.objects.handle(self.thread(thread).object)
    }

    /// The domain whose page table a thread needs.
    #[must_use]
    pub fn domain_of(&self, thread: ThreadId) -> Option<DomainId> {
        self.thread(thread).domain
    }

    /// Domains, partitions and the page pool.
    #[must_use]
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Domains, partitions and the page pool.
    pub const fn memory_mut(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// The thread that an object is.
    pub(crate) fn thread_of(&self, object: ObjectId) -> Option<ThreadId> {
        match self.objects.get(object).object {
            Object::Thread(thread) => Some(thread),
            _ => None,
        }
    }

    /// A number that grows with each call.
    pub(crate) const fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }
}

impl Default for Kernel {
    fn default() -> Self {
        Self::new()
    }
}
