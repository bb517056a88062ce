// The vector table, and the way in for a system call, which is short enough for
// its vector.
//
// Threads run with PS.UM set, whatever their ring, and come in through the user
// vector; EXCSAVE1 then holds the address of the running thread's context.
// Handlers run with UM clear and interrupt levels 1 to 3 masked, so that what
// comes in through the kernel vector is an exception inside a handler.
//
// EXCVADDR is read before the first store: the store may need a page walk,
// which overwrites it.

    .include "macros.inc"

// System calls. The caller keeps a0, a1 and a12 to a15 over the call, like over
// any other; nothing else is saved. The rest goes the long way.
    .section .vector.user, "ax"
    .p2align 2
    wsr a1, misc0
    rsr a1, exccause
    bnei a1, 1, .Lexception
    rsr a1, excsave1
    s32i a0, a1, 0
    rsr a0, misc0
    s32i a0, a1, 4
    s32i a12, a1, 48
    s32i a13, a1, 52
    s32i a14, a1, 56
    s32i a15, a1, 60
    rsr a0, epc1
    addi a0, a0, 3                  // behind the instruction
    s32i a0, a1, 64
    rsr a0, ps
    s32i a0, a1, 68
    movi a0, 0
    s32i a0, a1, 108                // light
    // LEND may be an address of the handler: no loop while EXCM is clear.
    wsr a0, lcount
    movi a0, 3
    wsr a0, ps
    rsync
    beqi a7, 6, .Lyield
    mov a8, a1
    l32i a1, a1, 112
    s32i a8, a1, 0                  // the seventh argument
    call0 acelab_syscall            // acelab_syscall(a2, a3, a4, a5, a6, number, context)
    call0 _resume                   // which does not return
.Lyield:
    mov a2, a1
    l32i a1, a1, 112
    call0 acelab_yield              // acelab_yield(context)
    beqz a2, .Lslowly
    call0 _resume
.Lslowly:
    rsr a2, excsave1
    call0 acelab_yield_slowly       // acelab_yield_slowly(context)
    call0 _resume
.Lexception:
    movi a1, _exception_entry
    jx a1

// Interrupts of the levels whose handlers are Rust. They interrupt threads only.
    .macro INTERRUPT level
    .section .vector.level\level, "ax"
    .p2align 2
    wsr a1, misc0
    rsr a1, excsave1
    s32i a0, a1, 0
    rsr a0, epc\level
    s32i a0, a1, 64
    rsr a0, eps\level
    addi a0, a0, 0x10               // EXCM, as it is left by an exception
    s32i a0, a1, 68
    movi a0, 4                      // the cause of an interrupt
    s32i a0, a1, 88
    movi a0, _save
    jx a0
    .endm

    INTERRUPT 2
    INTERRUPT 3

// BREAK without a debugger. In a thread it is a fault like any other, with a
// cause that EXCCAUSE cannot have; in a handler or a vector it is the end.
    .section .vector.debug, "ax"
    .p2align 2
    wsr a0, excsave6
    rsr a0, eps6
    bbci a0, 5, .Lhandler           // UM
    bbsi a0, 4, .Lhandler           // EXCM
    wsr a1, misc0
    rsr a1, excsave1
    addi a0, a0, 0x10
    s32i a0, a1, 68
    rsr a0, excsave6
    s32i a0, a1, 0
    rsr a0, epc6
    s32i a0, a1, 64
    movi a0, 63
    s32i a0, a1, 88
    movi a0, _save
    jx a0
.Lhandler:
    movi a0, _debug_entry
    jx a0

// What ends the DSP: a0 is kept in a register that nothing else uses then.
    .macro FATAL name, scratch
    .section .vector.\name, "ax"
    .p2align 2
    wsr a0, \scratch
    movi a0, _\name\()_entry
    jx a0
    .endm

    FATAL level4, excsave4
    FATAL level5, excsave5
    FATAL nmi, excsave7
    FATAL kernel, excsave4
    FATAL double, excsave4
