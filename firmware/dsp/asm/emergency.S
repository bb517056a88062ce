// The way to the report of a fatal exception, on a stack of its own: the stack
// of the code at fault may be the fault.

    .include "macros.inc"

// Makes a frame on the emergency stack of this core; a0 is in the scratch
// register, the exception's PC and PS in the two registers named. Calls
// acelab_fault(frame), never to return, with interrupts masked for good.
    .macro EMERGENCY name, scratch, pc, status, saved_a1=excsave5
    .section .text.\name, "ax"
    .p2align 2
    .global _\name\()_entry
_\name\()_entry:
    wsr a1, \saved_a1
    rsr a0, excvaddr                // before the first store, which may write it
    wsr a0, misc1
    EMERGENCY_STACK a1, a0
    addi a1, a1, -112
    rsr a0, \scratch
    s32i a0, a1, 0
    rsr a0, \saved_a1
    s32i a0, a1, 4
    rsr a0, \pc
    s32i a0, a1, 64
    rsr a0, \status
    s32i a0, a1, 68
    rsr a0, exccause
    s32i a0, a1, 88
    rsr a0, misc1
    s32i a0, a1, 92
    movi a0, 0
    s32i a0, a1, 108
    SAVE_REGISTERS
    .endm

    .macro FAULT
    mov a2, a1
    movi a3, 0x0F
    wsr a3, ps
    rsync
    movi a3, acelab_fault
    movi a0, 0
    jx a3
    .endm

// An exception of a handler.
    EMERGENCY kernel, excsave4, epc1, ps
    FAULT

// An exception in a vector or an entry sequence: EPC1 is the first exception,
// DEPC the second. EXCCAUSE and EXCVADDR are those of the second.
    EMERGENCY double, excsave4, epc1, ps
    rsr a2, depc
    s32i a2, a1, 108
    FAULT

// Interrupt levels that nothing uses, and a BREAK outside threads. None of them
// has an EXCCAUSE of its own.
    .macro UNEXPECTED name, level, saved_a1=excsave5
    EMERGENCY \name, excsave\level, epc\level, eps\level, \saved_a1
    movi a2, 63
    s32i a2, a1, 88
    FAULT
    .endm

    UNEXPECTED level4, 4
    UNEXPECTED level5, 5, misc0
    UNEXPECTED debug, 6
    UNEXPECTED nmi, 7
