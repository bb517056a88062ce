/*
 * Configuration of the ace30 core, in the form that overlay_tool.h expects.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The core is an LX7 with MMUv3 (four rings, spanning way), S32C1I, loops,
 * floating point and MULUH/MULSH. Its instruction table is the in-tree
 * de233_fpu one, so every option here must be one that table can decode.
 * Only what overlay_tool.h reads is defined.
 */
#ifndef XTENSA_CORE_ACE30_CORE_ISA_H
#define XTENSA_CORE_ACE30_CORE_ISA_H

/* Instruction set. The register file has the size the table was made for. */
#define XCHAL_HAVE_BE                   0
#define XCHAL_HAVE_WINDOWED             1
#define XCHAL_NUM_AREGS                 32
#define XCHAL_MAX_INSTRUCTION_SIZE      3
#define XCHAL_INST_FETCH_WIDTH          4
#define XCHAL_HAVE_DENSITY              1
#define XCHAL_HAVE_LOOPS                1
#define XCHAL_HAVE_ABSOLUTE_LITERALS    0
#define XCHAL_HAVE_NSA                  1
#define XCHAL_HAVE_MINMAX               1
#define XCHAL_HAVE_SEXT                 1
#define XCHAL_HAVE_CLAMPS               1
#define XCHAL_HAVE_DEPBITS              0
#define XCHAL_HAVE_MUL16                1
#define XCHAL_HAVE_MUL32                1
#define XCHAL_HAVE_MUL32_HIGH           1
#define XCHAL_HAVE_DIV32                1
#define XCHAL_HAVE_MAC16                0
#define XCHAL_HAVE_BOOLEANS             1
#define XCHAL_HAVE_CP                   1
#define XCHAL_HAVE_FP                   1
#define XCHAL_HAVE_DFP                  1
#define XCHAL_HAVE_DFPU_SINGLE_ONLY     0
#define XCHAL_HAVE_DFPU_SINGLE_DOUBLE   1
#define XCHAL_HAVE_RELEASE_SYNC         1
#define XCHAL_HAVE_S32C1I               1
#define XCHAL_HAVE_EXCLUSIVE            0
#define XCHAL_HAVE_THREADPTR            1
#define XCHAL_HAVE_PRID                 1
#define XCHAL_HAVE_EXTERN_REGS          1
#define XCHAL_NUM_MISC_REGS             2
#define XCHAL_UNALIGNED_LOAD_EXCEPTION  1
#define XCHAL_UNALIGNED_LOAD_HW         0

/*
 * LX7.1.3. With S32C1I this also gives the core ATOMCTL, whose reset value
 * 0x28 makes S32C1I trap until firmware writes it.
 */
#define XCHAL_HW_VERSION                281030
#define XCHAL_HW_CONFIGID0              0xC1039286
#define XCHAL_HW_CONFIGID1              0x28C872E0

/* Caches exist for the registers and instructions only; QEMU has none. */
#define XCHAL_ICACHE_SIZE               16384
#define XCHAL_ICACHE_WAYS               4
#define XCHAL_ICACHE_LINE_LOCKABLE      1
#define XCHAL_DCACHE_SIZE               16384
#define XCHAL_DCACHE_WAYS               4
#define XCHAL_DCACHE_LINESIZE           64
#define XCHAL_DCACHE_LINE_LOCKABLE      1
#define XCHAL_HAVE_MEM_ECC_PARITY       0

/* There is no memory inside the core: all of it hangs on the bus. */
#define XCHAL_NUM_INSTROM               0
#define XCHAL_NUM_INSTRAM               0
#define XCHAL_NUM_DATAROM               0
#define XCHAL_NUM_DATARAM               0

/* MMUv3: 4-entry refill ways, way 6 spans the address space. */
#define XCHAL_HAVE_MIMIC_CACHEATTR      0
#define XCHAL_HAVE_XLT_CACHEATTR        0
#define XCHAL_HAVE_CACHEATTR            0
#define XCHAL_HAVE_PTP_MMU              1
#define XCHAL_HAVE_SPANNING_WAY         1
#define XCHAL_ITLB_ARF_ENTRIES_LOG2     2
#define XCHAL_DTLB_ARF_ENTRIES_LOG2     2

