//! An engine with its fake system, and the graphs that tests build.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_audio::{
    Binding, Counts, Domain, Driver, Engine, Error, InstanceConfig, InstanceKey, Lock,
    PipelineConfig, State, StateRequest, TICK,
};
use acelab_module_sdk::Descriptor;

use crate::account::inside;
use crate::fake::Fake;
use crate::modules::PASS;
use crate::payload::{copier, host_in, host_out, module, ssp_in, ssp_out, stereo};

thread_local! {
    /// Somebody has the lock.
    pub static LOCKED: Cell<bool> = const { Cell::new(false) };
}

/// A lock that nobody may take twice.
pub struct TestLock {
    state: RefCell<State<Fake>>,
    /// How often it was taken.
    pub taken: Cell<u32>,
    /// The longest time that it was held, in wall-clock ticks.
    pub longest: Cell<u64>,
    clock: Rc<Fake>,
}

impl Lock<State<Fake>> for TestLock {
    fn with<R>(&self, work: impl FnOnce(&mut State<Fake>) -> R) -> R {
        self.taken.set(self.taken.get() + 1);
        let before = self.clock.now.get();
        LOCKED.set(true);
        let result = work(&mut self.state.borrow_mut());
        LOCKED.set(false);
        let held = self.clock.now.get() - before;
        self.longest.set(self.longest.get().max(held));
        result
    }
}

pub struct Rig {
    pub fake: Rc<Fake>,
    pub lock: TestLock,
}

/// Module ids of the tests.
pub const COPIER: u16 = 1;
pub const OTHER: u16 = 2;

pub fn key(module: u16, instance: u8) -> InstanceKey {
    InstanceKey::new(module, instance)
}

impl Rig {
    pub fn new() -> Self {
        let fake = Rc::new(Fake::new());
        Self {
            lock: TestLock {
                state: RefCell::new(State::new()),
                taken: Cell::new(0),
                longest: Cell::new(0),
                clock: Rc::clone(&fake),
            },
            fake,
        }
    }

