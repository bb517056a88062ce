// Guarded calls of a thread, see acelab_abi::syscall::guard. Declared in
// firmware/user. The block at the top of the thread's stack:
//
//   8 serial   40 a0   44 a1   48 a12   52 a13   56 a14   60 a15

    .macro FUNCTION name
    .section .text.\name, "ax"
    .p2align 2
    .global \name
\name:
    .endm

// {u32 result, u32 ended} acelab_guard_call(entry, a, b, block)
//
// Calls entry(a, b) with the serial odd. What is kept in a12 and a13 is kept by
// the entry as by every function; who breaks that is stopped a little later.
    FUNCTION acelab_guard_call
    s32i a0, a5, 40
    s32i a1, a5, 44
    s32i a12, a5, 48
    s32i a13, a5, 52
    s32i a14, a5, 56
    s32i a15, a5, 60
    mov a12, a5
    l32i a13, a5, 8
    mov a6, a2
    mov a2, a3
    mov a3, a4
    addi a13, a13, 1
    s32i a13, a12, 8
    callx0 a6
    addi a13, a13, 1
    s32i a13, a12, 8
    wur a12, threadptr
    movi a3, 0
    l32i a0, a12, 40
    l32i a13, a12, 52
    l32i a12, a12, 48
    ret

// Where a thread goes on whose guarded call was ended: the block is in a2.
    FUNCTION acelab_guard_recovered
    l32i a0, a2, 40
    l32i a1, a2, 44
    l32i a12, a2, 48
    l32i a13, a2, 52
    l32i a14, a2, 56
    l32i a15, a2, 60
    movi a3, 1
    ret