/* Exceptions. Nothing is at the reset vector: the boot ROM sets the PC. */
#define XCHAL_XEA_VERSION               2
#define XCHAL_HAVE_EXCEPTIONS           1
#define XCHAL_HAVE_VECBASE              1
#define XCHAL_VECBASE_RESET_VADDR       0x1FF90000
#define XCHAL_RESET_VECTOR_VADDR        0x1FF80000
#define XCHAL_WINDOW_VECTORS_VADDR      XCHAL_VECBASE_RESET_VADDR
#define XCHAL_INTLEVEL2_VECTOR_VADDR    (XCHAL_VECBASE_RESET_VADDR + 0x180)
#define XCHAL_INTLEVEL3_VECTOR_VADDR    (XCHAL_VECBASE_RESET_VADDR + 0x1C0)
#define XCHAL_INTLEVEL4_VECTOR_VADDR    (XCHAL_VECBASE_RESET_VADDR + 0x200)
#define XCHAL_INTLEVEL5_VECTOR_VADDR    (XCHAL_VECBASE_RESET_VADDR + 0x240)
#define XCHAL_INTLEVEL6_VECTOR_VADDR    (XCHAL_VECBASE_RESET_VADDR + 0x280)
#define XCHAL_INTLEVEL7_VECTOR_VADDR    (XCHAL_VECBASE_RESET_VADDR + 0x2C0)
#define XCHAL_KERNEL_VECTOR_VADDR       (XCHAL_VECBASE_RESET_VADDR + 0x300)
#define XCHAL_USER_VECTOR_VADDR         (XCHAL_VECBASE_RESET_VADDR + 0x340)
#define XCHAL_DOUBLEEXC_VECTOR_VADDR    (XCHAL_VECBASE_RESET_VADDR + 0x3C0)
#define XCHAL_DEBUG_VECTOR_VADDR        XCHAL_INTLEVEL6_VECTOR_VADDR

/* Debug option: levels and breakpoint registers. */
#define XCHAL_HAVE_DEBUG                1
#define XCHAL_DEBUGLEVEL                6
#define XCHAL_NUM_IBREAK                2
#define XCHAL_NUM_DBREAK                2

/*
 * Interrupts. On an ACE part every device interrupt arrives on 4 (level 2),
 * beside CCOMPARE0 on 3. The rest of the map is ours:
 *   0 software, level 1     1 software, level 3     2 CCOMPARE1, level 3
 *   3 CCOMPARE0, level 2    4 external, level 2     5 external, level 3
 *   6 CCOMPARE2, level 5    7 NMI
 */
#define XCHAL_HAVE_INTERRUPTS           1
#define XCHAL_HAVE_HIGHPRI_INTERRUPTS   1
#define XCHAL_HAVE_NMI                  1
#define XCHAL_HAVE_CCOUNT               1
#define XCHAL_NUM_TIMERS                3
#define XCHAL_NUM_INTERRUPTS            8
#define XCHAL_NUM_EXTINTERRUPTS         3
#define XCHAL_NUM_INTLEVELS             6
#define XCHAL_EXCM_LEVEL                3
#define XCHAL_NMILEVEL                  7

#define XCHAL_INT0_LEVEL                1
#define XCHAL_INT1_LEVEL                3
#define XCHAL_INT2_LEVEL                3
#define XCHAL_INT3_LEVEL                2
#define XCHAL_INT4_LEVEL                2
#define XCHAL_INT5_LEVEL                3
#define XCHAL_INT6_LEVEL                5
#define XCHAL_INT7_LEVEL                7

#define XCHAL_INT0_TYPE                 XTHAL_INTTYPE_SOFTWARE
#define XCHAL_INT1_TYPE                 XTHAL_INTTYPE_SOFTWARE
#define XCHAL_INT2_TYPE                 XTHAL_INTTYPE_TIMER
#define XCHAL_INT3_TYPE                 XTHAL_INTTYPE_TIMER
#define XCHAL_INT4_TYPE                 XTHAL_INTTYPE_EXTERN_LEVEL
#define XCHAL_INT5_TYPE                 XTHAL_INTTYPE_EXTERN_LEVEL
#define XCHAL_INT6_TYPE                 XTHAL_INTTYPE_TIMER
#define XCHAL_INT7_TYPE                 XTHAL_INTTYPE_NMI

#define XCHAL_INTLEVEL1_MASK            0x01
#define XCHAL_INTLEVEL2_MASK            0x18
#define XCHAL_INTLEVEL3_MASK            0x26
#define XCHAL_INTLEVEL4_MASK            0x00
#define XCHAL_INTLEVEL5_MASK            0x40
#define XCHAL_INTLEVEL6_MASK            0x00
#define XCHAL_INTLEVEL7_MASK            0x80

#define XCHAL_INTTYPE_MASK_EXTERN_EDGE  0x00
#define XCHAL_INTTYPE_MASK_NMI          0x80
#define XCHAL_INTTYPE_MASK_SOFTWARE     0x03

#define XCHAL_TIMER0_INTERRUPT          3
#define XCHAL_TIMER1_INTERRUPT          2
#define XCHAL_TIMER2_INTERRUPT          6

#define XCHAL_EXTINT0_NUM               4
#define XCHAL_EXTINT1_NUM               5
#define XCHAL_EXTINT2_NUM               7

#endif
