//! The host's side of the HDA controller, in BAR0.
//!
//! Accessed in words of 32 bits; registers that are narrower share one, and the
//! bits here are those of the word. Source: Intel's High Definition Audio
//! specification 1.0a for the global registers, stream descriptors and buffer
//! descriptors; `hda.h` and `hda-stream.c` under Linux' `sound/soc/sof/intel/`
//! for SPIB and processing pipe.

use crate::memory::Region;

/// The host's memory that the controller reaches: 16 MiB of its own, not
/// visible to the DSP.
pub const HOST_MEMORY: Region = Region::new(0x8000_0000, 16 << 20);

registers! {
    /// Registers by BAR0 offset, but those of the streams.
    pub enum Reg {
        /// Numbers of streams, see [`GCAP_VALUE`]; VMIN and VMAJ above; read-only.
        Capabilities = 0x00, "GCAP";
        /// [`CRST`].
        Control = 0x08, "GCTL";
        /// Interrupt enables, bit *s* for stream *s*, [`GIE`].
        InterruptControl = 0x20, "INTCTL";
        /// Interrupt status, bit *s* for stream *s*, [`GIE`]; read-only.
        InterruptStatus = 0x24, "INTSTS";
        /// Address of the position buffer, low word, bit 0 [`POSITIONS_ENABLE`].
        PositionsLow = 0x70, "DPLBASE";
        /// Address of the position buffer, high word.
        PositionsHigh = 0x74, "DPUBASE";
        /// Bit *s*: the position in SPIB bounds stream *s*.
        SpibControl = 0x704, "SPBFCTL";
        /// Bit *s*: stream *s* is decoupled from the link, bit 30 [`GPROCEN`].
        PipeControl = 0x804, "PPCTL";
    }
}

/// GCTL: the controller is out of reset.
pub const CRST: u32 = 1 << 0;
/// INTCTL: global enable; INTSTS: any stream.
pub const GIE: u32 = 1 << 31;
/// PPCTL: the DSP takes part.
pub const GPROCEN: u32 = 1 << 30;
/// DPLBASE: positions are written.
pub const POSITIONS_ENABLE: u32 = 1 << 0;

/// Input (capture) streams: numbers 0 to 10.
pub const INPUT_STREAMS: u8 = 11;
/// Output (playback) streams: numbers 11 to 19.
pub const OUTPUT_STREAMS: u8 = 9;
/// All streams.
pub const STREAMS: u8 = INPUT_STREAMS + OUTPUT_STREAMS;
/// GCAP: OSS in bits 15:12, ISS in bits 11:8, 64-bit addresses; version 1.0.
pub const GCAP_VALUE: u32 =
    (OUTPUT_STREAMS as u32) << 12 | (INPUT_STREAMS as u32) << 8 | 1 | 0x0100_0000;

/// BAR0 offset of the first stream's descriptor.
pub const STREAM_BASE: u32 = 0x80;
/// Bytes between two streams' descriptors.
pub const STREAM_STRIDE: u32 = 0x20;
/// BAR0 offset of the first stream's SPIB.
pub const SPIB_BASE: u32 = 0x708;
/// Bytes between two streams' SPIB and MAXFIFO pairs.
pub const SPIB_STRIDE: u32 = 0x8;

registers! {
    /// Registers of one stream's descriptor.
    pub enum StreamReg {
        /// CTL in bits 23:0, STS in bits 31:24.
        ControlStatus = 0x00, "CTL";
        /// Position in the cyclic buffer in bytes, as the firmware reports it by
        /// DGLPIBI; read-only.
        LinkPosition = 0x04, "LPIB";
        /// Bytes of the cyclic buffer.
        BufferLength = 0x08, "CBL";
        /// Index of the last valid buffer descriptor, bits 7:0.
        LastIndex = 0x0C, "LVI";
        /// FIFOS in bits 15:0, FMT in bits 31:16.
        FifoFormat = 0x10, "FIFOS";
        /// Address of the buffer descriptors, low word, [`BDL_ALIGN`] aligned.
        DescriptorsLow = 0x18, "BDPL";
        /// Address of the buffer descriptors, high word.
        DescriptorsHigh = 0x1C, "BDPU";
    }
}

/// CTL: stream reset.
pub const SRST: u32 = 1 << 0;
/// CTL: run.
pub const RUN: u32 = 1 << 1;
/// CTL: interrupt on completion of a descriptor with [`IOC`].
pub const IOCE: u32 = 1 << 2;
/// CTL: interrupt on a FIFO error.
pub const FEIE: u32 = 1 << 3;
/// CTL: interrupt on a descriptor error.
pub const DEIE: u32 = 1 << 4;
/// CTL: traffic priority.
pub const TP: u32 = 1 << 18;
/// CTL: the stream tag; gateway stream *t* - 1 takes the data of tag *t*.
pub const TAG_SHIFT: u32 = 20;
/// CTL: bits of the stream tag.
pub const TAG_MASK: u32 = 0xF << TAG_SHIFT;
/// STS: a descriptor with [`IOC`] was completed; cleared by writing 1.
pub const BCIS: u32 = 1 << 26;
/// STS: FIFO error; cleared by writing 1. Not raised here.
pub const FIFOE: u32 = 1 << 27;
/// STS: the stream's programming or a descriptor makes no sense, the stream
/// stands; cleared by writing 1.
pub const DESE: u32 = 1 << 28;
/// STS: the stream runs; read-only.
pub const FIFORDY: u32 = 1 << 29;

/// Alignment of the descriptors and of each buffer, in bytes.
pub const BDL_ALIGN: u32 = 128;
/// Bytes of a buffer descriptor: address u64, length u32, flags u32 with [`IOC`].
pub const BDL_ENTRY: u32 = 16;
/// The most buffer descriptors of a stream.
pub const BDL_ENTRIES: u32 = 256;
/// Flags of a buffer descriptor: tell when it is done.
pub const IOC: u32 = 1 << 0;

/// BAR0 offset of a stream's register.
pub const fn stream(stream: u8, reg: StreamReg) -> u32 {
    STREAM_BASE + stream as u32 * STREAM_STRIDE + reg.offset()
}

/// BAR0 offset of a stream's SPIB.
pub const fn spib(stream: u8) -> u32 {
    SPIB_BASE + stream as u32 * SPIB_STRIDE
}

/// The number of the `index`-th output (playback) stream.
pub const fn output(index: u8) -> u8 {
    INPUT_STREAMS + index
}

/// The number of the `index`-th input (capture) stream.
pub const fn input(index: u8) -> u8 {
    index
}
