// Interrupt and exception entry and exit.

    .include "macros.inc"

// A medium-level interrupt: handled in Rust at its own level.
    .macro INTERRUPT level
    .section .text.level\level, "ax"
    .p2align 2
    .global _level\level\()_entry
_level\level\()_entry:
    KEEP_ADDRESS a0
    addi a1, a1, -112
    s32i a2, a1, 8
    addi a2, a1, 112
    s32i a2, a1, 4
    l32i a2, a1, 8
    rsr a0, excsave\level
    s32i a0, a1, 0
    rsr a0, epc\level
    s32i a0, a1, 64
    rsr a0, eps\level
    s32i a0, a1, 68
    SAVE_REGISTERS
    movi a2, \level                 // exceptions go to their vector again
    wsr a2, ps
    rsync
    mov a3, a2
    mov a2, a1
    movi a0, acelab_interrupt       // acelab_interrupt(frame, level)
    callx0 a0
    movi a2, 0x10 | \level
    wsr a2, ps
    rsync
    RESTORE_REGISTERS
    l32i a0, a1, 64
    wsr a0, epc\level
    l32i a0, a1, 68
    wsr a0, eps\level
    rsync
    l32i a0, a1, 0
    addi a1, a1, 112
    rfi \level
    .endm

    INTERRUPT 2
    INTERRUPT 3

// An exception of the kernel, level-1 interrupts among them.
    .section .text.exception, "ax"
    .p2align 2
    .global _exception_entry
_exception_entry:
    KEEP_ADDRESS a0
    addi a1, a1, -112
    s32i a2, a1, 8
    addi a2, a1, 112
    s32i a2, a1, 4
    l32i a2, a1, 8
    rsr a0, excsave1
    s32i a0, a1, 0
    rsr a0, epc1
    s32i a0, a1, 64
    rsr a0, ps
    s32i a0, a1, 68
    SAVE_REGISTERS
    rsr a2, exccause
    beqi a2, 4, .Linterrupt
    mov a2, a1
    movi a0, _fault
    jx a0
.Linterrupt:
    extui a0, a0, 0, 4              // a level is never lowered by an exception
    movi a3, 1
    maxu a3, a3, a0
    wsr a3, ps
    rsync
    mov a2, a1
    movi a3, 1
    movi a0, acelab_interrupt       // acelab_interrupt(frame, 1)
    callx0 a0
    movi a2, 0x11
    wsr a2, ps
    rsync
    RESTORE_REGISTERS
    l32i a0, a1, 64
    wsr a0, epc1
    l32i a0, a1, 68                 // saved after the exception: EXCM is set in it
    wsr a0, ps
    rsync
    l32i a0, a1, 0
    addi a1, a1, 112
    rfe
