// What tests run in and around guarded calls, in ring 2. Declared in
// src/debug/kernel_tests/guard.

    .macro FUNCTION name
    .section .text.\name, "ax"
    .p2align 2
    .global \name
\name:
    .endm

// u32 guard_test_dirty(u32 lend, u32): writes every register that a thread can
// write, with a zero-overhead loop that ends at a2 and goes on here, and does
// something illegal. Never returns.
    FUNCTION guard_test_dirty
    wsr a2, lend
    movi a3, .Ldirty_again
    wsr a3, lbeg
    movi a3, 0x55AA
    wsr a3, br
    wsr a3, scompare1
    wur a3, threadptr
    ssl a3
    .irp n, 0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    movi a\n, 0x500 + \n
    .endr
    .byte 0x50, 0x03, 0xFA          // wfr f0, a3
    movi a3, 1000
    wsr a3, lcount
    isync
    ill
.Ldirty_again:
    ill

// u32 guard_test_around(entry, a, b, u32 block): acelab_guard_call with numbers in
// the registers that a function keeps. How many are others afterwards, and 0x100
// if the call was ended; LCOUNT counts as one.
    FUNCTION guard_test_around
    addi a1, a1, -32
    s32i a0, a1, 0
    s32i a12, a1, 4
    s32i a13, a1, 8
    s32i a14, a1, 12
    s32i a15, a1, 16
    s32i a1, a5, 16                 // the word `Who`: nobody needs it here
    s32i a5, a1, 20
    movi a12, 0x70C
    movi a13, 0x70D
    movi a14, 0x70E
    movi a15, 0x70F
    movi a6, acelab_guard_call
    callx0 a6
    slli a2, a3, 8
    l32i a5, a1, 20
    l32i a6, a5, 16
    beq a6, a1, .Lkept_a1
    addi a2, a2, 1
.Lkept_a1:
    .irp n, 12, 13, 14, 15
    movi a6, 0x700 + \n
    beq a6, a\n, .Lkept_a\n
    addi a2, a2, 1
.Lkept_a\n:
    .endr
    rur a6, threadptr
    beq a6, a5, .Lkept_threadptr
    addi a2, a2, 1
.Lkept_threadptr:
    rsr a6, lcount
    beqz a6, .Lkept_lcount
    addi a2, a2, 1
.Lkept_lcount:
    l32i a0, a1, 0
    l32i a12, a1, 4
    l32i a13, a1, 8
    l32i a14, a1, 12
    l32i a15, a1, 16
    addi a1, a1, 32
    ret

// u32 guard_test_count(u32 *counter, u32 most): counts up to a number; five
// instructions each time.
    FUNCTION guard_test_count
    movi a4, 0
.Lcount:
    addi a4, a4, 1
    s32i a4, a2, 0
    nop
    nop
    bne a4, a3, .Lcount
    movi a2, 0
    ret
