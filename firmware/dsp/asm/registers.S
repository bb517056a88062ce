// What Rust cannot say: special registers and instructions, as functions.
// call0 ABI: argument and result in a2. Declared in the kernel crate,
// arch/xtensa/asm.rs.

    .include "macros.inc"

    .macro FUNCTION name
    .section .text.\name, "ax"
    .p2align 2
    .global \name
\name:
    .endm

// u32 xt_mask_interrupts(): masks levels 1 to 3, returns PS as it was.
    FUNCTION xt_mask_interrupts
    rsil a2, 3
    ret

// xt_restore_interrupts(u32 ps)
    FUNCTION xt_restore_interrupts
    wsr a2, ps
    rsync
    ret

// xt_wait(): lowers the interrupt level to 0 and waits for an interrupt, both
// at once. The level stays 0.
    FUNCTION xt_wait
    waiti 0
    ret

// xt_park() -> !: waits with every interrupt masked.
    FUNCTION xt_park
    waiti 15
    j xt_park

// u32 xt_core_number()
    FUNCTION xt_core_number
    rsr a2, prid
    extui a2, a2, 0, 4
    ret

// u32 xt_cycles()
    FUNCTION xt_cycles
    rsr a2, ccount
    ret

// xt_arm_timer(u32 cycles): CCOMPARE0 = CCOUNT + cycles, and its interrupt is
// not pending any more
    FUNCTION xt_arm_timer
    rsr a3, ccount
    add a2, a2, a3
    wsr a2, ccompare0
    ret

// u32 xt_pending_interrupts(): INTERRUPT & INTENABLE
    FUNCTION xt_pending_interrupts
    rsr a2, interrupt
    rsr a3, intenable
    and a2, a2, a3
    ret

// xt_enable_interrupts(u32 lines): INTENABLE = lines
    FUNCTION xt_enable_interrupts
    wsr a2, intenable
    rsync
    ret

// xt_raise_interrupt(u32 lines): pends software interrupts
    FUNCTION xt_raise_interrupt
    wsr a2, intset
    rsync
    ret

// xt_clear_interrupt(u32 lines)
    FUNCTION xt_clear_interrupt
    wsr a2, intclear
    rsync
    ret

// The cache line at an address: written back, written back and dropped, dropped.
    FUNCTION xt_write_back
    DHWB 2
    ret

    FUNCTION xt_write_back_invalidate
    DHWBI 2
    ret

    FUNCTION xt_invalidate
    DHI 2
    ret

// xt_empty_caches(): every line of the data cache written back and dropped, every
// line of the instruction cache dropped. Both have the same size (XCHAL_DCACHE_SIZE,
// XCHAL_ICACHE_SIZE of the core), and an index counts through all ways.
    FUNCTION xt_empty_caches
    movi a2, 16384
.Lempty_next:
    addi a2, a2, -64
    DIWBI 2
    III 2
    bnez a2, .Lempty_next
    dsync
    isync
    ret

// xt_enable_fpu(u32 enabled): CPENABLE = enabled
    FUNCTION xt_enable_fpu
    WSR_CPENABLE 2
    rsync
    ret

// xt_save_fpu(area): f0 to f15, FCR, FSR. The FPU is enabled.
    FUNCTION xt_save_fpu
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    SDI \n, 2, \n * 8
    .endr
    rur a3, fcr
    s32i a3, a2, 128
    rur a3, fsr
    s32i a3, a2, 132
    ret

// xt_load_fpu(area). The FPU is enabled.
    FUNCTION xt_load_fpu
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    LDI \n, 2, \n * 8
    .endr
    l32i a3, a2, 128
    wur a3, fcr
    l32i a3, a2, 132
    wur a3, fsr
    ret
