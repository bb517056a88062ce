// What Rust cannot say: special registers and instructions, as functions.
// call0 ABI: argument and result in a2. Declared in the kernel crate,
// arch/xtensa/asm.rs.

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
