//! A system with a simulated DMA and virtual time.

use std::cell::{Cell, RefCell, UnsafeCell};
use std::fmt;
use std::rc::Rc;
use std::sync::atomic::AtomicU32;

use acelab_abi::log::Level;
use acelab_abi::syscall::PortParams;
use acelab_audio::{
    AudioFault, ChannelConfig, ChannelError, ChannelFlags, ChannelState, DpJob, Event, Gateway,
    InstanceKey, LoadedModule, Platform, TICK,
};
use acelab_module_sdk::{CreateError, Module};

use crate::account::outside;
use crate::channel::{Channel, Wire, wire};

/// DMA memory that the engine and the simulated DMA share.
pub struct Memory {
    words: Rc<UnsafeCell<Vec<i32>>>,
    count: Rc<Cell<u32>>,
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.count.set(self.count.get() - 1);
    }
}

impl AsMut<[i32]> for Memory {
    fn as_mut(&mut self) -> &mut [i32] {
        // SAFETY: the DMA of this thread moves only while the engine waits for
        // time or for an exchange, and holds no reference then.
        unsafe { (*self.words.get()).as_mut_slice() }
    }
}

impl AsMut<[i16]> for Memory {
    fn as_mut(&mut self) -> &mut [i16] {
        let words: &mut [i32] = self.as_mut();
        // SAFETY: every pattern of bits is a value of both types.
        unsafe { words.align_to_mut::<i16>().1 }
    }
}

#[derive(Default)]
pub struct World {
    pub channels: Vec<Channel>,
    pub wires: Vec<(u32, Wire)>,
    desks: Vec<Option<Desk>>,
}

#[derive(Default)]
struct Desk {
    job: Option<DpJob>,
    done: bool,
}

/// The system under the engine.
pub struct Fake {
    pub now: Cell<u64>,
    pub world: RefCell<World>,
    pub log: RefCell<Vec<String>>,
    pub events: RefCell<Vec<Event>>,
    pub faults: RefCell<Vec<AudioFault>>,
    pub registers: Vec<AtomicU32>,
    pub timer: Cell<bool>,
    pub memories: Rc<Cell<u32>>,
    pub exchanges: Cell<u32>,
    pub open_calls: Cell<u32>,
    /// Opening fails from the call with this number on.
    pub refuse_open: Cell<Option<u32>>,
    /// Starts that succeed; all without a number.
    pub starts_left: Cell<Option<u32>>,
    pub refuse_configure: Cell<bool>,
    pub positions: Cell<bool>,
    /// DP threads do not get to run.
    pub dp_starved: Cell<bool>,
    pub triggers: Cell<u32>,
    /// What happens while the IPC thread waits: ticks.
    pub while_waiting: RefCell<Option<Box<dyn Fn()>>>,
    pub core: u8,
}

impl Fake {
    pub fn new() -> Self {
        Self {
            now: Cell::new(TICK * 1000),
            world: RefCell::default(),
            log: RefCell::default(),
            events: RefCell::default(),
            faults: RefCell::default(),
            registers: (0..1024).map(|_| AtomicU32::new(0)).collect(),
            timer: Cell::new(false),
            memories: Rc::default(),
            exchanges: Cell::new(0),
            open_calls: Cell::new(0),
            refuse_open: Cell::new(None),
            starts_left: Cell::new(None),
            refuse_configure: Cell::new(false),
            positions: Cell::new(false),
            dp_starved: Cell::new(false),
            triggers: Cell::new(0),
            while_waiting: RefCell::new(None),
            core: 1,
        }
    }

    /// What is behind a gateway, by its node id.
    pub fn wire<R>(&self, node: u32, work: impl FnOnce(&mut Wire) -> R) -> R {
        let mut world = self.world.borrow_mut();
        work(wire(&mut world.wires, node))
    }

    /// Lets time pass; ports move a burst each millisecond from their start.
    pub fn advance_to(&self, time: u64) {
        let mut world = self.world.borrow_mut();
        let World {
            channels, wires, ..
        } = &mut *world;
        for channel in channels.iter_mut().filter(|channel| channel.running) {
            let wire = wire(wires, channel.gateway.node().word());
            if channel.gateway.is_host() {
                channel.move_host(wire);
                continue;
            }
            while channel.next_burst <= time {
                channel.next_burst += TICK;
                channel.burst(wire);
            }
        }
        drop(world);
        self.now.set(time);
        if !self.dp_starved.get() {
            self.run_jobs();
        }
    }

