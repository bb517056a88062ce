//! Accesses of the cores to the register space.

use acelab_abi::clock::Nanos;
use acelab_abi::regs::capability;
use acelab_abi::trace::{Access, EventKind, Peer};

use super::Soc;
use crate::access::{BusError, Context, Fault, Memory, Origin};
use crate::debug_port;
use crate::map::{Block, decode};

/// An access as the events report it.
#[derive(Clone, Copy)]
struct Attempt {
    access: Access,
    addr: u32,
    size: u8,
    value: u32,
}

impl Attempt {
    const fn unmapped(self) -> EventKind {
        let Self {
            access,
            addr,
            size,
            value,
        } = self;
        EventKind::Unmapped {
            access,
            addr,
            size,
            value,
        }
    }

    const fn bad_width(self) -> EventKind {
        let Self {
            access,
            addr,
            size,
            value,
        } = self;
        EventKind::BadWidth {
            access,
            addr,
            size,
            value,
        }
    }

    const fn faulted(self, fault: Fault) -> EventKind {
        let Self {
            access,
            addr,
            size,
            value,
        } = self;
        match fault {
            Fault::Reserved => EventKind::ReservedRegister {
                access,
                addr,
                size,
                value,
            },
            Fault::ReadOnly => EventKind::ReadOnlyRegister { addr, value },
        }
    }

    /// Whether the block takes accesses of this width and alignment.
    const fn fits(self, block: Block) -> bool {
        match self.size {
            4 => self.addr.is_multiple_of(4),
            2 => block.has_half_words() && self.addr.is_multiple_of(2),
            _ => false,
        }
    }
}

impl Soc {
    /// A core reads `size` bytes (1, 2 or 4) of the register space.
    ///
    /// # Errors
    /// When no block is there; the core takes a bus error.
    pub fn read(
        &mut self,
        cx: Context,
        addr: u32,
        size: u8,
        mem: &mut dyn Memory,
    ) -> Result<u32, BusError> {
        self.advance(cx.now, mem);
        let attempt = Attempt {
            access: Access::Read,
            addr,
            size,
            value: 0,
        };
        let origin = Origin::from(cx);
        let Some((block, offset)) = self.target(attempt, &origin)? else {
            return Ok(0);
        };
        let value = match size {
            2 => self.read_half(block, offset).map(u32::from),
            _ if block.has_half_words() => self.read_halves(block, offset),
            _ => self.read_word(block, offset, cx.now),
        };
        Ok(value.unwrap_or_else(|fault| {
            self.fx.event(&origin, attempt.faulted(fault));
            0
        }))
    }

    /// A core writes `size` bytes (1, 2 or 4) of the register space.
    ///
    /// # Errors
    /// When no block is there; the core takes a bus error.
    pub fn write(
        &mut self,
        cx: Context,
        addr: u32,
        size: u8,
        value: u32,
        mem: &mut dyn Memory,
    ) -> Result<(), BusError> {
        self.advance(cx.now, mem);
        let attempt = Attempt {
            access: Access::Write,
            addr,
            size,
            value,
        };
        let origin = Origin::from(cx);
        let Some((block, offset)) = self.target(attempt, &origin)? else {
            return Ok(());
        };
        let done = match size {
            2 => self.write_half(block, offset, value as u16, &origin),
            _ if block.has_half_words() => {
                self.write_halves(attempt, block, offset, &origin);
                Ok(())
            }
            _ => self.write_word(block, offset, value, &origin),
        };
        if let Err(fault) = done {
            self.fx.event(&origin, attempt.faulted(fault));
        }
        self.settle(&origin);
        Ok(())
    }

    /// A core accessed an address outside the register space where nothing
    /// is; it takes a bus error. `value` is zero for reads.
    pub fn unmapped(&mut self, cx: Context, access: Access, addr: u32, size: u8, value: u32) {
        let attempt = Attempt {
            access,
            addr,
            size,
            value,
        };
        self.fx.event(&cx.into(), attempt.unmapped());
    }

