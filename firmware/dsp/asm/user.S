// The system call and what a thread needs beside it. Declared in firmware/user.

    .macro FUNCTION name
    .section .text.\name, "ax"
    .p2align 2
    .global \name
\name:
    .endm

// {u32 status, u32 first, u32 second} acelab_syscall_raw(u32 a2..a6, u32 number)
//
// The C ABI has the number in a7 already, and returns the structure in a2 to
// a4, where the kernel leaves it.
    FUNCTION acelab_syscall_raw
    syscall
    ret

// u32 acelab_thread_pointer()
    FUNCTION acelab_thread_pointer
    rur a2, threadptr
    ret

// Where the function of a thread returns to: thread_exit (3) with what it
// returned. The system call does not come back.
    FUNCTION acelab_thread_return
    movi a7, 3
    syscall
    ill