    /// DP threads do what they have.
    pub fn run_jobs(&self) {
        for desk in self.world.borrow_mut().desks.iter_mut().flatten() {
            if let Some(job) = desk.job.as_mut().filter(|_| !desk.done) {
                crate::account::inside(|| job.run());
                desk.done = true;
            }
        }
    }

    pub fn open_channels(&self) -> usize {
        let world = self.world.borrow();
        world.channels.iter().filter(|channel| channel.open).count()
    }

    pub fn running_channels(&self) -> usize {
        let world = self.world.borrow();
        world
            .channels
            .iter()
            .filter(|channel| channel.running)
            .count()
    }

    pub fn workers(&self) -> usize {
        self.world.borrow().desks.iter().flatten().count()
    }

    pub fn logged(&self, text: &str) -> usize {
        let log = self.log.borrow();
        log.iter().filter(|line| line.contains(text)).count()
    }
}

impl Platform for Fake {
    type Memory = Memory;
    type Channel = usize;
    type Worker = usize;

    fn core(&self) -> u8 {
        self.core
    }

    fn load_module(
        &self,
        _: InstanceKey,
        module: &LoadedModule,
        payload: &[u8],
    ) -> Result<Box<dyn Module>, CreateError> {
        crate::loaded::instance(module, payload)
    }

    fn now(&self) -> u64 {
        // Reading takes time, or a loop that waits for it would not end.
        self.now.set(self.now.get() + 1);
        self.now.get()
    }

    fn log(&self, _: Level, component: &'static str, text: fmt::Arguments<'_>) {
        outside(|| self.log.borrow_mut().push(format!("{component}: {text}")));
    }

    fn notify(&self, event: Event) {
        outside(|| self.events.borrow_mut().push(event));
    }

    fn position_updates(&self) -> bool {
        self.positions.get()
    }

    fn planted(&self, fault: AudioFault) -> bool {
        self.faults.borrow().contains(&fault)
    }

    fn registers(&self) -> &[AtomicU32] {
        &self.registers
    }

    fn timer_needed(&self, needed: bool) {
        assert_ne!(self.timer.replace(needed), needed, "told twice");
    }

    fn dma_memory(&self, bytes: u32) -> Option<Memory> {
        assert_eq!(bytes % 32, 0);
        self.memories.set(self.memories.get() + 1);
        let words = outside(|| Rc::new(UnsafeCell::new(vec![0; bytes as usize / 4])));
        // The fake keeps one count, so that the engine's drop frees nothing.
        outside(|| std::mem::forget(Rc::clone(&words)));
        Some(Memory {
            words,
            count: Rc::clone(&self.memories),
        })
    }

    fn dma_open(&self, gateway: Gateway) -> Result<usize, ChannelError> {
        outside(|| {
            let call = self.open_calls.get();
            self.open_calls.set(call + 1);
            if self.refuse_open.get().is_some_and(|from| call >= from) {
                return Err(ChannelError::Invalid);
            }
            let mut world = self.world.borrow_mut();
            let busy = world
                .channels
                .iter()
                .any(|channel| channel.open && channel.gateway == gateway);
            if busy {
                return Err(ChannelError::Busy);
            }
            world.channels.push(Channel {
                gateway,
                open: true,
                words: None,
                bytes: 0,
                container: 0,
                port: None,
                running: false,
                read: 0,
                filled: 0,
                xrun: false,
                broken: false,
                next_burst: 0,
                rest: 0,
            });
            Ok(world.channels.len() - 1)
        })
    }

    fn dma_configure(
        &self,
        channel: usize,
        memory: &Memory,
        config: &ChannelConfig,
    ) -> Result<(), ChannelError> {
        if self.refuse_configure.get() {
            return Err(ChannelError::Invalid);
        }
        outside(|| {
            let channel = &mut self.world.borrow_mut().channels[channel];
            assert!(channel.open && !channel.running);
            // SAFETY: nobody writes to the vector itself.
            let len = unsafe { (*memory.words.get()).len() } as u32 * 4;
            assert!(config.bytes <= len && config.bytes.is_multiple_of(32));
            channel.words = Some(Rc::clone(&memory.words));
            channel.bytes = config.bytes;
            channel.container = config.container;
            Ok(())
        })
    }

