//! What the engine needs from the system.

use alloc::boxed::Box;
use core::fmt;
use core::sync::atomic::AtomicU32;

use acelab_abi::log::Level;
use acelab_abi::syscall::PortParams;
use acelab_module_sdk::{CreateError, Module};

use crate::dp::DpJob;
use crate::{AudioFault, Event, Gateway, InstanceKey, LoadedModule};

/// Why a DMA channel or a port could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelError {
    /// Somebody has it.
    Busy,
    /// The machine has no such gateway.
    NoSuchGateway,
    /// A parameter is refused.
    Invalid,
    /// No memory for it.
    OutOfMemory,
}

/// How a channel moves data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelConfig {
    /// Bytes of the buffer, at most those of the memory: a multiple of 32 and
    /// of the frame.
    pub bytes: u32,
    /// Bytes of a sample's container, 2 or 4.
    pub container: u32,
}

/// What a channel said at the last exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChannelFlags {
    /// It is started.
    pub running: bool,
    /// It ran empty or over since the last exchange.
    pub xrun: bool,
    /// It has stopped with an error, or does not exist any more.
    pub error: bool,
}

/// One channel's line in an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelState<C> {
    /// The channel.
    pub channel: C,
    /// In: bytes that the engine has read or written since the last exchange,
    /// to be handed over to the DMA.
    pub advance: u32,
    /// Out: offset of the next byte to be read from the buffer.
    pub read: u32,
    /// Out: offset of the next byte to be written to the buffer.
    pub write: u32,
    /// Out: bytes in the buffer, from `read` on.
    pub filled: u32,
    /// Out: its state.
    pub flags: ChannelFlags,
}

/// The system under an engine. All times are wall-clock ticks (38.4 MHz).
///
/// No call may block, but for those that say so. Where a call is made under
/// the LL lock, its documentation says "in a tick" or "under the lock".
pub trait Platform {
    /// DMA memory: 128-byte aligned, seen uncached, zeroed, freed when
    /// dropped; as 16-bit and as 32-bit words.
    type Memory: AsMut<[i16]> + AsMut<[i32]>;
    /// An open DMA channel.
    type Channel: Copy + Eq + fmt::Debug;
    /// A DP thread of this core.
    type Worker;

    /// Number of this core.
    fn core(&self) -> u8;

    /// The wall clock now.
    fn now(&self) -> u64;

    /// Writes a line to the log.
    fn log(&self, level: Level, component: &'static str, text: fmt::Arguments<'_>);

    /// Tells the host, unless it has masked the event or there is no room.
    fn notify(&self, event: Event);

    /// Whether position updates are built in ([`Event::Position`]).
    fn position_updates(&self) -> bool {
        false
    }

    /// Whether this fault is planted, to show that a test would find it.
    fn planted(&self, fault: AudioFault) -> bool {
        let _ = fault;
        false
    }

    /// The words of the firmware registers (first page of window 0), or of
    /// a place that nobody looks at.
    fn registers(&self) -> &[AtomicU32];

    /// The LL timer is wanted (the first task) or no more (the last one).
    /// Under the lock.
    fn timer_needed(&self, needed: bool);

    /// Gets DMA memory of `bytes` bytes.
    fn dma_memory(&self, bytes: u32) -> Option<Self::Memory>;

    /// Opens the channel behind a gateway; for ports that includes the link
    /// channel that belongs to the port and direction.
    fn dma_open(&self, gateway: Gateway) -> Result<Self::Channel, ChannelError>;

    /// Configures an open channel that is not started to use `memory`. The
    /// memory stays until the channel is closed.
    fn dma_configure(
        &self,
        channel: Self::Channel,
        memory: &Self::Memory,
        config: &ChannelConfig,
    ) -> Result<(), ChannelError>;

    /// Starts a channel, and its port with it. Under the lock.
    fn dma_start(&self, channel: Self::Channel) -> Result<(), ChannelError>;

    /// Stops a channel, and its port with it; positions stay. Under the lock.
    fn dma_stop(&self, channel: Self::Channel);

    /// Stops and closes a channel.
    fn dma_close(&self, channel: Self::Channel);

    /// Hands over the advances of all of the core's channels, clears them, and
    /// reads their states: one call to the system. In a tick.
    fn dma_exchange(&self, channels: &mut [ChannelState<Self::Channel>]);

    /// Programs the port of an open gateway that is none of the host.
    fn port_configure(
        &self,
        channel: Self::Channel,
        params: &PortParams,
    ) -> Result<(), ChannelError>;

    /// Wakes the IPC thread in [`wait_trigger`](Self::wait_trigger). In a tick.
    fn trigger_done(&self);

    /// Waits until a tick calls [`trigger_done`](Self::trigger_done), at most
    /// until `deadline`; false when it was not called. Blocks.
    fn wait_trigger(&self, deadline: u64) -> bool;

    /// Makes an instance of a loaded module from the payload of INIT_INSTANCE. Whatever
    /// its code does, the calls of the instance come back; after it was stopped each
    /// answers a fault.
    ///
    /// # Errors
    /// The module refuses, it was stopped, or there is no memory for it.
    fn load_module(
        &self,
        key: InstanceKey,
        module: &LoadedModule,
        payload: &[u8],
    ) -> Result<Box<dyn Module>, CreateError> {
        let _ = (key, module, payload);
        Err(CreateError::Value("module: none can be loaded"))
    }

    /// Creates the DP thread of component `key` (its name is `DP:<key>`) with
    /// at least `stack` bytes of stack.
    fn dp_spawn(&self, key: u32, stack: u32) -> Option<Self::Worker>;

    /// Gives an idle worker its job, which it runs by [`DpJob::run`]; it is to
    /// be done by `deadline`, and among jobs the earliest deadline goes first.
    /// In a tick.
    fn dp_submit(&self, worker: &Self::Worker, job: DpJob, deadline: u64);

    /// Takes back the job if the worker is done with it. In a tick.
    fn dp_collect(&self, worker: &Self::Worker) -> Option<DpJob>;

    /// Waits until the worker is done with its job, at most until `deadline`;
    /// false when it is not. Blocks.
    fn dp_wait(&self, worker: &Self::Worker, deadline: u64) -> bool;

    /// Ends the thread, and gives back the job if it has one. Blocks.
    fn dp_end(&self, worker: Self::Worker) -> Option<DpJob>;
}
