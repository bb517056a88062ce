// The MMU, for the kernel crate, arch/xtensa/mmu/asm.rs. Arguments and result in
// a2, a3.

    .include "macros.inc"

    .macro FUNCTION name
    .section .text.\name, "ax"
    .p2align 2
    .global \name
\name:
    .endm

// xt_flush_refilled(): forgets what the page walk has brought into the TLBs, ways
// 0 to 3 of both with four entries each, selected by address bits 13:12.
    FUNCTION xt_flush_refilled
    movi a2, 0
    movi a3, 0x1000 - 3
    .rept 4
    .rept 3
    IITLB 2
    IDTLB 2
    addi a2, a2, 1
    .endr
    IITLB 2
    IDTLB 2
    add a2, a2, a3
    .endr
    dsync
    isync
    ret

// xt_enter_domain(u32 table, u32 rasid): has the page walk use this page table
// for the user window: TLB word of its page, and RASID. If they are in force
// already, nothing changes.
    FUNCTION xt_enter_domain
    movi a4, 0xC0180007
    RDTLB1 5, 4
    RSR_RASID 6
    bne a5, a2, .Lenter
    beq a6, a3, .Lentered
.Lenter:
    WDTLB 2, 4
    WSR_RASID 3
    dsync
    isync
.Lentered:
    ret

// xt_leave_domain(u32 rasid): no page table for the user window.
    FUNCTION xt_leave_domain
    movi a4, 0xC0180007
    IDTLB 4
    WSR_RASID 2
    dsync
    isync
    ret

// u32 xt_rasid()
    FUNCTION xt_rasid
    RSR_RASID 2
    ret

// Words 0 and 1 of the entry that an address with a way in its low bits selects:
// VPN and ASID, PPN and attribute.
    FUNCTION xt_read_itlb0
    RITLB0 2, 2
    ret
    FUNCTION xt_read_itlb1
    RITLB1 2, 2
    ret
    FUNCTION xt_read_dtlb0
    RDTLB0 2, 2
    ret
    FUNCTION xt_read_dtlb1
    RDTLB1 2, 2
    ret

// u32 xt_probe_itlb(u32 address), u32 xt_probe_dtlb(u32 address): the way that
// hits, with bit 3 or bit 4 set, or no such bit.
    FUNCTION xt_probe_itlb
    PITLB 2, 2
    ret
    FUNCTION xt_probe_dtlb
    PDTLB 2, 2
    ret