    /// The block and offset an access goes to; `None` when the block does not
    /// take it, which has been logged.
    fn target(
        &mut self,
        attempt: Attempt,
        origin: &Origin,
    ) -> Result<Option<(Block, u32)>, BusError> {
        let Some((block, offset)) = decode(attempt.addr) else {
            self.fx.event(origin, attempt.unmapped());
            return Err(BusError);
        };
        let refusal = if block.record().is_some_and(|core| !self.power.exists(core)) {
            attempt.faulted(Fault::Reserved)
        } else if !attempt.fits(block) {
            attempt.bad_width()
        } else {
            return Ok(Some((block, offset)));
        };
        self.fx.event(origin, refusal);
        Ok(None)
    }

    fn read_word(&self, block: Block, offset: u32, now: Nanos) -> Result<u32, Fault> {
        match block {
            Block::Capability => Ok(capability::with_cores(self.cores.into())),
            Block::Windows => self.blocks.windows.read(offset),
            Block::Tts => self.blocks.tts.read(offset, now),
            Block::HfIpc => self.blocks.mailbox.read(Peer::Dsp, offset),
            Block::Idc(core, agent) => self.blocks.idc.read(core, agent, offset),
            Block::DwIctl(core) => {
                let outputs = self.blocks.dint.outputs(core, &self.inputs());
                self.blocks.ictl[core.index()].read(offset, outputs)
            }
            Block::FwStatus => self.blocks.status.read(offset),
            Block::Dspcs => self.blocks.dspcs.read(offset, &self.power),
            Block::DebugPort => Ok(0),
            Block::Audio(block) => self.audio.read(block, offset),
            Block::Dint(_) | Block::Pmc => self.read_halves(block, offset),
        }
    }

    fn read_half(&self, block: Block, offset: u32) -> Result<u16, Fault> {
        match block {
            Block::Dint(core) => self.blocks.dint.read(core, offset, &self.inputs()),
            Block::Pmc => self.blocks.pmc.read(offset, &self.power),
            _ => Err(Fault::Reserved),
        }
    }

    fn read_halves(&self, block: Block, offset: u32) -> Result<u32, Fault> {
        let low = self.read_half(block, offset)?;
        let high = self.read_half(block, offset + 2)?;
        Ok(u32::from(high) << 16 | u32::from(low))
    }

    fn write_word(
        &mut self,
        block: Block,
        offset: u32,
        value: u32,
        origin: &Origin,
    ) -> Result<(), Fault> {
        let Self {
            blocks,
            power,
            fx,
            audio,
            ..
        } = self;
        match block {
            Block::Audio(block) => audio.write(block, offset, value, origin, fx),
            Block::Capability => Err(Fault::ReadOnly),
            Block::Windows => blocks.windows.write(offset, value, origin, fx),
            Block::Tts => blocks.tts.write(offset, value, origin, fx),
            Block::HfIpc => blocks.mailbox.write(Peer::Dsp, offset, value, origin, fx),
            Block::Idc(core, agent) => blocks.idc.write((core, agent), offset, value, origin, fx),
            Block::DwIctl(core) => blocks.ictl[core.index()].write(offset, value),
            Block::FwStatus => blocks.status.write(offset, value, origin, fx),
            Block::Dspcs => blocks.dspcs.write(offset, value, power, origin, fx),
            Block::DebugPort => debug_port::write(offset, value, origin, fx),
            Block::Dint(_) | Block::Pmc => Err(Fault::Reserved),
        }
    }

    /// One write to two registers: each takes its half or reports it as a
    /// write of its own.
    fn write_halves(&mut self, attempt: Attempt, block: Block, offset: u32, origin: &Origin) {
        for (distance, value) in [(0, attempt.value as u16), (2, (attempt.value >> 16) as u16)] {
            if let Err(fault) = self.write_half(block, offset + distance, value, origin) {
                let half = Attempt {
                    addr: attempt.addr + distance,
                    size: 2,
                    value: value.into(),
                    ..attempt
                };
                self.fx.event(origin, half.faulted(fault));
            }
        }
    }

    fn write_half(
        &mut self,
        block: Block,
        offset: u32,
        value: u16,
        origin: &Origin,
    ) -> Result<(), Fault> {
        match block {
            Block::Dint(core) => self.blocks.dint.write(core, offset, value),
            Block::Pmc => self
                .blocks
                .pmc
                .write(offset, value, &mut self.power, origin),
            _ => Err(Fault::Reserved),
        }
    }
}
