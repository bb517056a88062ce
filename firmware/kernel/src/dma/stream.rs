//! The registers of one stream.
//!
//! Rules after `intel_adsp_hda.h` and `dma_intel_adsp_hda.c` of Zephyr: a stream
//! that is enabled or busy keeps its buffer; starting and stopping leaves the
//! positions; a stream out to the link begins with its whole buffer committed;
//! an xrun is read and cleared.

use acelab_abi::regs::hda::{
    self, BF, BNE, BSC, BUFFER_SIZE, FIFORDY, FWCB, GBUSY, GEN, Reg, SCS, TE, XRUN,
};
use acelab_abi::syscall::{Gateway, GatewayKind, exchange_flags};

use crate::bus::Bus;

/// Bits of DGCS that are cleared by writing 1.
const WRITE_ONE: u32 = BSC | XRUN | TE;

/// What the minimum buffer size is a multiple of, in bytes.
const MINIMUM_STEP: u32 = 0x80;

/// The stream moves data, or may still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moving;

/// Where a stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Read position, in bytes from the start of the buffer.
    pub read: u32,
    /// Write position.
    pub write: u32,
    /// Bytes from the read to the write position.
    pub filled: u32,
    /// [`exchange_flags`], but for RUNNING.
    pub flags: u32,
}

/// One stream of one block.
#[derive(Clone, Copy, Debug)]
pub struct Stream<B> {
    bus: B,
    /// Address of its record of registers.
    base: u32,
    kind: GatewayKind,
}

impl<B: Bus> Stream<B> {
    /// The stream of a gateway.
    #[must_use]
    pub const fn new(bus: B, gateway: Gateway) -> Self {
        Self {
            bus,
            base: gateway.kind().base() + gateway.index() * hda::STREAM_STRIDE,
            kind: gateway.kind(),
        }
    }

    fn read(self, reg: Reg) -> u32 {
        self.bus.read32(self.base + reg.offset())
    }

    fn write(self, reg: Reg, value: u32) {
        self.bus.write32(self.base + reg.offset(), value);
    }

    /// Changes bits of DGCS without clearing what is cleared by writing 1.
    fn control(self, clear: u32, set: u32) {
        let kept = self.read(Reg::Control) & !(WRITE_ONE | clear);
        self.write(Reg::Control, kept | set);
    }

    /// Whether it is enabled, or still moves data.
    #[must_use]
    pub fn is_moving(self) -> bool {
        self.read(Reg::Control) & (GEN | GBUSY) != 0
    }

    /// Gives it the `size` bytes at the physical address `address`, both aligned
    /// as the hardware wants it.
    ///
    /// # Errors
    /// [`Moving`], and nothing has changed.
    pub fn set_buffer(self, address: u32, size: u32, half_words: bool) -> Result<(), Moving> {
        if self.is_moving() {
            return Err(Moving);
        }
        // Containers are a matter of the ports: the host's memory has bytes.
        let halves = half_words && !self.kind.is_host();
        self.control(SCS, FWCB | if halves { SCS } else { 0 });
        // What went wrong with the buffer before is of no interest.
        self.control(0, WRITE_ONE);
        self.write(Reg::BufferAddress, address);
        self.write(Reg::BufferSize, size & BUFFER_SIZE);
        if self.kind.is_host() {
            self.write(Reg::MinimumSize, size & !(MINIMUM_STEP - 1));
        }
        Ok(())
    }

    /// Lets it move data of its buffer of `size` bytes. False when the hardware
    /// does not take that, for example because nothing is at the other end.
    #[must_use]
    pub fn start(self, size: u32) -> bool {
        self.control(0, GEN | FIFORDY);
        if !self.is_moving() {
            return false;
        }
        if self.kind == GatewayKind::LinkOut {
            // The port would starve until the first commit.
            self.write(Reg::Increment, size);
        }
        true
    }

    /// Stops it. It [may still move](Self::is_moving) data for a moment.
    pub fn stop(self) {
        self.control(GEN | FIFORDY, 0);
    }

    /// Tells it that the DSP is done with so many bytes.
    pub fn commit(self, bytes: u32) {
        self.write(Reg::Increment, bytes);
        if self.kind.is_host() {
            self.write(Reg::LinkIncrement, bytes);
            self.write(Reg::HostIncrement, bytes);
        }
    }

    /// Where it is in its buffer of `size` bytes. Errors are told once.
    #[must_use]
    pub fn status(self, size: u32) -> Status {
        let control = self.read(Reg::Control);
        let mut flags = 0;
        if control & XRUN != 0 {
            flags |= exchange_flags::XRUN;
        }
        if control & TE != 0 {
            flags |= exchange_flags::ERROR;
        }
        if control & BF != 0 {
            flags |= exchange_flags::FULL;
        }
        if control & BNE == 0 {
            flags |= exchange_flags::EMPTY;
        }
        let errors = control & (XRUN | TE);
        if errors != 0 {
            self.write(Reg::Control, control & !WRITE_ONE | errors);
        }
        let read = self.read(Reg::ReadPosition);
        let write = self.read(Reg::WritePosition);
        let filled = if control & BNE == 0 {
            0
        } else if control & BF != 0 {
            size
        } else if write >= read {
            write - read
        } else {
            // The positions wrap at the size.
            (write + size).saturating_sub(read)
        };
        Status {
            read,
            write,
            filled,
            flags,
        }
    }

    /// What a status becomes by a commit: the hardware is not asked again.
    pub fn advance(self, status: &mut Status, size: u32, bytes: u32) {
        let position = if self.kind.fills() {
            status.filled -= bytes;
            &mut status.read
        } else {
            status.filled += bytes;
            &mut status.write
        };
        *position += bytes;
        if *position >= size {
            *position -= size;
        }
        status.flags &= !(exchange_flags::FULL | exchange_flags::EMPTY);
        if status.filled == 0 {
            status.flags |= exchange_flags::EMPTY;
        } else if status.filled >= size {
            status.flags |= exchange_flags::FULL;
        }
    }

    /// Whether a commit of so many bytes is none of more than there is, or than
    /// there is room for.
    #[must_use]
    pub fn may_commit(self, status: &Status, size: u32, bytes: u32) -> bool {
        let most = if self.kind.fills() {
            status.filled
        } else {
            size.saturating_sub(status.filled)
        };
        bytes <= most
    }
}
