// From the first instruction of a core to Rust.
//
// Core 0 is started by the ROM at _boot_entry, a secondary core at
// _secondary_entry, whose address core 0 has left in the ROM's jump word. A core
// starts with PS = 0x1F (everything masked), the reset TLBs (way 6: eight 512 MB
// regions, identity, any access, uncached) and no stack.

    .include "macros.inc"

    .section .boot, "ax"
    .p2align 2
    .global _boot_entry
_boot_entry:
    movi a0, __bss_start
    movi a2, __bss_end
    movi a3, 0
.Lclear:
    bgeu a0, a2, .Lcleared
    s32i a3, a0, 0
    addi a0, a0, 4
    j .Lclear
.Lcleared:

    .global _secondary_entry
_secondary_entry:
    movi a2, 0
    wsr a2, intenable
    wsr a2, lcount
    WSR_ITLBCFG 2
    WSR_DTLBCFG 2
    movi a2, 0x15                   // S32C1I works on memory of every kind
    wsr a2, atomctl
    movi a2, 1                      // the FPU is on; no handler uses it
    WSR_CPENABLE 2
    movi a2, 0x04030201
    WSR_RASID 2
    movi a2, 0xC0000000             // page tables would be here: in a region without entry
    WSR_PTEVADDR 2

    // Regions where nothing is have no entry: an access there faults. So does
    // a fetch from the registers (region 0) or the uncached alias (region 2).
    movi a2, 0x00000006
    IITLB 2
    movi a2, 0x20000006
    IITLB 2
    IDTLB 2
    movi a2, 0x40000006
    IITLB 2
    movi a2, 0x60000006
    IITLB 2
    IDTLB 2
    movi a2, 0x80000006
    IITLB 2
    IDTLB 2
    movi a2, 0xC0000006
    IITLB 2
    IDTLB 2
    movi a2, 0xE0000006
    IITLB 2
    IDTLB 2
    // Registers and uncached memory: read and write, uncached (attribute 2).
    movi a3, 0x00000002
    movi a2, 0x00000006
    WDTLB 3, 2
    movi a3, 0x40000002
    movi a2, 0x40000006
    WDTLB 3, 2
    // Memory: write-back, fetched (5), read and written (6). This code runs there.
    movi a2, 0xA0000006
    movi a3, 0xA0000006
    WDTLB 3, 2
    movi a3, 0xA0000005
    WITLB 3, 2
    isync

    // The stack of core n: the upper two of its four stack pages, mapped at
    // 0x6000_1000 + n * 0x4000 by the two fixed entries of the data TLB. The
    // pages around it do not exist, so that a stack that overflows hits nothing
    // but a fault. The lower two pages are the emergency stack, see emergency.S.
    rsr a2, prid
    extui a2, a2, 0, 4
    slli a4, a2, 14                 // four pages per core
    movi a3, 0x2006                 // ring 0, write-back, read and write
    add a3, a3, a4
    movi a5, __stacks_start
    add a3, a3, a5
    movi a5, 0x60001008             // way 8
    add a5, a5, a4
    WDTLB 3, 5
    movi a6, 0x1001                 // next page, way 9
    add a5, a5, a6
    movi a6, 0x1000
    add a3, a3, a6
    WDTLB 3, 5
    dsync
    movi a1, 0x60003000
    add a1, a1, a4

    movi a3, __vecbase
    wsr a3, vecbase
    movi a3, 3                      // interrupts stay masked, exceptions go to their vector
    wsr a3, ps
    rsync
    movi a0, 0
    movi a3, acelab_start           // takes no argument, does not return
    jx a3
