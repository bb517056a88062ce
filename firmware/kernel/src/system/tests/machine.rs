//! A port that keeps what the kernel asks of it.

use core::cell::Cell;
use std::boxed::Box;
use std::vec::Vec;

use acelab_abi::core_id::CoreId;

use crate::fake_bus::FakeBus;
use crate::ids::{DomainId, ThreadId};
use crate::memory::Memory;
use crate::memory::tests::fake::Fake;
use crate::port::{CacheOperation, Port};

/// The memory of [`Fake`], with a clock that the test sets, on the core that the
/// test sets.
pub struct Machine {
    pub memory: Fake,
    pub now: u64,
    /// Ticks that pass whenever somebody looks at the clock.
    pub drift: u64,
    looks: Cell<u64>,
    pub core: CoreId,
    pub rescheduled: Vec<CoreId>,
    pub lines: Vec<(ThreadId, u32, Vec<u8>)>,
    pub last_words: Vec<(ThreadId, Vec<u8>)>,
    pub gone: Vec<ThreadId>,
    pub watched: Vec<ThreadId>,
    pub cached: Vec<(u32, u32, CacheOperation)>,
    pub marks: Option<Vec<u32>>,
    pub registers: &'static FakeBus<'static>,
}

impl Machine {
    pub fn booted() -> (Self, Memory) {
        let (memory, kernel) = Fake::booted();
        let machine = Self {
            memory,
            now: 1000,
            drift: 0,
            looks: Cell::new(0),
            core: CoreId::PRIMARY,
            rescheduled: Vec::new(),
            lines: Vec::new(),
            last_words: Vec::new(),
            gone: Vec::new(),
            watched: Vec::new(),
            cached: Vec::new(),
            marks: None,
            registers: Box::leak(Box::default()),
        };
        (machine, kernel)
    }
}

impl Port for Machine {
    type Bus = &'static FakeBus<'static>;

    fn bus(&self) -> Self::Bus {
        self.registers
    }

    fn now(&self) -> u64 {
        self.looks.set(self.looks.get() + 1);
        self.now + self.drift * self.looks.get()
    }

    fn core(&self) -> CoreId {
        self.core
    }

    fn read_entry(&self, table: u32, index: usize) -> u32 {
        self.memory.read_entry(table, index)
    }

    fn write_entry(&mut self, table: u32, index: usize, entry: u32) {
        self.memory.write_entry(table, index, entry);
    }

    fn read(&self, address: u32, into: &mut [u8]) {
        self.memory.read(address, into);
    }

    fn word(&self, address: u32) -> u32 {
        let mut bytes = [0; 4];
        self.memory.read(address, &mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn read_words(&self, address: u32, into: &mut [u32]) {
        for (word, at) in into.iter_mut().zip((address..).step_by(4)) {
            *word = self.word(at);
        }
    }

    fn write_words(&mut self, address: u32, from: &[u32]) {
        for (word, at) in from.iter().zip((address..).step_by(4)) {
            self.write(at, &word.to_le_bytes());
        }
    }

    fn write(&mut self, address: u32, from: &[u8]) {
        self.memory.write(address, from);
    }

    fn fill(&mut self, address: u32, len: u32, byte: u8) {
        self.memory.fill(address, len, byte);
    }

    fn reschedule(&mut self, core: CoreId) {
        assert_ne!(core, self.core, "the own core looks by itself");
        self.rescheduled.push(core);
    }

    fn shoot_down(&mut self) {
        self.memory.shoot_down();
    }

    fn forget_domain(&mut self, domain: DomainId) {
        self.memory.forget_domain(domain);
    }

    fn thread_gone(&mut self, thread: ThreadId) {
        self.gone.push(thread);
    }

    fn watch(&mut self, thread: ThreadId) {
        self.watched.push(thread);
    }

    fn log(&mut self, thread: ThreadId, level: u32, text: &[u8]) {
        self.lines.push((thread, level, text.to_vec()));
    }

    fn panicked(&mut self, thread: ThreadId, text: &[u8]) {
        self.last_words.push((thread, text.to_vec()));
    }

    fn cache(&mut self, address: u32, len: u32, operation: CacheOperation) {
        self.cached.push((address, len, operation));
    }

    fn mark(&mut self, word: u32) -> bool {
        self.marks.as_mut().map(|marks| marks.push(word)).is_some()
    }
}
