//! Instructions that the core definition adds to its table and takes from it.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_machine_tests::Setup;
use acelab_machine_tests::asm::{A, Asm, Sr};
use acelab_machine_tests::guest::BASE;

const RESULTS: u32 = 0xA003_0000;

#[test]
fn muluh_and_mulsh_give_the_high_word() {
    let pairs = [
        (0x89AB_CDEF, 0xFEDC_BA98),
        (u32::MAX, u32::MAX),
        (0x8000_0000, 0x8000_0000),
        (0x7FFF_FFFF, 0x8000_0000),
        (0, 0xFFFF_FFFF),
    ];
    let mut asm = Asm::new(BASE);
    asm.li(A[2], RESULTS);
    for (x, y) in pairs {
        asm.li(A[3], x);
        asm.li(A[4], y);
        asm.muluh(A[5], A[3], A[4]);
        asm.mulsh(A[6], A[3], A[4]);
        asm.mull(A[7], A[3], A[4]);
        asm.s32i(A[5], A[2], 0);
        asm.s32i(A[6], A[2], 4);
        asm.s32i(A[7], A[2], 8);
        asm.addi(A[2], A[2], 12);
    }
    asm.rsr(A[9], Sr::Prid);
    asm.exit(A[9]);
    let mut run = Setup::cores(1).boot(asm);

    assert_eq!(run.to_exit(Nanos::from_millis(1)), CoreId::PRIMARY.prid());
    for (index, (x, y)) in pairs.into_iter().enumerate() {
        let at = RESULTS + 12 * index as u32;
        let unsigned = u64::from(x) * u64::from(y);
        let signed = i64::from(x.cast_signed()) * i64::from(y.cast_signed());
        assert_eq!(run.word(at), (unsigned >> 32) as u32, "muluh {x:#x} {y:#x}");
        assert_eq!(
            run.word(at + 4),
            (signed >> 32) as u32,
            "mulsh {x:#x} {y:#x}"
        );
        assert_eq!(run.word(at + 8), unsigned as u32, "mull {x:#x} {y:#x}");
    }
}

/// Vector offsets from VECBASE, far behind the code.
const VECTORS: u32 = 0x2000;
const KERNEL_VECTOR: u32 = 0x300;
const RFE: u32 = 0x00_3000;

/// Runs each instruction in turn; how many were illegal.
fn illegal(instructions: &[u32]) -> u32 {
    let mut asm = Asm::new(BASE);
    asm.li(A[2], BASE + VECTORS);
    asm.wsr(A[2], Sr::VecBase);
    asm.li(A[2], 0);
    asm.wsr(A[2], Sr::IntEnable);
    asm.wsr(A[2], Sr::Ps);
    asm.rsync();
    asm.li(A[11], 0);
    for instruction in instructions {
        asm.raw(*instruction);
    }
    asm.exit(A[11]);
    asm.org(VECTORS + KERNEL_VECTOR);
    // An exception skips the instruction. Only cause 0 counts.
    let counted = asm.label();
    asm.rsr(A[12], Sr::Epc1);
    asm.addi(A[12], A[12], 3);
    asm.wsr(A[12], Sr::Epc1);
    asm.rsr(A[12], Sr::ExcCause);
    asm.bnez(A[12], counted);
    asm.addi(A[11], A[11], 1);
    asm.bind(counted);
    asm.raw(RFE);
    Setup::cores(1).boot(asm).to_exit(Nanos::from_millis(1))
}

/// What firmware does not save must not be there: a thread could talk to any
/// other through it.
#[test]
fn there_is_no_state_that_every_thread_can_write_and_nobody_saves() {
    let write_user = |ur: u32| 0xF3_0000 | ur << 8;
    let read_user = |ur: u32| 0xE3_0000 | ur << 4;
    let write_special = |sr: u32| 0x13_0000 | sr << 8;
    let read_special = |sr: u32| 0x03_0000 | sr << 8;

    // All of MAC16: major opcode 4, told apart by the upper byte.
    let mac16: Vec<u32> = (0..256).map(|upper| upper << 16 | 4).collect();
    assert_eq!(illegal(&mac16), 256);
    // ACCLO, ACCHI, M0 to M3 by way of special registers.
    let registers = [16, 17, 32, 33, 34, 35];
    assert_eq!(illegal(&registers.map(write_special)), 6);
    assert_eq!(illegal(&registers.map(read_special)), 6);
    // EXPSTATE and IMPWIRE, wires out of and into the table's own core.
    let wires = [0x0E_0000, 0x0E_1000, 0x0E_1200, 0x0E_2000];
    assert_eq!(illegal(&wires), 4);
    assert_eq!(illegal(&[write_user(230), read_user(230)]), 2);

    // What is there, and what a thread's context therefore holds: LBEG, LEND,
    // LCOUNT, SAR, BR, SCOMPARE1, THREADPTR. The rest below 64, which needs no
    // privilege by the ISA, is not.
    let there = [0, 1, 2, 3, 4, 12];
    assert_eq!(illegal(&there.map(write_special)), 0);
    assert_eq!(illegal(&[write_user(231), read_user(231)]), 0);
    let not_there: Vec<u32> = (0..64).filter(|sr| !there.contains(sr)).collect();
    let writes: Vec<u32> = not_there.iter().copied().map(write_special).collect();
    assert_eq!(illegal(&writes) as usize, not_there.len());
    // Of the user registers only the coprocessor's, FCR and FSR, and these.
    let users: Vec<u32> = (0..256)
        .filter(|ur| ![231, 232, 233].contains(ur))
        .collect();
    let writes: Vec<u32> = users.iter().copied().map(write_user).collect();
    assert_eq!(illegal(&writes) as usize, users.len());
}
