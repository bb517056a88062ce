//! Reset, start and stop of the cores.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::CoreLine;
use acelab_abi::trace::EventKind;
use acelab_hostlink::{CoreRun, StopReason};
use acelab_machine_tests::Setup;
use acelab_machine_tests::asm::{A, Asm, Sr};
use acelab_machine_tests::guest::BASE;

const ROUNDS: u32 = 20;

/// State that only a reset clears.
const STATE: [Sr; 9] = [
    Sr::Sar,
    Sr::LoopCount,
    Sr::Epc1,
    Sr::Excsave2,
    Sr::IntSet,
    Sr::IntEnable,
    Sr::ExcVaddr,
    Sr::Ccompare0,
    Sr::Misc0,
];

fn secondaries() -> impl Iterator<Item = CoreId> {
    CoreId::ALL.into_iter().skip(1)
}

/// Core 0 starts and stops all others, again and again. Each of them marks
/// what it finds in its registers, fills them, and sleeps with its timer armed.
fn power_cycles() -> Asm {
    let mut asm = Asm::new(BASE);
    let other = asm.label();
    asm.li(A[2], ROUNDS);
    let round = asm.here_label();
    for core in secondaries() {
        asm.start_core(core, other);
        asm.pause(200);
        asm.stop_core(core);
    }
    asm.addi(A[2], A[2], -1);
    asm.bnez(A[2], round);
    asm.exit(A[2]);
    let forever = asm.here_label();
    asm.j(forever);

    asm.bind(other);
    for reg in &A[1..] {
        asm.or(A[0], A[0], *reg);
    }
    for sr in STATE {
        asm.rsr(A[1], sr);
        asm.or(A[0], A[0], A[1]);
    }
    asm.mark(A[0]);
    fill(&mut asm);
    let sleep = asm.here_label();
    asm.waiti(15);
    asm.j(sleep);
    asm.vectors();
    asm
}

fn fill(asm: &mut Asm) {
    asm.li(A[1], u32::MAX);
    for sr in STATE {
        asm.wsr(A[1], sr);
    }
    // The timer is to fire long after the core has been stopped.
    asm.rsr(A[1], Sr::Ccount);
    asm.li(A[2], 10_000);
    asm.add(A[1], A[1], A[2]);
    asm.wsr(A[1], Sr::Ccompare0);
    for reg in A {
        asm.li(reg, u32::MAX);
    }
}

#[test]
fn a_power_cycle_leaves_nothing_behind() {
    let mut run = Setup::cores(5).boot(power_cycles());
    assert_eq!(run.to_exit(Nanos::from_millis(100)), 0);
    let events = run.events();
    for core in secondaries() {
        let found: Vec<_> = events
            .iter()
            .filter(|event| event.core == Some(core))
            .filter_map(|event| match event.kind {
                EventKind::Mark { value } => Some(value),
                _ => None,
            })
            .collect();
        assert_eq!(found, vec![0; ROUNDS as usize], "core {core}");
    }
}

#[test]
fn the_lab_sees_what_the_cores_do() {
    let mut asm = Asm::new(BASE);
    let sleeper = asm.label();
    let [one, two] = [CoreId::ALL[1], CoreId::ALL[2]];
    asm.start_core(one, sleeper);
    asm.li(A[7], 0x1234_5678);
    let spin = asm.here_label();
    let spin_at = asm.here();
    asm.j(spin);
    asm.bind(sleeper);
    asm.leave_reset();
    asm.li(A[1], CoreLine::Timer0.bit());
    asm.wsr(A[1], Sr::IntEnable);
    asm.waiti(0);
    asm.vectors();

    let mut run = Setup::cores(3).boot(asm);
    assert_eq!(run.core(CoreId::PRIMARY).run, CoreRun::Stalled);
    assert_eq!(run.until(Nanos::from_millis(1)).reason, StopReason::Granted);
    let core0 = run.core(CoreId::PRIMARY);
    assert_eq!(
        (core0.run, core0.pc, core0.ar[7]),
        (CoreRun::Running, spin_at, 0x1234_5678)
    );
    let core1 = run.core(one);
    assert_eq!(
        (core1.run, core1.intenable),
        (CoreRun::Waiting, CoreLine::Timer0.bit())
    );
    assert_eq!(run.core(two).run, CoreRun::Stalled);
}
