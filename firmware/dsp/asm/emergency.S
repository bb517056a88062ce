// The way to the report of a fatal exception, on a stack of its own: the stack
// of the code at fault may be the fault.

    .include "macros.inc"

// acelab_fault(frame) with the frame in a2 on the emergency stack of this core,
// never to return. Interrupts are masked for good.
    .section .text.fault, "ax"
    .p2align 2
    .global _fault
_fault:
    EMERGENCY_STACK a1, a3
    movi a3, 0x0F
    wsr a3, ps
    rsync
    movi a3, acelab_fault
    movi a0, 0
    jx a3

// Makes a frame on the emergency stack of this core; a0 is in the scratch
// register, the exception's PC and PS in the two registers named.
    .macro EMERGENCY_FRAME scratch, pc, status
    wsr a1, misc0
    KEEP_ADDRESS a0
    EMERGENCY_STACK a1, a0
    addi a1, a1, -112
    rsr a0, misc0
    s32i a0, a1, 4
    rsr a0, \scratch
    s32i a0, a1, 0
    rsr a0, \pc
    s32i a0, a1, 64
    rsr a0, \status
    s32i a0, a1, 68
    SAVE_REGISTERS
    .endm

// acelab_fault(frame in a1), below the frame.
    .macro FAULT
    mov a2, a1
    movi a3, 0x0F
    wsr a3, ps
    rsync
    movi a3, acelab_fault
    movi a0, 0
    jx a3
    .endm

// An exception in a vector or an entry sequence: EPC1 is the first exception,
// DEPC the second. EXCCAUSE and EXCVADDR are those of the second.
    .section .text.double, "ax"
    .p2align 2
    .global _double_entry
_double_entry:
    EMERGENCY_FRAME excsave4, epc1, ps
    rsr a2, depc
    s32i a2, a1, 108
    FAULT

// Interrupt levels that nothing on this floor uses, and the debug level, which a
// BREAK without debugger raises. None of them has an EXCCAUSE of its own.
    .macro UNEXPECTED name, level
    .section .text.\name, "ax"
    .p2align 2
    .global _\name\()_entry
_\name\()_entry:
    EMERGENCY_FRAME excsave\level, epc\level, eps\level
    movi a2, 63
    s32i a2, a1, 88
    FAULT
    .endm

    UNEXPECTED level4, 4
    UNEXPECTED level5, 5
    UNEXPECTED debug, 6
    UNEXPECTED nmi, 7
