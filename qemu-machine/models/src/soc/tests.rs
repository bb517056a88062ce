//! The devices together, as cores and host see them.

mod audio;
mod boot;
mod chaos;
mod interrupts;
mod timer;
mod windows;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::memory::{HP_SRAM, IMR, LP_SRAM, Region};
use acelab_abi::regs::{hfipc, host};
use acelab_abi::trace::{EventKind, Mode};

use super::Soc;
use crate::{BusError, Context, Effect, HostFault, Memory, NotRam};

/// The machine's RAM.
struct Ram {
    regions: Vec<(Region, Vec<u8>)>,
}

impl Ram {
    fn new() -> Self {
        let regions = [LP_SRAM, HP_SRAM, IMR];
        let regions = regions
            .into_iter()
            .map(|region| (region, vec![0; region.size as usize]));
        Self {
            regions: regions.collect(),
        }
    }

    fn at(&mut self, addr: u32, len: usize) -> Result<&mut [u8], NotRam> {
        let len = u32::try_from(len).map_err(|_| NotRam)?;
        let (region, bytes) = self
            .regions
            .iter_mut()
            .find(|(region, _)| region.contains(addr, len))
            .ok_or(NotRam)?;
        let start = (addr - region.base) as usize;
        Ok(&mut bytes[start..start + len as usize])
    }

    fn put(&mut self, addr: u32, word: u32) {
        self.write(addr, &word.to_le_bytes()).expect("RAM");
    }
}

impl Memory for Ram {
    fn read(&mut self, addr: u32, bytes: &mut [u8]) -> Result<(), NotRam> {
        bytes.copy_from_slice(self.at(addr, bytes.len())?);
        Ok(())
    }

    fn write(&mut self, addr: u32, bytes: &[u8]) -> Result<(), NotRam> {
        self.at(addr, bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }
}

/// Devices, RAM, and a clock that only the test moves.
struct Bench {
    soc: Soc,
    ram: Ram,
    now: Nanos,
    log: Vec<Effect>,
}

fn core(index: u8) -> CoreId {
    CoreId::new(index).expect("exists")
}

impl Bench {
    fn new(cores: u32) -> Self {
        let soc = Soc::new(cores).expect("a part has so many");
        Self {
            soc,
            ram: Ram::new(),
            now: Nanos::ZERO,
            log: Vec::new(),
        }
    }

    fn cx(&self, index: u8) -> Context {
        Context {
            now: self.now,
            core: core(index),
            mode: Mode::Kernel,
        }
    }

    fn collect(&mut self) {
        self.log.extend(self.soc.drain_effects());
    }

    fn read_as(&mut self, index: u8, addr: u32, size: u8) -> Result<u32, BusError> {
        let value = self.soc.read(self.cx(index), addr, size, &mut self.ram);
        self.collect();
        value
    }

    fn write_as(&mut self, index: u8, addr: u32, size: u8, value: u32) -> Result<(), BusError> {
        let done = self
            .soc
            .write(self.cx(index), addr, size, value, &mut self.ram);
        self.collect();
        done
    }

    fn get(&mut self, addr: u32) -> u32 {
        self.read_as(0, addr, 4).expect("a block answers")
    }

    fn set(&mut self, addr: u32, value: u32) {
        self.write_as(0, addr, 4, value).expect("a block answers");
    }

    fn set_half(&mut self, addr: u32, value: u16) {
        self.write_as(0, addr, 2, value.into())
            .expect("a block answers");
    }

    fn host_get(&mut self, addr: u32) -> Result<u32, HostFault> {
        let value = self.soc.host_read(self.now, addr, &mut self.ram);
        self.collect();
        value
    }

    fn host_set(&mut self, addr: u32, value: u32) {
        let done = self.soc.host_write(self.now, addr, value, &mut self.ram);
        self.collect();
        done.expect("a register answers");
    }

    fn run(&mut self, span: Nanos) {
        self.now = self.now.saturating_add(span);
        self.soc.advance(self.now, &mut self.ram);
        self.collect();
    }

    /// The effects since the last call.
    fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.log)
    }

    /// The events since the last call.
    fn events(&mut self) -> Vec<EventKind> {
        let kinds = self.take().into_iter().filter_map(|effect| match effect {
            Effect::Event(event) => Some(event.kind),
            _ => None,
        });
        kinds.collect()
    }

    /// The lines of the log since the last call.
    fn lines(&mut self) -> String {
        let events = self.take().into_iter().filter_map(|effect| match effect {
            Effect::Event(event) => Some(format!("{event}\n")),
            _ => None,
        });
        events.collect()
    }

    /// Subsystem and core 0's domain on, host interrupts enabled.
    fn power_up(&mut self) {
        self.host_set(host::Reg::SubsystemControl.offset(), host::SUBSYSTEM_SPA);
        self.host_set(host::Reg::PowerControl.offset(), host::DSP_DOMAIN);
        self.run(Nanos::from_millis(1));
        self.host_set(
            hfipc::host_address(hfipc::Reg::Ctl),
            hfipc::TBIE | hfipc::IDIE,
        );
        self.take();
    }
}
