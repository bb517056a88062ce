//! The system as the engine of one core sees it: system calls.

use alloc::boxed::Box;
use core::cell::UnsafeCell;
use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use acelab_abi::core_id::CoreId;
use acelab_abi::log::Level;
use acelab_abi::syscall::PortParams;
use acelab_audio::{
    AudioFault, ChannelConfig, ChannelError, ChannelState, DpJob, Event, Gateway, InstanceKey,
    LoadedModule, Platform,
};
use acelab_module_sdk::{CreateError, Module};
use acelab_user::{AnyObject, Channel, Deadline, Domain, Instant, Object, log, now};

use super::device::{self, Entries, Memory};
use super::guest;
use super::notify;
use super::shared::{Objects, Shared};
use super::start::Start;
use super::worker::Worker;

/// What both threads of a core use.
pub struct System {
    core: CoreId,
    objects: Objects,
    shared: &'static Shared,
    registers: &'static [AtomicU32],
    /// The engine has tasks.
    timer_needed: AtomicBool,
    /// The core's audio ends.
    ending: AtomicBool,
    /// What the next DP thread needs to call its module; used by the IPC thread.
    confined: [AtomicU32; 3],
    /// Used in ticks.
    entries: UnsafeCell<Entries>,
}

// SAFETY: `entries` is used by the LL thread alone; all else is read, or atomic.
unsafe impl Sync for System {}

impl System {
    /// That of a core.
    pub fn new(start: &Start) -> Self {
        Self {
            core: start.core,
            objects: start.objects,
            shared: start.shared,
            registers: start.registers(),
            timer_needed: AtomicBool::new(false),
            ending: AtomicBool::new(false),
            confined: [const { AtomicU32::new(0) }; 3],
            entries: UnsafeCell::new(Entries::EMPTY),
        }
    }

    /// This core.
    pub fn core_id(&self) -> CoreId {
        self.core
    }

    /// The domain of the core's threads.
    pub fn domain(&self) -> Domain {
        self.objects.domain
    }

    /// The IPC thread: the DP thread that is made next calls a module in a domain of its
    /// own, by these objects.
    pub fn will_call(&self, objects: [AnyObject; 3]) {
        for (word, object) in self.confined.iter().zip(objects) {
            word.store(object.word(), Ordering::Relaxed);
        }
    }

    /// Whether the engine has tasks.
    pub fn needs_timer(&self) -> bool {
        self.timer_needed.load(Ordering::Relaxed) && !self.is_ending()
    }

    /// Whether the core's audio ends.
    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    /// The IPC thread: the LL thread is to end.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
        let _ = self.objects.wake.give();
    }
}

impl Platform for System {
    type Memory = Memory;
    type Channel = Channel;
    type Worker = Worker;

    fn core(&self) -> u8 {
        self.core.get()
    }

    fn now(&self) -> u64 {
        now().ticks()
    }

    fn log(&self, level: Level, component: &'static str, text: fmt::Arguments<'_>) {
        // A line that the kernel does not take is lost.
        let _ = log::write(level, format_args!("{component}: {text}"));
    }

    fn notify(&self, event: Event) {
        if let Some(message) = notify::message(event, self.shared.event_mask()) {
            // The host is told of the first ones of a flood; nobody waits here.
            let _ = self.objects.notifications.send(&message, Deadline::NOW);
        }
    }

    fn position_updates(&self) -> bool {
        cfg!(feature = "positions")
    }

    fn planted(&self, fault: AudioFault) -> bool {
        cfg!(feature = "debug-ipc") && self.shared.faults() & fault.bit() != 0
    }

    fn registers(&self) -> &[AtomicU32] {
        self.registers
    }

    fn timer_needed(&self, needed: bool) {
        self.timer_needed.store(needed, Ordering::Relaxed);
        if needed {
            // The LL thread looks when it is woken, and whenever it has run.
            let _ = self.objects.wake.give();
        }
    }

    fn dma_memory(&self, bytes: u32) -> Option<Memory> {
        Memory::new(bytes)
    }

    fn dma_open(&self, gateway: Gateway) -> Result<Channel, ChannelError> {
        device::open(gateway, self.objects.ll)
    }

    fn dma_configure(
        &self,
        channel: Channel,
        memory: &Memory,
        config: &ChannelConfig,
    ) -> Result<(), ChannelError> {
        device::configure(channel, memory, config)
    }

    fn dma_start(&self, channel: Channel) -> Result<(), ChannelError> {
        channel.start().map_err(device::error)
    }

    fn dma_stop(&self, channel: Channel) {
        // One that does not run is stopped.
        let _ = channel.stop();
    }

    fn dma_close(&self, channel: Channel) {
        device::close(channel);
    }

    fn dma_exchange(&self, channels: &mut [ChannelState<Channel>]) {
        // SAFETY: this is a tick, which holds the LL lock and is not nested, and
        // nobody else comes here.
        device::exchange_all(unsafe { &mut *self.entries.get() }, channels);
    }

    fn port_configure(&self, channel: Channel, params: &PortParams) -> Result<(), ChannelError> {
        channel.configure_port(*params).map_err(device::error)
    }

    fn trigger_done(&self) {
        // Given already: the IPC thread looks once more.
        let _ = self.objects.trigger.give();
    }

    fn wait_trigger(&self, deadline: u64) -> bool {
        let deadline = Deadline::at(Instant::from_ticks(deadline));
        self.objects.trigger.take(deadline).is_ok()
    }

    fn load_module(
        &self,
        key: InstanceKey,
        module: &LoadedModule,
        payload: &[u8],
    ) -> Result<Box<dyn Module>, CreateError> {
        guest::load(self, key, module, payload)
    }

    fn dp_spawn(&self, key: u32, stack: u32) -> Option<Worker> {
        // They are of this instance, whatever comes of it.
        let calls = self
            .confined
            .each_ref()
            .map(|word| word.swap(0, Ordering::Relaxed));
        let worker = Worker::spawn(self.core, key, stack, self.objects.ll)?;
        for object in calls.into_iter().filter_map(AnyObject::from_word) {
            // One that is gone fails when it is used: the first request ends the module.
            let _ = worker.grant(object);
        }
        Some(worker)
    }

    fn dp_submit(&self, worker: &Worker, job: DpJob, deadline: u64) {
        worker.submit(job, deadline);
    }

    fn dp_collect(&self, worker: &Worker) -> Option<DpJob> {
        worker.collect()
    }

    fn dp_wait(&self, worker: &Worker, deadline: u64) -> bool {
        worker.wait(Deadline::at(Instant::from_ticks(deadline)))
    }

    fn dp_end(&self, worker: Worker) -> Option<DpJob> {
        worker.end()
    }
}
