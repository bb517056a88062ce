//! The sound of a fake: one playback stream from the host's buffer to port SSP0, as
//! 16-bit stereo of 48 kHz, with a fault if the test wants one.

use std::collections::BTreeMap;

use acelab_abi::clock::Nanos;
use acelab_abi::port::{PortMode, PortStatus};
use acelab_abi::regs::hda_host::{BCIS, HOST_MEMORY, RUN, StreamReg, output, spib, stream};
use acelab_lab::target::Recording;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing.
    Nothing,
    /// These frames of the signal are left out.
    Drops(u64, u64),
    /// Before this frame of the signal comes so much silence.
    Pauses(u64, u64),
    /// This frame of the signal has a wrong bit.
    Alters(u64),
    /// From this frame of the port on nothing is sent.
    Ends(u64),
}

/// Frames of silence before the signal.
pub const LATENCY: u64 = 96;
const FRAME_BYTES: u64 = 4;
const NANOS_PER_FRAME: u64 = 1_000_000_000 / 48_000;
const STREAM: u8 = output(0);

pub struct Sound {
    wrong: Wrong,
    registers: BTreeMap<u32, u32>,
    memory: Vec<u8>,
    /// When the port began, while it runs.
    start: Option<u64>,
    /// Frames that the port has sent since then.
    sent: u64,
    /// Frames of the signal that were taken from the host's buffer.
    taken: u64,
    recorded: Vec<u8>,
    recording_start: u64,
}

impl Sound {
    pub fn new(wrong: Wrong) -> Self {
        Self {
            wrong,
            registers: BTreeMap::new(),
            memory: Vec::new(),
            start: None,
            sent: 0,
            taken: 0,
            recorded: Vec::new(),
            recording_start: 0,
        }
    }

    fn register(&self, offset: u32) -> u32 {
        self.registers.get(&offset).copied().unwrap_or(0)
    }

    fn size(&self) -> u64 {
        u64::from(self.register(stream(STREAM, StreamReg::BufferLength)))
    }

    fn part(&self) -> u64 {
        self.size() / 4
    }

    /// A pipeline runs, or stands.
    pub fn set_running(&mut self, now: u64, running: bool) {
        self.advance(now);
        if running {
            (self.start, self.sent, self.recording_start) = (Some(now), 0, now);
        } else {
            self.start = None;
        }
    }

    /// When a part of the buffer will be done, if the port runs.
    pub fn next_stop(&self) -> Option<u64> {
        let start = self.start?;
        let position = self.taken * FRAME_BYTES;
        let left = self.part() - position % self.part();
        let frames = left / FRAME_BYTES + LATENCY.saturating_sub(self.sent);
        Some(start + (self.sent + frames) * NANOS_PER_FRAME)
    }

    /// Sends what is due; whether a part of the buffer was done.
    pub fn advance(&mut self, now: u64) -> bool {
        let Some(start) = self.start else {
            return false;
        };
        let before = self.taken * FRAME_BYTES / self.part().max(1);
        while start + (self.sent + 1) * NANOS_PER_FRAME <= now {
            let frame = self.frame();
            self.sent += 1;
            let ended = matches!(self.wrong, Wrong::Ends(frame) if self.sent > frame);
            if !ended {
                self.recorded.extend(frame);
            }
        }
        let position = self.taken * FRAME_BYTES;
        let link = (position % self.size()) as u32;
        self.registers
            .insert(stream(STREAM, StreamReg::LinkPosition), link);
        let done = position / self.part() != before;
        if done {
            let control = stream(STREAM, StreamReg::ControlStatus);
            *self.registers.entry(control).or_default() |= BCIS;
        }
        done
    }

    /// The port's next frame: a word for each slot.
    fn frame(&mut self) -> [u8; 8] {
        let limit = u64::from(self.register(spib(STREAM)));
        if self.sent < LATENCY || self.taken * FRAME_BYTES % self.size() == limit % self.size() {
            return [0; 8];
        }
        if let Wrong::Pauses(at, frames) = &mut self.wrong
            && *at == self.taken
            && *frames > 0
        {
            *frames -= 1;
            return [0; 8];
        }
        if let Wrong::Drops(at, frames) = self.wrong
            && at == self.taken
        {
            self.taken += frames;
        }
        // The buffer lies behind a page of descriptors; the first one tells where.
        let list = self.register(stream(STREAM, StreamReg::DescriptorsLow)) - HOST_MEMORY.base;
        let list = list as usize;
        let base = u32::from_le_bytes(self.memory[list..list + 4].try_into().expect("a word"));
        let offset = u64::from(base - HOST_MEMORY.base) + self.taken * FRAME_BYTES % self.size();
        let at = offset as usize;
        let mut word = [0; 4];
        word.copy_from_slice(&self.memory[at..at + 4]);
        if self.wrong == Wrong::Alters(self.taken) {
            word[2] ^= 1;
        }
        self.taken += 1;
        [word[0], word[1], 0, 0, word[2], word[3], 0, 0]
    }

    pub fn read_bar0(&self, offset: u32) -> u32 {
        self.register(offset)
    }

    pub fn write_bar0(&mut self, offset: u32, value: u32) {
        let control = stream(STREAM, StreamReg::ControlStatus);
        let mut value = value;
        if offset == control {
            let pending = self.register(control) & BCIS & !value;
            if value == 0 {
                self.taken = 0;
                self.registers
                    .insert(stream(STREAM, StreamReg::LinkPosition), 0);
            }
            value = value & !BCIS | pending;
        }
        self.registers.insert(offset, value);
    }

    pub fn is_running(&self) -> bool {
        self.register(stream(STREAM, StreamReg::ControlStatus)) & RUN != 0
    }

    pub fn read(&mut self, address: u32, len: u32) -> Vec<u8> {
        let at = (address - HOST_MEMORY.base) as usize;
        self.memory
            .resize(self.memory.len().max(at + len as usize), 0);
        self.memory[at..at + len as usize].to_vec()
    }

    pub fn write(&mut self, address: u32, bytes: &[u8]) {
        let at = (address - HOST_MEMORY.base) as usize;
        self.memory
            .resize(self.memory.len().max(at + bytes.len()), 0);
        self.memory[at..at + bytes.len()].copy_from_slice(bytes);
    }

    pub fn drain(&mut self) -> Recording {
        Recording {
            start: Nanos(self.recording_start),
            frame: 0,
            frame_bytes: 8,
            bytes: std::mem::take(&mut self.recorded),
        }
    }

    pub fn status(&self) -> PortStatus {
        PortStatus {
            mode: PortMode::External,
            recorded: self.recorded.len() as u32,
            ..PortStatus::default()
        }
    }
}
