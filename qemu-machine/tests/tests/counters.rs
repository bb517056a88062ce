//! What each core does is counted, exactly, and for the core that did it.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::CoreLine;
use acelab_abi::trace::{Activity, CoreCounters, Origin};
use acelab_hostlink::{ClientError, StopReason};
use acelab_machine_tests::Setup;
use acelab_machine_tests::asm::{A, Asm, Sr};
use acelab_machine_tests::guest::BASE;

/// Vector offsets from the base, behind the code.
const VECTORS: u32 = 0x2000;
const LEVEL2: u32 = 0x180;
const KERNEL: u32 = 0x300;
const USER: u32 = 0x340;

const SYSCALL: u32 = 0x00_5000;
const RFE: u32 = 0x00_3000;
const ISYNC: u32 = 0x00_2000;
const RSIL_A2_15: u32 = 0x00_6F20;

/// PS of user code: ring 2, user vector.
const RING2: u32 = 2 << 6 | 1 << 5;
/// Lets ring 2 read, write and execute the 512 MiB around the guest.
const USER_PAGE: u32 = BASE & 0xE000_0000 | 2 << 4 | 3;
/// Way 6 of the TLB, which holds pages of 512 MiB.
const WAY: u32 = BASE & 0xE000_0000 | 6;

const FINISH: u32 = 9;
const PRIVILEGED: u32 = 8;

/// A guest, and how many instructions it should execute of each kind.
struct Program {
    asm: Asm,
    ring0: u64,
    ring2: u64,
    /// From the start until interrupts are open, and what the vectors do.
    handler: u64,
}

fn words_between(from: u32, to: u32) -> u64 {
    u64::from(to - from) / 3
}

/// Kernel code, an interrupt, and user code that makes system calls and breaks
/// a rule.
fn program() -> Program {
    let mut asm = Asm::new(BASE);
    let begin = asm.here();
    asm.li(A[2], BASE + VECTORS);
    asm.wsr(A[2], Sr::VecBase);
    asm.li(A[3], WAY);
    asm.li(A[2], USER_PAGE);
    asm.raw(0x50_6000 | 3 << 8 | 2 << 4);
    asm.raw(0x50_E000 | 3 << 8 | 2 << 4);
    asm.raw(ISYNC);
    asm.li(A[2], CoreLine::Timer0.bit());
    asm.wsr(A[2], Sr::IntEnable);
    asm.li(A[2], 0);
    asm.wsr(A[2], Sr::Ps);
    let ring0 = asm.here();
    asm.rsync();
    // A system call from ring 0, then a sleep that the timer ends.
    asm.li(A[7], 5);
    asm.raw(SYSCALL);
    asm.rsr(A[2], Sr::Ccount);
    asm.li(A[3], 20_000);
    asm.add(A[2], A[2], A[3]);
    asm.wsr(A[2], Sr::Ccompare0);
    asm.waiti(0);
    asm.li(A[2], RING2);
    asm.wsr(A[2], Sr::Ps);
    let ring2 = asm.here();
    asm.rsync();
    asm.li(A[7], 7);
    for _ in 0..5 {
        asm.raw(SYSCALL);
    }
    asm.li(A[7], 1_000);
    asm.raw(SYSCALL);
    for _ in 0..3 {
        asm.raw(RSIL_A2_15);
    }
    asm.li(A[7], FINISH);
    asm.raw(SYSCALL);
    let end = asm.here();

    asm.org(VECTORS + LEVEL2);
    // Writing the register takes the interrupt back; it comes once.
    asm.rsr(A[13], Sr::Ccompare0);
    asm.wsr(A[13], Sr::Ccompare0);
    asm.rfi(2);
    for vector in [KERNEL, USER] {
        asm.org(VECTORS + vector);
        let finish = asm.label();
        asm.li(A[12], FINISH);
        asm.beq(A[7], A[12], finish);
        asm.rsr(A[12], Sr::Epc1);
        asm.addi(A[12], A[12], 3);
        asm.wsr(A[12], Sr::Epc1);
        asm.raw(RFE);
        asm.bind(finish);
        asm.exit(A[7]);
    }
    Program {
        // The jump over the literals comes first. QEMU charges a write to
        // CCOMPARE as two instructions, in time as well as here.
        handler: 1 + words_between(begin, ring0) + (3 + 1) + 10 * 6 + 4,
        ring0: words_between(ring0, ring2) + 1,
        ring2: words_between(ring2, end),
        asm,
    }
}

