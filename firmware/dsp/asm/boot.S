// From the first instruction of a core to Rust.
//
// Core 0 is started by the ROM at _boot_entry, a secondary core at
// _secondary_entry, whose address core 0 has left in the ROM's jump word. A core
// starts with PS = 0x1F (everything masked), the reset TLBs (way 6: eight 512 MB
// regions, identity, any access, uncached) and no stack.
//
// No address may ever have two TLB entries that hit. So the code goes on through
// the uncached alias while the cached region, in which it began, gets its new
// entries, and from there to the text, where the alias goes too.

    .include "macros.inc"

    .section .boot, "ax"
    .p2align 2
    .global _boot_entry
_boot_entry:
    movi a0, __bss_start
    movi a2, __bss_end
    movi a3, 0
.Lclear:                            // whole pages, 64 bytes at a time
    bgeu a0, a2, .Lcleared
    .irp offset, 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60
    s32i a3, a0, \offset
    .endr
    addi a0, a0, 64
    j .Lclear
.Lcleared:
    // The map is one to one, so that stack and tables are already where they will be.
    HANDLER_STACK a1, a2
    movi a0, acelab_map_kernel      // takes no argument
    callx0 a0

    .global _secondary_entry
_secondary_entry:
    movi a2, 0
    wsr a2, intenable
    wsr a2, lcount
    WSR_ITLBCFG 2                   // way 4: four pages of 1 MB
    WSR_DTLBCFG 2
    movi a2, 0x15                   // S32C1I works on memory of every kind
    wsr a2, atomctl
    movi a2, 0
    WSR_CPENABLE 2
    movi a2, 0x04030201             // ring 2: ASID 3, which no domain has
    WSR_RASID 2
    movi a2, 0xC0000000             // the word of address A is at this + A / 1024
    WSR_PTEVADDR 2

    movi a2, .Lalias
    movi a3, 0x60000000             // from the cached region down to its alias
    sub a2, a2, a3
    jx a2

    // Registers stay: read and written, uncached, not fetched. Everything else
    // goes, but for the region of the alias (2).
.Lalias:
    movi a2, 0x00000006             // region 0, way 6
    movi a3, 0x00000002
    IITLB 2
    WDTLB 3, 2
    movi a3, 0x20000000
    add a2, a2, a3                  // 1
    IITLB 2
    IDTLB 2
    add a2, a2, a3
    .rept 5                         // 3 to 7
    add a2, a2, a3
    IITLB 2
    IDTLB 2
    .endr
    // Text: a page of 1 MB in way 4, for everybody; fetched and read.
    movi a2, 0xA0100004
    movi a3, 0xA0100035
    WITLB 3, 2
    movi a3, 0xA0100034
    WDTLB 3, 2
    // The library store: two such pages, read and written by ring 0.
    movi a2, 0xA1200004
    movi a3, 0xA1200006
    WDTLB 3, 2
    movi a4, 0x100000
    add a2, a2, a4
    add a3, a3, a4
    WDTLB 3, 2
    // The page tables, where the page walk looks for them: those of the kernel's
    // windows in the ways of one 4 KB page each, read by ring 0 past the cache.
    // The third one, way 7, is for the page table of a domain, and empty.
    movi a3, __page_tables_start
    movi a2, 0xC0280008             // of 0xA0000000 to 0xA03FFFFF
    WDTLB 3, 2
    movi a4, 0x1000
    add a3, a3, a4
    movi a2, 0xC0100009             // of 0x40000000 to 0x403FFFFF
    WDTLB 3, 2
    dsync
    isync
    movi a2, .Lmapped
    jx a2

    .section .text.mapped, "ax"
    .p2align 2
.Lmapped:
    movi a2, 0x40000006
    IITLB 2
    IDTLB 2
    isync
    HANDLER_STACK a1, a2
    movi a3, __vecbase
    wsr a3, vecbase
    movi a3, 3                      // interrupts stay masked, exceptions go to their vector
    wsr a3, ps
    rsync
    movi a0, 0
    movi a3, acelab_start           // takes no argument, does not return
    jx a3
