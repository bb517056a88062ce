//! Access to device registers.

/// Device registers by DSP address. An implementation performs each access
/// once, in program order, with the width of the method.
pub trait Bus: Copy {
    /// Reads a 32-bit register.
    fn read32(self, address: u32) -> u32;

    /// Writes a 32-bit register.
    fn write32(self, address: u32, value: u32);

    /// Reads a 16-bit register.
    fn read16(self, address: u32) -> u16;

    /// Writes a 16-bit register.
    fn write16(self, address: u32, value: u16);

    /// Sets and clears bits of a 32-bit register: `set` wins over `clear`.
    fn modify32(self, address: u32, clear: u32, set: u32) {
        self.write32(address, self.read32(address) & !clear | set);
    }

    /// Sets and clears bits of a 16-bit register: `set` wins over `clear`.
    fn modify16(self, address: u32, clear: u16, set: u16) {
        self.write16(address, self.read16(address) & !clear | set);
    }
}
