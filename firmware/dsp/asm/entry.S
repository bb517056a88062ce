// From a thread to a handler with all registers saved, and back to a thread.

    .include "macros.inc"

// An exception of a thread, level-1 interrupts among them; its a1 is in misc0.
    .section .text.entry, "ax"
    .p2align 2
    .global _exception_entry
_exception_entry:
    rsr a1, excvaddr
    wsr a1, misc1
    rsr a1, excsave1
    s32i a0, a1, 0
    rsr a0, epc1
    s32i a0, a1, 64
    rsr a0, ps
    s32i a0, a1, 68
    rsr a0, exccause
    s32i a0, a1, 88
    rsr a0, misc1
    s32i a0, a1, 92

// Goes on with the context in a1, in which a0, PC, PS and EXCCAUSE are saved.
    .global _save
_save:
    rsr a0, misc0
    s32i a0, a1, 4
    SAVE_REGISTERS
    movi a2, 1
    s32i a2, a1, 108                // full
    movi a2, 3
    wsr a2, ps
    rsync
    mov a2, a1
    l32i a1, a1, 112
    movi a0, _resume
    movi a3, acelab_trap            // acelab_trap(context)
    jx a3

// Makes the context in a2 the running thread.
    .p2align 2
    .global _resume
_resume:
    rsr a3, excsave1
    beq a2, a3, .Lsame
    // THREADPTR is the thread's own; no handler changes it.
    rur a4, threadptr
    s32i a4, a3, 104
    // What is left of the time until the watchdog looks at the thread; the other
    // one is not disturbed by it.
    l32i a4, a3, 136
    beqz a4, _first
    rsr a4, ccompare0
    rsr a5, ccount
    sub a4, a4, a5
    addi a5, a5, -1
    wsr a5, ccompare0
    movi a5, 100                    // it must not have passed when it is set again
    max a4, a4, a5
    s32i a4, a3, 136
_first:
    l32i a4, a2, 104
    wur a4, threadptr
    wsr a2, excsave1
    l32i a4, a2, 136
    beqz a4, .Lunwatched
    rsr a5, ccount
    add a4, a4, a5
    wsr a4, ccompare0
.Lunwatched:
    l32i a4, a2, 132
    WSR_CPENABLE 4
    // The domain, unless it is in force or the thread has none.
    l32i a5, a2, 128
    beqz a5, .Lsame
    RSR_RASID 6
    beq a5, a6, .Lsame
    l32i a4, a2, 124
    movi a3, 0xC0180007
    WDTLB 4, 3
    WSR_RASID 5
    dsync
    isync
.Lsame:
    l32i a3, a2, 64
    wsr a3, epc1
    l32i a3, a2, 68                 // EXCM is set in it, so that this goes on in ring 0
    wsr a3, ps
    rsync
    l32i a3, a2, 108
    bnez a3, .Lfull
    // After a system call: the results, and nothing that the kernel or another
    // thread has left in the other registers.
    movi a5, 0
    wsr a5, lbeg
    wsr a5, lend
    wsr a5, scompare1
    wsr a5, br
    ssl a5
    l32i a0, a2, 0
    l32i a1, a2, 4
    l32i a3, a2, 12
    l32i a4, a2, 16
    movi a6, 0
    movi a7, 0
    movi a8, 0
    movi a9, 0
    movi a10, 0
    movi a11, 0
    l32i a12, a2, 48
    l32i a13, a2, 52
    l32i a14, a2, 56
    l32i a15, a2, 60
    l32i a2, a2, 8
    rfe
.Lfull:
    mov a1, a2
    RESTORE_REGISTERS
    l32i a0, a1, 0
    l32i a1, a1, 4
    rfe

// xt_run(context) -> !: the first thread of a core. The stack is free from here on.
    .section .text.xt_run, "ax"
    .p2align 2
    .global xt_run
xt_run:
    // As if it was another thread that ran before.
    movi a3, _first
    jx a3
