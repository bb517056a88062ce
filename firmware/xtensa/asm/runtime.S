// LLVM calls `abort` for a trap. An image may bring its own.
    .section .text.abort, "ax"
    .weak abort
    .type abort, @function
    .p2align 2
abort:
    .byte 0x00, 0x00, 0x00          // ILL: illegal-instruction exception, cause 0
    .size abort, . - abort
