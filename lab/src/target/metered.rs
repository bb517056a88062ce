//! How much wall-clock time goes into a target.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::port::{PortId, PortMode, PortStatus};
use acelab_abi::trace::{CoreCounters, Event};

use super::{CoreState, Recording, Space, Stop, Target, TargetError};

/// Wall-clock time spent waiting for a target. Shown to people, never compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Waiting for anything: start, guest, link, end.
    pub waiting: Duration,
    /// Waiting for accesses that take no virtual time.
    pub accessing: Duration,
    /// How many such accesses there were.
    pub accesses: u32,
    /// How often virtual time was resumed.
    pub resumes: u32,
}

/// A target whose waiting time is counted.
pub struct Metered {
    inner: Box<dyn Target>,
    usage: Rc<Cell<Usage>>,
}

impl Metered {
    /// Counts into `usage`, which outlives the target.
    pub fn new(inner: Box<dyn Target>, usage: Rc<Cell<Usage>>) -> Self {
        Self { inner, usage }
    }

    fn count<T>(&mut self, access: bool, work: impl FnOnce(&mut dyn Target) -> T) -> T {
        let start = Instant::now();
        let result = work(self.inner.as_mut());
        let elapsed = start.elapsed();
        let mut usage = self.usage.get();
        usage.waiting += elapsed;
        if access {
            usage.accessing += elapsed;
            usage.accesses += 1;
        } else {
            usage.resumes += 1;
        }
        self.usage.set(usage);
        result
    }
}

impl Target for Metered {
    fn cores(&self) -> u8 {
        self.inner.cores()
    }

    fn resume(&mut self, until: Nanos) -> Result<Stop, TargetError> {
        self.count(false, |target| target.resume(until))
    }

    fn take_events(&mut self) -> Vec<Event> {
        self.inner.take_events()
    }

    fn read(&mut self, space: Space, address: u32, len: u32) -> Result<Vec<u8>, TargetError> {
        self.count(true, |target| target.read(space, address, len))
    }

    fn write(&mut self, space: Space, address: u32, bytes: &[u8]) -> Result<(), TargetError> {
        self.count(true, |target| target.write(space, address, bytes))
    }

    fn read_register(&mut self, offset: u32) -> Result<u32, TargetError> {
        self.count(true, |target| target.read_register(offset))
    }

    fn write_register(&mut self, offset: u32, value: u32) -> Result<(), TargetError> {
        self.count(true, |target| target.write_register(offset, value))
    }

    fn read_bar0(&mut self, offset: u32) -> Result<u32, TargetError> {
        self.count(true, |target| target.read_bar0(offset))
    }

    fn write_bar0(&mut self, offset: u32, value: u32) -> Result<(), TargetError> {
        self.count(true, |target| target.write_bar0(offset, value))
    }

    fn set_port(&mut self, port: PortId, mode: PortMode) -> Result<(), TargetError> {
        self.count(true, |target| target.set_port(port, mode))
    }

    fn queue_source(&mut self, port: PortId, bytes: &[u8]) -> Result<(), TargetError> {
        self.count(true, |target| target.queue_source(port, bytes))
    }

    fn drain_sink(&mut self, port: PortId) -> Result<Recording, TargetError> {
        self.count(true, |target| target.drain_sink(port))
    }

    fn port_status(&mut self, port: PortId) -> Result<PortStatus, TargetError> {
        self.count(true, |target| target.port_status(port))
    }

    fn core_state(&mut self, core: CoreId) -> Result<CoreState, TargetError> {
        self.count(true, |target| target.core_state(core))
    }

    fn counters(&mut self, core: CoreId) -> Result<CoreCounters, TargetError> {
        self.count(true, |target| target.counters(core))
    }

    fn finish(self: Box<Self>) -> Result<Vec<Event>, TargetError> {
        let start = Instant::now();
        let events = self.inner.finish();
        let mut usage = self.usage.get();
        usage.waiting += start.elapsed();
        self.usage.set(usage);
        events
    }

    fn diagnostics(&mut self) -> String {
        self.inner.diagnostics()
    }
}
