// What hostile threads and their neighbours execute, in ring 2. Declared in
// src/debug/kernel_tests/hostile.

    .macro FUNCTION name
    .section .text.\name, "ax"
    .p2align 2
    .global \name
\name:
    .endm

// A floating-point register from an a-register and back; llvm-mc knows these
// instructions with other features only.
    .macro WFR f, s
    .byte 0x50, \f << 4 | \s, 0xFA
    .endm
    .macro RFR r, f
    .byte 0x40, \r << 4 | \f, 0xFA
    .endm

// u32 hostile_enter(u32 block): sets registers from the words at the address in
// a2 and jumps.
//
// 0 where to; 4 a1; 8..28 a2..a7; 32 flags: bit n adds the lowest address of the
// thread's own stack to a(2+n), bit 5 says that a1 is to be set.
    FUNCTION hostile_enter
    l32i a8, a2, 0
    l32i a9, a2, 32
    movi a10, -4096
    and a10, a10, a1
    l32i a11, a2, 4
    l32i a3, a2, 12
    l32i a4, a2, 16
    l32i a5, a2, 20
    l32i a6, a2, 24
    l32i a7, a2, 28
    l32i a2, a2, 8
    bbci a9, 0, .Lnot_a2
    add a2, a2, a10
.Lnot_a2:
    bbci a9, 1, .Lnot_a3
    add a3, a3, a10
.Lnot_a3:
    bbci a9, 2, .Lnot_a4
    add a4, a4, a10
.Lnot_a4:
    bbci a9, 3, .Lnot_a5
    add a5, a5, a10
.Lnot_a5:
    bbci a9, 4, .Lnot_a6
    add a6, a6, a10
.Lnot_a6:
    bbci a9, 5, .Lnot_a1
    mov a1, a11
.Lnot_a1:
    jx a8

// u32 hostile_odd(u32 thread_pointer): with THREADPTR, and a1, as they are, a
// system call, some interrupts, and a system call.
    FUNCTION hostile_odd
    wur a2, threadptr
    movi a7, 0
    syscall
    movi a3, 0x60000
.Lodd:
    addi a3, a3, -1
    bnez a3, .Lodd
    movi a7, 0
    syscall
    movi a2, 0
    ret

// u32 hostile_fault(): the same, and then an illegal instruction.
    FUNCTION hostile_fault
    wur a2, threadptr
    ill
    ret

// u32 hostile_forever()
    FUNCTION hostile_forever
    j hostile_forever

// u32 hostile_overflow(): takes stack until there is none.
    FUNCTION hostile_overflow
    addi a1, a1, -64
    s32i a0, a1, 0
    movi a3, hostile_overflow
    callx0 a3
    ret

// u32 hostile_loop(u32 first, u32 last, u32 step, u32 handler, u32 number, ...)
//
// A zero-overhead loop that ends at each address from a2 to a3 and begins at a5,
// and in it a system call. If the loop counted in the kernel, the kernel would go
// on at a5 in ring 0. a6 is the number of the system call, its arguments are 0.
    FUNCTION hostile_loop
    mov a12, a2
    mov a13, a3
    mov a14, a4
    mov a15, a6
    wsr a5, lbeg
.Lloop_next:
    wsr a12, lend
    isync
    movi a2, 0
    movi a3, 0
    movi a4, 0
    movi a5, 0
    movi a6, 0
    mov a7, a15
    movi a8, 3
    wsr a8, lcount
    syscall
.Lloop_after:
    movi a8, 0
    wsr a8, lcount
    add a12, a12, a14
    bltu a12, a13, .Lloop_next
    movi a2, 0
    ret
    .global hostile_loop_end
hostile_loop_end:

// u32 hostile_loop_wait(u32 first, u32 last, u32 step, u32 handler, u32 rounds):
// the same, with nothing but interrupts to wait for at each address.
    FUNCTION hostile_loop_wait
    wsr a5, lbeg
.Lwait_next:
    wsr a2, lend
    isync
    movi a8, 3
    wsr a8, lcount
    mov a9, a6
.Lwait:
    addi a9, a9, -1
    bnez a9, .Lwait
    movi a8, 0
    wsr a8, lcount
    add a2, a2, a4
    bltu a2, a3, .Lwait_next
    movi a2, 0
    ret
    .global hostile_loop_wait_end
hostile_loop_wait_end:

