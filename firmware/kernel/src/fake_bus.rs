//! A register file for tests: what was written is read back, and a hook sees
//! every access.

use std::boxed::Box;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::vec::Vec;

use crate::bus::Bus;

/// What a test does on a write: it may change other registers.
pub type Hook<'a> = Box<dyn FnMut(&mut BTreeMap<u32, u32>, u32, u32) + 'a>;

#[derive(Default)]
struct State<'a> {
    registers: BTreeMap<u32, u32>,
    writes: Vec<(u32, u32)>,
    hook: Option<Hook<'a>>,
}

/// Registers of 16 and 32 bits alike, by address.
#[derive(Default)]
pub struct FakeBus<'a>(RefCell<State<'a>>);

impl<'a> FakeBus<'a> {
    pub fn with_hook(hook: impl FnMut(&mut BTreeMap<u32, u32>, u32, u32) + 'a) -> Self {
        let bus = Self::default();
        bus.0.borrow_mut().hook = Some(Box::new(hook));
        bus
    }

    pub fn set(&self, address: u32, value: u32) {
        self.0.borrow_mut().registers.insert(address, value);
    }

    pub fn get(&self, address: u32) -> u32 {
        self.0
            .borrow()
            .registers
            .get(&address)
            .copied()
            .unwrap_or(0)
    }

    pub fn writes(&self) -> Vec<(u32, u32)> {
        self.0.borrow().writes.clone()
    }

    fn write(&self, address: u32, value: u32) {
        let state = &mut *self.0.borrow_mut();
        state.writes.push((address, value));
        match &mut state.hook {
            Some(hook) => hook(&mut state.registers, address, value),
            None => {
                state.registers.insert(address, value);
            }
        }
    }
}

impl Bus for &FakeBus<'_> {
    fn read32(self, address: u32) -> u32 {
        self.get(address)
    }

    fn write32(self, address: u32, value: u32) {
        self.write(address, value);
    }

    fn read16(self, address: u32) -> u16 {
        self.get(address) as u16
    }

    fn write16(self, address: u32, value: u16) {
        self.write(address, value.into());
    }
}
