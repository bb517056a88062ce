//! A simulated DMA channel and what is behind it.

use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::rc::Rc;

use acelab_abi::syscall::PortParams;
use acelab_audio::Gateway;

/// What is behind one gateway.
#[derive(Default)]
pub struct Wire {
    /// What the host or the port will deliver.
    pub source: VecDeque<u8>,
    /// What the host or the port has got.
    pub sink: Vec<u8>,
    /// The host does not fetch or bring anything.
    pub stalled: bool,
    pub xruns: u32,
    /// Moment of the first start.
    pub started: Option<u64>,
}

pub struct Channel {
    pub gateway: Gateway,
    pub open: bool,
    pub words: Option<Rc<UnsafeCell<Vec<i32>>>>,
    pub bytes: u32,
    pub container: u32,
    pub port: Option<PortParams>,
    pub running: bool,
    pub read: u32,
    pub filled: u32,
    pub xrun: bool,
    pub broken: bool,
    pub next_burst: u64,
    pub rest: u64,
}

pub fn wire(wires: &mut Vec<(u32, Wire)>, node: u32) -> &mut Wire {
    let at = wires.iter().position(|(found, _)| *found == node);
    let at = at.unwrap_or_else(|| {
        wires.push((node, Wire::default()));
        wires.len() - 1
    });
    &mut wires[at].1
}

impl Channel {
    fn byte(&mut self, offset: u32) -> *mut u8 {
        let words = self.words.as_ref().expect("a running channel has memory");
        assert!(offset < self.bytes);
        // SAFETY: within the memory, which is at least as long as was checked when
        // the channel was configured.
        unsafe {
            (*words.get())
                .as_mut_ptr()
                .cast::<u8>()
                .add(offset as usize)
        }
    }

    fn put(&mut self, byte: u8) {
        let offset = (self.read + self.filled) % self.bytes;
        // SAFETY: as in `byte`.
        unsafe { *self.byte(offset) = byte };
        self.filled += 1;
    }

    fn take(&mut self) -> u8 {
        let offset = self.read;
        // SAFETY: as in `byte`.
        let byte = unsafe { *self.byte(offset) };
        self.read = (self.read + 1) % self.bytes;
        self.filled -= 1;
        byte
    }

    pub fn move_host(&mut self, wire: &mut Wire) {
        if wire.stalled {
            return;
        }
        if self.gateway.is_source() {
            while self.filled < self.bytes {
                let Some(byte) = wire.source.pop_front() else {
                    return;
                };
                self.put(byte);
            }
        } else {
            while self.filled > 0 {
                let byte = self.take();
                wire.sink.push(byte);
            }
        }
    }

    pub fn burst(&mut self, wire: &mut Wire) {
        let port = self
            .port
            .unwrap_or_else(|| PortParams::microphones(48_000, 2));
        let frame = port.active.count_ones() * self.container;
        self.rest += u64::from(port.rate);
        let bytes = (self.rest / 1000) as u32 * frame;
        self.rest %= 1000;
        for _ in 0..bytes {
            if self.gateway.is_source() {
                let byte = wire.source.pop_front().unwrap_or(0);
                if self.filled < self.bytes {
                    self.put(byte);
                } else {
                    self.xrun = true;
                }
            } else if self.filled > 0 {
                let byte = self.take();
                wire.sink.push(byte);
            } else {
                wire.sink.push(0);
                self.xrun = true;
            }
        }
        wire.xruns += u32::from(self.xrun);
    }
}
