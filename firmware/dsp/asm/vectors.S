// The vector table. Each vector keeps a0 in the scratch register of its level
// and goes on where there is room.

    .macro VECTOR name, scratch, entry
    .section .vector.\name, "ax"
    .p2align 2
    wsr a0, \scratch
    movi a0, \entry
    jx a0
    .endm

    VECTOR level2, excsave2, _level2_entry
    VECTOR level3, excsave3, _level3_entry
    VECTOR level4, excsave4, _level4_entry
    VECTOR level5, excsave5, _level5_entry
    VECTOR debug, excsave6, _debug_entry
    VECTOR nmi, excsave7, _nmi_entry
    VECTOR kernel, excsave1, _exception_entry
    // There is no user mode on this floor: whatever comes here is a fault.
    VECTOR user, excsave1, _exception_entry
    // EXCSAVE1 belongs to the first of the two exceptions. Level 4 is not used.
    VECTOR double, excsave4, _double_entry