    /// Runs something of the engine, whose allocations count.
    pub fn run<R>(&self, work: impl FnOnce(&Engine<'_, Fake, TestLock>) -> R) -> R {
        inside(|| work(&Engine::new(&*self.fake, &self.lock)))
    }

    pub fn counts(&self) -> Counts {
        self.run(|engine| engine.counts())
    }

    pub fn pipeline(&self, id: u8, priority: u8) -> Result<(), Error> {
        self.run(|engine| engine.create_pipeline(PipelineConfig { id, priority }))
    }

    pub fn delete(&self, id: u8) -> Result<(), Error> {
        self.run(|engine| engine.delete_pipeline(id))
    }

    pub fn init(
        &self,
        key: InstanceKey,
        pipeline: u8,
        driver: Driver,
        domain: Domain,
        payload: &[u8],
    ) -> Result<(), Error> {
        let config = InstanceConfig {
            key,
            driver,
            pipeline: Some(pipeline),
            domain,
            stack_bytes: 0,
        };
        self.run(|engine| engine.init_instance(&config, payload))
    }

    pub fn copier(&self, instance: u8, pipeline: u8, payload: &[u8]) -> Result<(), Error> {
        let key = key(COPIER, instance);
        self.init(key, pipeline, Driver::Copier, Domain::Ll, payload)
    }

    pub fn module(
        &self,
        instance: u8,
        pipeline: u8,
        descriptor: &'static Descriptor,
        payload: &[u8],
    ) -> Result<(), Error> {
        let key = key(OTHER, instance);
        self.init(
            key,
            pipeline,
            Driver::Module(descriptor),
            Domain::Ll,
            payload,
        )
    }

    pub fn bind(&self, src: InstanceKey, dst: InstanceKey) -> Result<(), Error> {
        self.bind_queues(src, 0, dst, 0)
    }

    pub fn bind_queues(
        &self,
        src: InstanceKey,
        src_queue: u8,
        dst: InstanceKey,
        dst_queue: u8,
    ) -> Result<(), Error> {
        let binding = Binding {
            src,
            src_queue,
            dst,
            dst_queue,
        };
        self.run(|engine| engine.bind(binding))
    }

    pub fn unbind(&self, src: InstanceKey, dst: InstanceKey) -> Result<(), Error> {
        let binding = Binding {
            src,
            src_queue: 0,
            dst,
            dst_queue: 0,
        };
        self.run(|engine| engine.unbind(binding))
    }

    /// SET_PIPELINE_STATE as the host sends it.
    pub fn set(&self, ids: &[u8], to: StateRequest) -> Result<(), Error> {
        self.run(|engine| {
            for id in ids {
                engine.prepare(*id, to)?;
            }
            engine.trigger(ids, to)
        })
    }

    pub fn start(&self, id: u8) {
        self.set(&[id], StateRequest::Paused).expect("completed");
        self.set(&[id], StateRequest::Running).expect("started");
    }

    pub fn stop(&self, id: u8) {
        self.set(&[id], StateRequest::Paused).expect("paused");
        self.set(&[id], StateRequest::Reset).expect("reset");
    }

    /// Host copier > PASS > port, all of number `id` in pipeline `id`.
    pub fn playback(&self, id: u8, host: AudioFormat, port: AudioFormat) {
        self.pipeline(id, 0).expect("a pipeline");
        let (first, last) = (2 * id, 2 * id + 1);
        self.copier(first, id, &copier(host_out(id), host, stereo(), &[]))
            .expect("a host copier");
        self.module(id, id, &PASS, &module(stereo(), &[]))
            .expect("a module");
        self.copier(last, id, &copier(ssp_out(id), stereo(), port, &[]))
            .expect("a port copier");
        self.bind(key(COPIER, first), key(OTHER, id))
            .expect("bound");
        self.bind(key(OTHER, id), key(COPIER, last)).expect("bound");
    }

    /// Port > PASS > host, numbers as in [`playback`](Self::playback).
    pub fn capture(&self, id: u8, port: AudioFormat, host: AudioFormat) {
        self.pipeline(id, 0).expect("a pipeline");
        let (first, last) = (2 * id, 2 * id + 1);
        self.copier(first, id, &copier(ssp_in(id), port, stereo(), &[]))
            .expect("a port copier");
        self.module(id, id, &PASS, &module(stereo(), &[]))
            .expect("a module");
        self.copier(last, id, &copier(host_in(id), stereo(), host, &[]))
            .expect("a host copier");
        self.bind(key(COPIER, first), key(OTHER, id))
            .expect("bound");
        self.bind(key(OTHER, id), key(COPIER, last)).expect("bound");
    }

    /// Lets `ms` ticks pass.
    pub fn pass(&self, ms: u32) {
        for _ in 0..ms {
            self.tick();
        }
    }

    /// Lets time pass until the next tick, and runs it if the timer is on.
    pub fn tick(&self) {
        let due = (self.fake.now.get() / TICK + 1) * TICK;
        self.fake.advance_to(due);
        if self.fake.timer.get() {
            self.run(|engine| engine.run(due));
        }
    }

    /// Lets part of a tick pass, in sixteenths.
    pub fn pass_sixteenths(&self, count: u64) {
        let then = self.fake.now.get() + count * TICK / 16;
        if then / TICK > self.fake.now.get() / TICK {
            self.tick();
        }
        self.fake.advance_to(then.max(self.fake.now.get()));
    }

    /// What the host will play, as frames of two words that count.
    pub fn feed(&self, node: u32, frames: std::ops::Range<i32>) {
        self.fake.wire(node, |wire| {
            for frame in frames {
                wire.source.extend(frame.to_le_bytes());
                wire.source.extend((-frame).to_le_bytes());
            }
        });
    }

    /// What came out of a gateway, as frames of two words.
    pub fn heard(&self, node: u32) -> Vec<(i32, i32)> {
        let words = self.fake.wire(node, |wire| words(&wire.sink));
        words
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect()
    }
}

pub fn words(bytes: &[u8]) -> Vec<i32> {
    let words = bytes.chunks_exact(4);
    words
        .map(|word| i32::from_le_bytes(word.try_into().unwrap()))
        .collect()
}

/// Checks that the frames count without a gap, but for silence before, and say
/// how many there are.
pub fn counts_up(frames: &[(i32, i32)], first: i32) -> i32 {
    let mut next = first;
    let silent = frames.iter().take_while(|frame| **frame == (0, 0)).count();
    for (at, frame) in frames.iter().enumerate().skip(silent) {
        assert_eq!(*frame, (next, -next), "frame {at} of {}", frames.len());
        next += 1;
    }
    next - first
}
