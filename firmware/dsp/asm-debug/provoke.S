// One function per exception of the debug IPC, and a call on another stack.
// Declared in src/debug/provoke.rs and src/debug/codegen.rs.

    .macro FUNCTION name
    .section .text.\name, "ax"
    .p2align 2
    .global \name
\name:
    .endm

// EXCCAUSE 0
    FUNCTION dbg_illegal
    ill
    ret

// u32 dbg_load(u32 address)
    FUNCTION dbg_load
    l32i a2, a2, 0
    ret

// dbg_store(u32 address)
    FUNCTION dbg_store
    s32i a2, a2, 0
    ret

// EXCCAUSE 6
    FUNCTION dbg_divide_by_zero
    movi a3, 0
    quou a2, a2, a3
    ret

// Takes more and more stack until there is none. Aligned, so that it ends at the
// same address whoever calls it.
    FUNCTION dbg_overflow
    movi a3, -64
    and a1, a1, a3
    addi a1, a1, -64
    s32i a0, a1, 0
    movi a3, dbg_overflow
    callx0 a3
    ret

// dbg_jump(u32 address)
    FUNCTION dbg_jump
    jx a2

// EXCCAUSE 1
    FUNCTION dbg_syscall
    syscall
    ret

// The debug interrupt, level 6.
    FUNCTION dbg_break
    break 1, 15
    ret

// dbg_call_on_stack(void *argument, void (*function)(void *), u32 stack_top)
    FUNCTION dbg_call_on_stack
    addi a4, a4, -16
    s32i a0, a4, 0
    s32i a1, a4, 4
    mov a1, a4
    callx0 a3
    l32i a0, a1, 0
    l32i a1, a1, 4
    ret

// One stack of 64 KiB per core, for dbg_call_on_stack.
    .section .test_stacks, "aw", @nobits
    .global dbg_stacks
dbg_stacks:
    .space 5 * 0x10000
