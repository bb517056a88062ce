//! Data of a copier for an I2S port (SSP).
//!
//! The fields are those of the field's blob of version 1.5, with the DMA control
//! of its predecessor behind them. The port model takes its timing from the
//! stream's format, so the firmware evaluates data size, slots and the delays;
//! the other registers are checked for their place only.

use super::wire::{Full, Reader, Truncated, Writer};

/// Version in the second word.
pub const VERSION: u32 = 0xEE00_0105;
/// Groups of time slots.
pub const TS_GROUPS: usize = 8;
/// Bytes of the blob with DMA control.
pub const BYTES: usize = 12 + (TS_GROUPS + 10 + 2 + 2) * 4;

/// Why data is no SSP blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobError {
    /// It ends too early, or its size field reaches beyond it.
    Truncated,
    /// Not a version this firmware reads.
    Version(u32),
}

impl From<Truncated> for BlobError {
    fn from(Truncated: Truncated) -> Self {
        Self::Truncated
    }
}

/// Registers of the port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    /// SSC0: EDSS bit 20 and DSS 3:0 (bits of a sample less 1), FRDC 26:24
    /// (slots of a frame less 1).
    pub ssc0: u32,
    /// SSC1.
    pub ssc1: u32,
    /// SSCTO.
    pub sscto: u32,
    /// SSPSP.
    pub sspsp: u32,
    /// SSTSA: active time slots for transmission.
    pub sstsa: u32,
    /// SSRSA: active time slots for reception.
    pub ssrsa: u32,
    /// SSC2.
    pub ssc2: u32,
    /// SSPSP2.
    pub sspsp2: u32,
    /// SSC3.
    pub ssc3: u32,
    /// SSIOC.
    pub ssioc: u32,
}

wire!(Registers, 40, {
    ssc0: u32, ssc1: u32, sscto: u32, sspsp: u32, sstsa: u32,
    ssrsa: u32, ssc2: u32, sspsp2: u32, ssc3: u32, ssioc: u32,
});

const SSC0_DSS_MASK: u32 = 0xF;
const SSC0_EDSS: u32 = 1 << 20;
const SSC0_FRDC_SHIFT: u32 = 24;
const SSC0_FRDC_MASK: u32 = 7;

impl Registers {
    /// For samples of `bits` (4..=32) in `slots` (1..=8) slots, all active.
    #[must_use]
    pub const fn of(bits: u32, slots: u32) -> Self {
        let dss = bits.wrapping_sub(1) & SSC0_DSS_MASK;
        let edss = if bits > 16 { SSC0_EDSS } else { 0 };
        let frdc = (slots.wrapping_sub(1) & SSC0_FRDC_MASK) << SSC0_FRDC_SHIFT;
        let active = (1 << (slots & 0xF)) - 1;
        Self {
            ssc0: dss | edss | frdc,
            ssc1: 0,
            sscto: 0,
            sspsp: 0,
            sstsa: active,
            ssrsa: active,
            ssc2: 0,
            sspsp2: 0,
            ssc3: 0,
            ssioc: 0,
        }
    }

    /// Bits of a sample, 1..=32.
    #[must_use]
    pub const fn sample_bits(&self) -> u32 {
        let extended = if self.ssc0 & SSC0_EDSS == 0 { 0 } else { 16 };
        extended + (self.ssc0 & SSC0_DSS_MASK) + 1
    }

    /// Slots of a frame, 1..=8.
    #[must_use]
    pub const fn slots(&self) -> u32 {
        (self.ssc0 >> SSC0_FRDC_SHIFT & SSC0_FRDC_MASK) + 1
    }
}

/// Clocks of a port around a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DmaControl {
    /// Start: warm-up in ms 15:0, MCLK bit 16, override bit 17.
    pub start: u32,
    /// Stop: delay in ms 15:0, keep running bit 16, override bit 17.
    pub stop: u32,
}

wire!(DmaControl, 8, { start: u32, stop: u32 });

