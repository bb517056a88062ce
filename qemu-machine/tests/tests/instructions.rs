//! Instructions that the core definition adds to its table.

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