    fn dma_start(&self, channel: usize) -> Result<(), ChannelError> {
        if let Some(left) = self.starts_left.get() {
            let left = left.checked_sub(1).ok_or(ChannelError::Invalid)?;
            self.starts_left.set(Some(left));
        }
        outside(|| {
            let mut world = self.world.borrow_mut();
            let World {
                channels, wires, ..
            } = &mut *world;
            let channel = &mut channels[channel];
            assert!(channel.open && !channel.running);
            channel.running = true;
            channel.next_burst = self.now.get() + TICK;
            let wire = wire(wires, channel.gateway.node().word());
            wire.started.get_or_insert(self.now.get());
            if !channel.gateway.is_host() && !channel.gateway.is_source() {
                channel.filled = channel.bytes;
            }
            if channel.gateway.is_host() {
                channel.move_host(wire);
            }
            Ok(())
        })
    }

    fn dma_stop(&self, channel: usize) {
        self.world.borrow_mut().channels[channel].running = false;
    }

    fn dma_close(&self, channel: usize) {
        let channel = &mut self.world.borrow_mut().channels[channel];
        assert!(channel.open, "closed twice");
        channel.running = false;
        channel.open = false;
    }

    fn dma_exchange(&self, lines: &mut [ChannelState<usize>]) {
        self.exchanges.set(self.exchanges.get() + 1);
        outside(|| {
            let mut world = self.world.borrow_mut();
            let World {
                channels, wires, ..
            } = &mut *world;
            for line in lines {
                let channel = &mut channels[line.channel];
                assert!(channel.open, "a closed channel is exchanged");
                let reads = channel.gateway.is_source();
                if reads {
                    assert!(line.advance <= channel.filled, "reads what is not there");
                    channel.filled -= line.advance;
                    channel.read = (channel.read + line.advance) % channel.bytes;
                } else {
                    channel.filled += line.advance;
                    assert!(channel.filled <= channel.bytes, "writes too much");
                }
                if channel.gateway.is_host() && channel.running {
                    let wire = wire(wires, channel.gateway.node().word());
                    channel.move_host(wire);
                }
                line.read = channel.read;
                line.write = (channel.read + channel.filled) % channel.bytes;
                line.filled = channel.filled;
                line.flags = ChannelFlags {
                    running: channel.running,
                    xrun: std::mem::take(&mut channel.xrun),
                    error: channel.broken,
                };
            }
        });
    }

    fn port_configure(&self, channel: usize, params: &PortParams) -> Result<(), ChannelError> {
        let channel = &mut self.world.borrow_mut().channels[channel];
        assert!(channel.open && !channel.gateway.is_host());
        channel.port = Some(*params);
        Ok(())
    }

    fn trigger_done(&self) {
        self.triggers.set(self.triggers.get() + 1);
    }

    fn wait_trigger(&self, deadline: u64) -> bool {
        let before = self.triggers.get();
        while self.triggers.get() == before {
            if self.now.get() >= deadline {
                return false;
            }
            let work = self.while_waiting.borrow_mut().take();
            let work = work.expect("somebody ticks while the IPC thread waits");
            outside(&work);
            *self.while_waiting.borrow_mut() = Some(work);
        }
        true
    }

    fn dp_spawn(&self, _: u32, stack: u32) -> Option<usize> {
        assert!(stack >= 1024);
        outside(|| {
            let mut world = self.world.borrow_mut();
            world.desks.push(Some(Desk::default()));
            Some(world.desks.len() - 1)
        })
    }

    fn dp_submit(&self, worker: &usize, job: DpJob, _: u64) {
        let mut world = self.world.borrow_mut();
        let desk = world.desks[*worker].as_mut().expect("a worker");
        assert!(desk.job.is_none());
        desk.job = Some(job);
        desk.done = false;
    }

    fn dp_collect(&self, worker: &usize) -> Option<DpJob> {
        let mut world = self.world.borrow_mut();
        let desk = world.desks[*worker].as_mut().expect("a worker");
        if desk.done { desk.job.take() } else { None }
    }

    fn dp_wait(&self, worker: &usize, _: u64) -> bool {
        if !self.dp_starved.get() {
            self.run_jobs();
        }
        let world = self.world.borrow();
        let desk = world.desks[*worker].as_ref().expect("a worker");
        desk.done || desk.job.is_none()
    }

    fn dp_end(&self, worker: usize) -> Option<DpJob> {
        let mut world = self.world.borrow_mut();
        let desk = world.desks[worker].take().expect("a worker");
        desk.job
    }
}
