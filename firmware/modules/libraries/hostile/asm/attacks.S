// What no Rust code can do: instructions that a module may not execute, and calls
// that break the calling convention. Declared in src/machine.rs.

    .macro FUNCTION name
    .section .text.\name, "ax"
    .p2align 2
    .global \name
    .type \name, @function
\name:
    .endm

// void hostile_jump(u32 address): goes on there.
    FUNCTION hostile_jump
    jx a2

// void hostile_illegal()
    FUNCTION hostile_illegal
    ill
    ret

// void hostile_privileged(u32 which)
    FUNCTION hostile_privileged
    beqi a2, 1, .Lwrite_ps
    beqi a2, 2, .Lread_epc
    beqi a2, 3, .Lwait
    beqi a2, 4, .Lreturn
    beqi a2, 5, .Ltranslation
    rsil a2, 15
    ret
.Lwrite_ps:
    movi a3, 0
    wsr a3, ps
    ret
.Lread_epc:
    rsr a2, epc1
    ret
.Lwait:
    waiti 0
    ret
.Lreturn:
    rfe
    ret
.Ltranslation:
    movi a3, 0
    .byte 0x30, 0xE3, 0x50          // WDTLB a3, a3; llvm-mc knows it with other features only.
    ret

// u32 hostile_syscall(u32 number, u32 first): further arguments are 0.
    FUNCTION hostile_syscall
    mov a7, a2
    mov a2, a3
    movi a3, 0
    movi a4, 0
    movi a5, 0
    movi a6, 0
    syscall
    ret

// u32 hostile_divide(u32 dividend, u32 divisor)
    FUNCTION hostile_divide
    quou a2, a2, a3
    ret

// u32 hostile_load(u32 address)
    FUNCTION hostile_load
    l32i a2, a2, 0
    ret

// void hostile_clobber(): comes back with registers that belong to the caller changed.
    FUNCTION hostile_clobber
    movi a12, 0x123
    movi a13, 0x234
    movi a14, 0x345
    movi a15, 0x456
    ret

// void hostile_forever()
    FUNCTION hostile_forever
    j hostile_forever

// void hostile_recurse(): takes stack until there is none.
    FUNCTION hostile_recurse
    addi a1, a1, -64
    s32i a0, a1, 0
    movi a3, hostile_recurse
    callx0 a3
    ret

// void hostile_no_stack(): uses a stack pointer that points nowhere.
    FUNCTION hostile_no_stack
    movi a1, 16
    s32i a0, a1, 0
    ret