impl DmaControl {
    /// Time between the clock and the first sample, in ms.
    #[must_use]
    pub const fn start_delay_ms(&self) -> u32 {
        self.start & 0xFFFF
    }
}

/// The blob.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SspBlob {
    /// Attributes of the gateway: bit 0 buffer in low-power memory, bit 1
    /// register file.
    pub attributes: u32,
    /// Time slots of each group, a nibble per channel.
    pub ts_groups: [u32; TS_GROUPS],
    /// Registers of the port.
    pub registers: Registers,
    /// MDIVC: which MCLK dividers run.
    pub mdivc: u32,
    /// MDIVR: the divider.
    pub mdivr: u32,
    /// Delays; `None` if the blob ends before.
    pub dma_control: Option<DmaControl>,
}

impl SspBlob {
    /// A blob for samples of `bits` in `slots`, the first sample
    /// `start_delay_ms` ms after the clock.
    #[must_use]
    pub const fn of(bits: u32, slots: u32, start_delay_ms: u16) -> Self {
        Self {
            attributes: 0,
            ts_groups: [super::audio_format::usual_map(slots as u8); TS_GROUPS],
            registers: Registers::of(bits, slots),
            mdivc: 1,
            mdivr: 0,
            dma_control: Some(DmaControl {
                start: start_delay_ms as u32,
                stop: 0,
            }),
        }
    }

    /// Decodes a gateway's data.
    ///
    /// # Errors
    ///
    /// [`BlobError`] for another version, or when bytes are missing.
    pub fn decode(data: &[u8]) -> Result<Self, BlobError> {
        let mut reader = Reader::new(data);
        let attributes = reader.u32()?;
        let version = reader.u32()?;
        if version != VERSION {
            return Err(BlobError::Version(version));
        }
        let size = reader.u32()? as usize;
        let mut reader = Reader::new(reader.take(size)?);
        let ts_groups = reader.words()?;
        let registers = reader.get()?;
        let [mdivc, mdivr] = reader.words()?;
        Ok(Self {
            attributes,
            ts_groups,
            registers,
            mdivc,
            mdivr,
            dma_control: reader.get().ok(),
        })
    }

    /// Appends the blob.
    ///
    /// # Errors
    ///
    /// [`Full`] if it does not fit.
    pub fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Full> {
        let control = if self.dma_control.is_some() { 8 } else { 0 };
        let size = (TS_GROUPS + 12) as u32 * 4 + control;
        writer.words(&[self.attributes, VERSION, size])?;
        writer.words(&self.ts_groups)?;
        writer.put(&self.registers)?;
        writer.words(&[self.mdivc, self.mdivr])?;
        self.dma_control
            .as_ref()
            .map_or(Ok(()), |control| writer.put(control))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_size_and_slots_are_read_from_ssc0() {
        for bits in 4..=32 {
            for slots in 1..=8 {
                let registers = Registers::of(bits, slots);
                assert_eq!((registers.sample_bits(), registers.slots()), (bits, slots));
            }
        }
    }

    #[test]
    fn encoding_and_decoding_are_inverse_and_bounded() {
        let blob = SspBlob::of(24, 2, 5);
        let mut bytes = [0; BYTES];
        blob.encode(&mut Writer::new(&mut bytes)).unwrap();
        assert_eq!(SspBlob::decode(&bytes), Ok(blob));
        for len in 0..BYTES {
            assert_eq!(SspBlob::decode(&bytes[..len]), Err(BlobError::Truncated));
        }
        bytes[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(SspBlob::decode(&bytes), Err(BlobError::Truncated));
        bytes[4..8].fill(0);
        assert_eq!(SspBlob::decode(&bytes), Err(BlobError::Version(0)));
    }

    #[test]
    fn a_blob_without_dma_control_has_no_delay() {
        let blob = SspBlob {
            dma_control: None,
            ..SspBlob::of(16, 2, 0)
        };
        let mut bytes = [0; BYTES - 8];
        blob.encode(&mut Writer::new(&mut bytes)).unwrap();
        assert_eq!(SspBlob::decode(&bytes), Ok(blob));
    }
}
