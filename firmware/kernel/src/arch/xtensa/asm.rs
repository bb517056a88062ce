//! Functions of the image's assembly.

use core::ffi::c_void;

use super::fpu::FpuRegisters;

unsafe extern "C" {
    /// Runs a thread, on a core that runs none.
    pub fn xt_run(context: *mut c_void) -> !;
    /// Writes CPENABLE: 1 switches the FPU on.
    pub safe fn xt_enable_fpu(enabled: u32);
    /// Saves the FPU's registers.
    pub fn xt_save_fpu(area: *mut FpuRegisters);
    /// Loads the FPU's registers.
    pub fn xt_load_fpu(area: *const FpuRegisters);
    /// Writes the cache line at an address back.
    pub safe fn xt_write_back(line: u32);
    /// Writes it back and drops it.
    pub safe fn xt_write_back_invalidate(line: u32);
    /// Drops it with what was written to it.
    pub fn xt_invalidate(line: u32);
    /// Writes the whole data cache back and drops it and the instruction cache.
    pub safe fn xt_empty_caches();
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
    /// CCOMPARE0 = CCOUNT + cycles, which takes its interrupt back.
    pub safe fn xt_arm_timer(cycles: u32);
    /// Interrupt lines that are pending and enabled.
    pub safe fn xt_pending_interrupts() -> u32;
    /// Writes INTENABLE.
    pub safe fn xt_enable_interrupts(lines: u32);
    /// Pends software interrupts.
    pub safe fn xt_raise_interrupt(lines: u32);
    /// Clears software interrupts.
    pub safe fn xt_clear_interrupt(lines: u32);
}