// What a thread can see of its own registers, into the words at the address in
// a2: a0 to a15, SAR, LBEG, LEND, LCOUNT, SCOMPARE1, BR, THREADPTR, f0 to f15,
// FCR, FSR. Changes a4.
    .macro DUMP
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    s32i a\n, a2, 4 * \n
    .endr
    rsr a4, sar
    s32i a4, a2, 64
    rsr a4, lbeg
    s32i a4, a2, 68
    rsr a4, lend
    s32i a4, a2, 72
    rsr a4, lcount
    s32i a4, a2, 76
    rsr a4, scompare1
    s32i a4, a2, 80
    rsr a4, br
    s32i a4, a2, 84
    rur a4, threadptr
    s32i a4, a2, 88
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    RFR 4, \n
    s32i a4, a2, 92 + 4 * \n
    .endr
    .byte 0x80, 0x4E, 0xE3          // rur a4, fcr
    s32i a4, a2, 156
    .byte 0x90, 0x4E, 0xE3          // rur a4, fsr
    s32i a4, a2, 160
    .endm

// u32 hostile_dump(u32 block): its registers as it finds them, and 256 bytes
// further as it finds them after a sleep until the time in words 64 and 65 of
// the block.
    FUNCTION hostile_dump
    DUMP
    mov a12, a2
    .irp n, 5, 6, 8, 9, 10, 11, 13, 14, 15
    movi a\n, 0x700 + \n
    .endr
    mov a4, a2
    l32i a2, a4, 256
    l32i a3, a4, 260
    movi a4, 0x704
    movi a7, 7                      // thread_sleep
    syscall
    // The status is what the other words begin with.
    s32i a2, a12, 252
    addi a2, a12, 127
    addi a2, a2, 127
    addi a2, a2, 2
    DUMP
    movi a2, 0
    ret

// Looks whether two a-registers are the same.
    .macro SAME r, s
    beq a\r, a\s, .Lsame\@
    j .Lbad
.Lsame\@:
    .endm

// u32 hostile_watch(u32 block): fills every register that a thread has with
// numbers of its own, waits for interrupts, and looks whether they are the same.
//
// 0 stop; 4 rounds, out; 8 differences, out; 12 first number; 16 scratch.
    FUNCTION hostile_watch
    addi a1, a1, -16
    s32i a0, a1, 0
    s32i a1, a2, 16
.Lround:
    l32i a3, a2, 12
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    addi a4, a3, 32 + \n
    WFR \n, 4
    .endr
    addi a4, a3, 64
    wsr a4, scompare1
    addi a4, a3, 65
    extui a4, a4, 0, 16
    wsr a4, br
    addi a4, a3, 66
    wur a4, threadptr
    ssl a3
    .irp n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    addi a\n, a3, \n
    .endr
    movi a4, 0
    movi a5, 2000
.Lloop_begin:
    .byte 0x76, 0x85, 5             // loop a5, .Lloop_last
.Lloop_first:
    addi a4, a4, 1
    nop
.Lloop_last:
    movi a5, 2000
    SAME 4, 5
    .irp n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    addi a4, a3, \n
    SAME 4, \n
    .endr
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    RFR 4, \n
    addi a5, a3, 32 + \n
    SAME 4, 5
    .endr
    rsr a4, scompare1
    addi a5, a3, 64
    SAME 4, 5
    rsr a4, br
    addi a5, a3, 65
    extui a5, a5, 0, 16
    SAME 4, 5
    rur a4, threadptr
    addi a5, a3, 66
    SAME 4, 5
    rsr a4, sar
    ssl a3
    rsr a5, sar
    SAME 4, 5
    rsr a4, lbeg
    movi a5, .Lloop_first
    SAME 4, 5
    rsr a4, lend
    movi a5, .Lloop_last
    SAME 4, 5
    l32i a4, a2, 16
    SAME 4, 1
    l32i a4, a1, 0
    SAME 4, 0
    l32i a4, a2, 4
    addi a4, a4, 1
    s32i a4, a2, 4
.Lagain:
    addi a3, a3, 1
    s32i a3, a2, 12
    l32i a4, a2, 0
    bnez a4, .Lstop
    j .Lround
.Lbad:
    l32i a4, a2, 8
    addi a4, a4, 1
    s32i a4, a2, 8
    j .Lagain
.Lstop:
    movi a2, 0
    l32i a0, a1, 0
    addi a1, a1, 16
    ret

// Text to be loaded from, stored to and jumped to. Aligned for accesses of every
// size, so that what they end in does not depend on where it lies.
    .section .text.hostile_text, "ax"
    .p2align 4
    .global hostile_text
hostile_text:
    ret

// Functions of the kernel, for those who want to get into it.
    .section .rodata.hostile_kernel_functions, "a"
    .p2align 2
    .global hostile_kernel_functions
hostile_kernel_functions:
    .long acelab_syscall, acelab_trap, _exception_entry, _resume, xt_run
