//! What the lab needs of a thing that runs firmware.
//!
//! Everything above this trait works on virtual time and on what a host could
//! see; which simulator or board is behind it is known only to its own module.

mod audio;
mod interrupt;
mod metered;
pub mod qemu;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::port::{PortId, PortMode, PortStatus};
use acelab_abi::trace::{CoreCounters, Event};

pub use audio::Recording;
pub use interrupt::{interrupt, interrupted, on_interrupt};
pub use metered::{Metered, Usage};

/// Which addresses an access means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// The DSP's memory by its own physical addresses, as a debugger sees it.
    Dsp,
    /// The memory windows in BAR4, as the host sees them.
    Host,
    /// The host's own memory (`regs::hda_host::HOST_MEMORY`), which its HDA
    /// controller reads and writes.
    HostMemory,
}

/// Why virtual time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The granted time is used up.
    Granted,
    /// Something for the host in its mailbox.
    HostInterrupt {
        /// The DSP has rung the doorbell.
        doorbell: bool,
        /// The DSP has completed the host's message.
        done: bool,
        /// Streams of the HDA controller that have completed a buffer or
        /// failed, one bit each by the number of the stream's descriptor.
        streams: u32,
    },
    /// The guest ended the run through its debug port, with this code.
    Exit(u32),
    /// The target was asked to end by somebody else.
    Shutdown,
}

/// Virtual time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// The virtual time.
    pub now: Nanos,
    /// Why.
    pub reason: StopReason,
}

/// Registers of a core, for reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreState {
    /// Which core.
    pub core: CoreId,
    /// What it does, in one word.
    pub run: String,
    /// Program counter.
    pub pc: u32,
    /// `a0` to `a15`.
    pub general: [u32; 16],
    /// Other registers, by name.
    pub special: Vec<(&'static str, u32)>,
}

/// Why a target did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The target could not be started.
    #[error("cannot start the target: {0}")]
    Start(String),
    /// The target has ended or its link is broken.
    #[error("the target is gone: {0}")]
    Gone(String),
    /// The target has not answered within the wall-clock limit.
    #[error("the target has not answered for {0} s of wall-clock time")]
    Watchdog(u64),
    /// The target works but cannot do this. What it was asked depends on what
    /// the firmware did before, so that this is the firmware's failure.
    #[error("{0}")]
    Refused(String),
}

impl TargetError {
    /// Whether this says nothing about the firmware.
    pub fn is_infrastructure(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }
}

/// A thing that runs firmware, seen from the host.
pub trait Target {
    /// Cores it has.
    fn cores(&self) -> u8;

    /// Lets virtual time run to `until`, or to the first thing that the host would notice.
    fn resume(&mut self, until: Nanos) -> Result<Stop, TargetError>;

    /// The events since the last call, in the order they happened.
    fn take_events(&mut self) -> Vec<Event>;

    /// Reads `len` bytes of memory.
    fn read(&mut self, space: Space, address: u32, len: u32) -> Result<Vec<u8>, TargetError>;

    /// Writes memory.
    fn write(&mut self, space: Space, address: u32, bytes: &[u8]) -> Result<(), TargetError>;

    /// Reads a host register by its BAR4 offset.
    fn read_register(&mut self, offset: u32) -> Result<u32, TargetError>;

    /// Writes a host register by its BAR4 offset.
    fn write_register(&mut self, offset: u32, value: u32) -> Result<(), TargetError>;

    /// Reads a register of the host's HDA controller by its BAR0 offset.
    fn read_bar0(&mut self, offset: u32) -> Result<u32, TargetError>;

    /// Writes a register of the host's HDA controller by its BAR0 offset.
    fn write_bar0(&mut self, offset: u32, value: u32) -> Result<(), TargetError>;

    /// Sets what is outside of an audio port. With a change, what was queued or
    /// recorded before is forgotten.
    fn set_port(&mut self, port: PortId, mode: PortMode) -> Result<(), TargetError>;

    /// Queues what a port in [`PortMode::External`] shall receive, in the form
    /// of [`Recording::bytes`] with the receiver's active slots. The first frame
    /// is that which the receiver takes first once it runs.
    fn queue_source(&mut self, port: PortId, bytes: &[u8]) -> Result<(), TargetError>;

    /// Takes the oldest part without a gap of what a port has sent; to be asked
    /// until it has no bytes.
    fn drain_sink(&mut self, port: PortId) -> Result<Recording, TargetError>;

    /// How a port stands.
    fn port_status(&mut self, port: PortId) -> Result<PortStatus, TargetError>;

    /// The registers of a core.
    fn core_state(&mut self, core: CoreId) -> Result<CoreState, TargetError>;

    /// What a core has done so far, counted outside of it.
    fn counters(&mut self, core: CoreId) -> Result<CoreCounters, TargetError>;

    /// Ends the run and returns the events that were left.
    fn finish(self: Box<Self>) -> Result<Vec<Event>, TargetError>;

    /// What the target itself said, outside the link: its error output so far.
    fn diagnostics(&mut self) -> String;
}

/// Starts targets.
pub trait Launcher: Sync {
    /// Starts one with this many cores. It stands at virtual time zero.
    fn launch(&self, cores: u8) -> Result<Box<dyn Target>, TargetError>;
}
