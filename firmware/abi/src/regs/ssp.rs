//! Synchronous serial ports (SSP, I2S/TDM).
//!
//! Panther Lake has SSP0 to SSP2; this machine goes on to SSP5 with the same
//! spacing. Port *n* is served by stream *n* + 1 of the link gateways. Source:
//! `ssp_regs_v3.h` in Zephyr's `drivers/dai/intel/ssp/` for names, offsets and
//! bits; the device tree for bases. Unverified: that the M/N pair of a port
//! lies behind its own base.
//!
//! Frames per second = [`SOURCE_HZ`] × M / N / (SCR + 1) / (slots × slot bits).

/// Ports of the machine.
pub const PORTS: u8 = 6;
/// First port.
pub const BASE: u32 = 0x2_8100;
/// Bytes between two ports.
pub const PORT_STRIDE: u32 = 0x1000;
/// Bytes of one port's block.
pub const SPAN: u32 = 0x108;

registers! {
    /// Registers of one port. Of the eight sub-streams of a direction the first
    /// is there.
    pub enum Reg {
        /// Frame shape, clock divider, enable.
        Control0 = 0x00, "SSC0";
        /// Loopback, interrupt enables.
        Control1 = 0x04, "SSC1";
        /// Status; read-only.
        Status = 0x08, "SSS";
        /// Kept, without effect.
        Timeout = 0x28, "SSTO";
        /// Kept, without effect.
        ProgrammableProtocol = 0x2C, "SSPSP";
        /// Kept, without effect.
        Control2 = 0x40, "SSC2";
        /// Kept, without effect.
        ProgrammableProtocol2 = 0x44, "SSPSP2";
        /// Kept, without effect.
        Control3 = 0x48, "SSC3";
        /// Kept, without effect.
        InputOutput = 0x4C, "SSIOC";
        /// Receiver: [`RXEN`], [`RSRE`], [`ROR`].
        ReceiveControl = 0x60, "SSMID0CS";
        /// Active receive slots, bit *i* for slot *i* (`SSRSA` of older ports).
        ReceiveSlots = 0x68, "SSMID0TSA";
        /// Transmitter: [`TXEN`], [`TSRE`], [`TUR`].
        TransmitControl = 0xE0, "SSMOD0CS";
        /// Active transmit slots, bit *i* for slot *i* (`SSTSA` of older ports).
        TransmitSlots = 0xE8, "SSMOD0TSA";
        /// M of the bit clock's divider.
        DividerM = 0x100, "MDIV_M_VAL";
        /// N of the bit clock's divider.
        DividerN = 0x104, "MDIV_N_VAL";
    }
}

/// The clock that M/N divides, in hertz: the crystal.
pub const SOURCE_HZ: u32 = 38_400_000;
/// The most slots of a frame.
pub const MAX_SLOTS: u32 = 8;

/// SSC0: bits of a slot less 1, low part.
pub const DSS: u32 = 0xF;
/// SSC0: 16 bits more in a slot.
pub const EDSS: u32 = 1 << 20;
/// SSC0: enable. Rising, the frames are counted from 0.
pub const SSE: u32 = 1 << 7;
/// SSC0: the bit clock is divided by this field plus 1.
pub const SCR_SHIFT: u32 = 8;
/// SSC0: bits of the divider.
pub const SCR_MASK: u32 = 0xFFF << SCR_SHIFT;
/// SSC0: slots of a frame less 1, in network mode.
pub const FRDC_SHIFT: u32 = 24;
/// SSC0: bits of the slots.
pub const FRDC_MASK: u32 = 0x7 << FRDC_SHIFT;
/// SSC0: network mode (several slots); without it a frame is one slot.
pub const MOD: u32 = 1 << 31;
/// SSC1: interrupt while [`ROR`] is set.
pub const RIE: u32 = 1 << 0;
/// SSC1: interrupt while [`TUR`] is set.
pub const TIE: u32 = 1 << 1;
/// SSC1: what is sent is received.
pub const LBM: u32 = 1 << 2;
/// SSS: the port runs.
pub const BSY: u32 = 1 << 4;
/// SSMID0CS: receiver enable.
pub const RXEN: u32 = 1 << 0;
/// SSMID0CS: the link gateway is asked to take data.
pub const RSRE: u32 = 1 << 1;
/// SSMID0CS: receive overrun; cleared by writing 1.
pub const ROR: u32 = 1 << 28;
/// SSMOD0CS: transmitter enable.
pub const TXEN: u32 = 1 << 0;
/// SSMOD0CS: the link gateway is asked for data.
pub const TSRE: u32 = 1 << 1;
/// SSMOD0CS: transmit underrun; cleared by writing 1.
pub const TUR: u32 = 1 << 28;

/// The fields of SSC0 for frames of `slots` (1 to [`MAX_SLOTS`]) slots of `bits`
/// (4 to 32) bits, without [`SSE`]; the clock undivided.
pub const fn frame_shape(slots: u32, bits: u32) -> u32 {
    let wide = if bits > 16 { EDSS } else { 0 };
    let network = if slots > 1 { MOD } else { 0 };
    (bits.wrapping_sub(1) & DSS)
        | wide
        | network
        | (slots.wrapping_sub(1) << FRDC_SHIFT) & FRDC_MASK
}

/// Slots of a frame.
pub const fn slots(ssc0: u32) -> u32 {
    if ssc0 & MOD != 0 {
        ((ssc0 & FRDC_MASK) >> FRDC_SHIFT) + 1
    } else {
        1
    }
}

/// Bits of a slot.
pub const fn slot_bits(ssc0: u32) -> u32 {
    (ssc0 & DSS) + 1 + if ssc0 & EDSS != 0 { 16 } else { 0 }
}

/// The stream of the link gateways that serves port `port`.
pub const fn link_stream(port: u8) -> u8 {
    port + 1
}

/// The address of a port's register.
pub const fn address(port: u8, reg: Reg) -> u32 {
    BASE + port as u32 * PORT_STRIDE + reg.offset()
}
