//! The models with RAM, a clock that a test moves, and interrupt lines.

use std::cell::RefCell;
use std::collections::BTreeMap;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::CoreLine;
use acelab_abi::manifest::{HEADER_BYTES, HEADER_MAGIC, NUM_MODULE_ENTRIES_OFFSET};
use acelab_abi::memory::{MANIFEST, is_ram, to_cached};
use acelab_abi::regs::{dspcs, hfipc, host};
use acelab_abi::trace::{EventKind, Mode};
use acelab_kernel::bus::Bus;
use acelab_models::{Context, Effect, Memory, NotRam, Soc};

#[derive(Default)]
struct Ram(BTreeMap<u32, u8>);

impl Memory for Ram {
    fn read(&mut self, addr: u32, bytes: &mut [u8]) -> Result<(), NotRam> {
        if !is_ram(addr, bytes.len() as u32) {
            return Err(NotRam);
        }
        for (at, byte) in (to_cached(addr)..).zip(bytes) {
            *byte = self.0.get(&at).copied().unwrap_or(0);
        }
        Ok(())
    }

    fn write(&mut self, addr: u32, bytes: &[u8]) -> Result<(), NotRam> {
        if !is_ram(addr, bytes.len() as u32) {
            return Err(NotRam);
        }
        self.0
            .extend((to_cached(addr)..).zip(bytes.iter().copied()));
        Ok(())
    }
}

struct State {
    soc: Soc,
    ram: Ram,
    now: Nanos,
    /// Level of each core's device line.
    lines: u32,
    started: Vec<(CoreId, u32)>,
    events: Vec<EventKind>,
}

impl State {
    fn collect(&mut self) {
        for effect in self.soc.drain_effects() {
            match effect {
                Effect::Irq {
                    core,
                    line: CoreLine::Device,
                    level,
                } => {
                    self.lines = self.lines & !core.bit() | if level { core.bit() } else { 0 };
                }
                Effect::StartCore { core, pc } => self.started.push((core, pc)),
                Effect::Event(event) => self.events.push(event.kind),
                _ => {}
            }
        }
    }
}

/// A part that the host has booted.
pub struct Bench(RefCell<State>);

impl Bench {
    /// A part whose core 0 has just been started.
    pub fn booted(cores: u32) -> Self {
        let soc = Soc::new(cores).expect("there are such parts");
        let bench = Self(RefCell::new(State {
            soc,
            ram: Ram::default(),
            now: Nanos::ZERO,
            lines: 0,
            started: Vec::new(),
            events: Vec::new(),
        }));
        bench.store(MANIFEST.base, u32::from_le_bytes(HEADER_MAGIC));
        bench.store(MANIFEST.base + 4, HEADER_BYTES);
        bench.store(MANIFEST.base + NUM_MODULE_ENTRIES_OFFSET, 1);
        bench.host_write(host::Reg::SubsystemControl.offset(), host::SUBSYSTEM_SPA);
        bench.host_write(host::Reg::PowerControl.offset(), host::DSP_DOMAIN);
        bench.pass(Nanos::from_micros(100));
        bench.host_write(dspcs::control(CoreId::PRIMARY), dspcs::SPA);
        bench.pass(Nanos::from_micros(100));
        assert_eq!(bench.started().len(), 1, "the ROM starts core 0");
        bench
    }

    /// Writes a word of RAM.
    pub fn store(&self, addr: u32, word: u32) {
        let written = self.0.borrow_mut().ram.write(addr, &word.to_le_bytes());
        written.expect("RAM");
    }

    /// Reads a word of RAM.
    pub fn load(&self, addr: u32) -> u32 {
        let mut bytes = [0; 4];
        let read = self.0.borrow_mut().ram.read(addr, &mut bytes);
        read.expect("RAM");
        u32::from_le_bytes(bytes)
    }

    /// Lets time pass.
    pub fn pass(&self, span: Nanos) {
        let state = &mut *self.0.borrow_mut();
        state.now = state.now.saturating_add(span);
        state.soc.advance(state.now, &mut state.ram);
        state.collect();
    }

    pub fn host_write(&self, addr: u32, value: u32) {
        let state = &mut *self.0.borrow_mut();
        let written = state.soc.host_write(state.now, addr, value, &mut state.ram);
        written.expect("a register of the host");
        state.collect();
    }

    pub fn host_read(&self, reg: hfipc::Reg) -> u32 {
        let state = &mut *self.0.borrow_mut();
        let addr = hfipc::host_address(reg);
        let value = state.soc.host_read(state.now, addr, &mut state.ram);
        value.expect("a register of the host")
    }

    /// The registers as `core` sees them.
    pub fn bus(&self, core: CoreId) -> CoreBus<'_> {
        CoreBus { bench: self, core }
    }

    /// Whether the device interrupt of `core` is raised.
    pub fn line(&self, core: CoreId) -> bool {
        self.0.borrow().lines & core.bit() != 0
    }

    /// Cores the ROM has started, with the address of their first instruction.
    pub fn started(&self) -> Vec<(CoreId, u32)> {
        self.0.borrow().started.clone()
    }

    /// What the models put into the event log.
    pub fn events(&self) -> Vec<EventKind> {
        self.0.borrow().events.clone()
    }
}

/// Registers as one core sees them.
#[derive(Clone, Copy)]
pub struct CoreBus<'a> {
    bench: &'a Bench,
    core: CoreId,
}

impl CoreBus<'_> {
    fn read(self, addr: u32, size: u8) -> u32 {
        let state = &mut *self.bench.0.borrow_mut();
        let cx = Context {
            now: state.now,
            core: self.core,
            mode: Mode::Kernel,
        };
        let value = state.soc.read(cx, addr, size, &mut state.ram);
        state.collect();
        value.expect("no bus error")
    }

    fn write(self, addr: u32, size: u8, value: u32) {
        let state = &mut *self.bench.0.borrow_mut();
        let cx = Context {
            now: state.now,
            core: self.core,
            mode: Mode::Kernel,
        };
        let written = state.soc.write(cx, addr, size, value, &mut state.ram);
        state.collect();
        written.expect("no bus error");
    }
}

impl Bus for CoreBus<'_> {
    fn read32(self, address: u32) -> u32 {
        self.read(address, 4)
    }

    fn write32(self, address: u32, value: u32) {
        self.write(address, 4, value);
    }

    fn read16(self, address: u32) -> u16 {
        self.read(address, 2) as u16
    }

    fn write16(self, address: u32, value: u16) {
        self.write(address, 2, value.into());
    }
}