fn counters(setup: &Setup, asm: Asm) -> CoreCounters {
    let mut run = setup.boot(asm);
    assert_eq!(run.to_exit(Nanos::from_millis(1)), FINISH);
    let counters = run.client().counters(CoreId::PRIMARY);
    counters.expect("the machine has the core")
}

#[test]
fn every_instruction_call_exception_and_interrupt_is_counted_once() {
    let program = program();
    let counted = counters(&Setup::cores(1), program.asm);

    assert_eq!(counted.instructions(Activity::Ring0), program.ring0);
    assert_eq!(counted.instructions(Activity::Ring2), program.ring2);
    assert_eq!(counted.instructions(Activity::Handler), program.handler);
    assert_eq!(counted.instructions(Activity::Ring1), 0);
    assert_eq!(counted.instructions(Activity::Ring3), 0);

    assert_eq!(counted.syscalls(Origin::Kernel, 5), 1);
    assert_eq!(counted.all_syscalls(Origin::Kernel), 1);
    assert_eq!(counted.syscalls(Origin::User, 7), 5);
    assert_eq!(counted.syscalls(Origin::User, 63), 1, "numbers above");
    assert_eq!(counted.syscalls(Origin::User, FINISH), 1);
    assert_eq!(counted.all_syscalls(Origin::User), 7);
    assert_eq!(counted.all_syscalls(Origin::Handler), 0);

    assert_eq!(counted.exceptions(Origin::User, PRIVILEGED), 3);
    assert_eq!(counted.all_exceptions(Origin::User), 3);
    assert_eq!(counted.all_exceptions(Origin::Kernel), 0);
    assert_eq!(counted.interrupts, [0, 0, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn without_the_patch_nothing_is_counted() {
    let counted = counters(&Setup::cores(1).without("counters"), program().asm);
    assert_eq!(counted, CoreCounters::ZERO);
}

/// Both cores run the same loop; core 0 ends the run after a tenth of it.
#[test]
fn a_core_is_charged_for_what_it_did_itself() {
    let core1 = CoreId::ALL[1];
    let mut asm = Asm::new(BASE);
    let (both, run, done) = (asm.label(), asm.label(), asm.label());
    asm.start_core(core1, both);
    asm.bind(both);
    asm.leave_reset();
    asm.rsr(A[3], Sr::Prid);
    asm.li(A[4], CoreId::PRIMARY.prid());
    asm.li(A[2], 10_000);
    asm.beq(A[3], A[4], run);
    asm.li(A[2], 1_000);
    asm.bind(run);
    let again = asm.here_label();
    asm.addi(A[2], A[2], -1);
    asm.bnez(A[2], again);
    asm.bne(A[3], A[4], done);
    asm.exit(A[2]);
    asm.bind(done);
    asm.li(A[2], 0);
    asm.wsr(A[2], Sr::IntEnable);
    asm.waiti(0);
    asm.vectors();
    let mut machine = Setup::cores(2).boot(asm);
    assert_eq!(machine.to_exit(Nanos::from_millis(10)), 0);
    let ring0 = |machine: &mut acelab_machine_tests::Run, core| {
        let counted = machine.client().counters(core).expect("a core");
        counted.instructions(Activity::Ring0)
    };
    let (first, second) = (
        ring0(&mut machine, CoreId::PRIMARY),
        ring0(&mut machine, core1),
    );
    // Two instructions a round, the same few before; then three to the exit,
    // or four to the sleep, and one that only the second has.
    assert_eq!(first - 20_000 - 3, second - 2_000 - 4 - 1);

    // A core that sleeps executes nothing, and standing takes no instruction.
    let later = machine.until(Nanos::from_millis(12));
    assert_eq!(later.reason, StopReason::Granted);
    assert_eq!(ring0(&mut machine, core1), second);
    let none = machine.client().counters(CoreId::ALL[2]);
    assert!(matches!(none, Err(ClientError::Refused { .. })), "{none:?}");
}
