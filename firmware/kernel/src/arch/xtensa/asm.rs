//! Functions of the image's `registers.S`.

unsafe extern "C" {
    /// Masks interrupt levels 1 to 3; PS as it was before.
    pub safe fn xt_mask_interrupts() -> u32;
    /// Writes PS.
    pub fn xt_restore_interrupts(ps: u32);
    /// Lowers the interrupt level to 0 and waits for an interrupt.
    pub safe fn xt_wait();
    /// Waits for ever with everything masked.
    pub safe fn xt_park() -> !;
    /// Number of this core, from PRID.
    pub safe fn xt_core_number() -> u32;
    /// CCOUNT.
    pub safe fn xt_cycles() -> u32;
    /// Interrupt lines that are pending and enabled.
    pub safe fn xt_pending_interrupts() -> u32;
    /// Writes INTENABLE.
    pub safe fn xt_enable_interrupts(lines: u32);
    /// Pends software interrupts.
    pub safe fn xt_raise_interrupt(lines: u32);
    /// Clears software interrupts.
    pub safe fn xt_clear_interrupt(lines: u32);
}
