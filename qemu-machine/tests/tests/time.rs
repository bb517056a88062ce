//! Virtual time is exact.

use acelab_abi::clock::{NANOS_PER_INSTRUCTION, Nanos};
use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::CoreLine;
use acelab_abi::regs::hfipc::{self, BUSY, Reg, TBIE};
use acelab_abi::trace::EventKind;
use acelab_hostlink::{CoreRun, HostCauses, StopReason};
use acelab_machine_tests::asm::{A, Asm, Sr};
use acelab_machine_tests::guest::BASE;
use acelab_machine_tests::{Run, Setup};

fn marks(run: &mut Run) -> Vec<(Nanos, u32)> {
    let events = run.events();
    let marks = events.iter().filter_map(|event| match event.kind {
        EventKind::Mark { value } => Some((event.time, value)),
        _ => None,
    });
    marks.collect()
}

#[test]
fn a_grant_ends_at_its_nanosecond_whether_the_core_sleeps_or_not() {
    for sleeps in [false, true] {
        let mut asm = Asm::new(BASE);
        asm.leave_reset();
        let forever = asm.here_label();
        if sleeps {
            asm.waiti(0);
        }
        asm.j(forever);
        asm.vectors();
        let mut run = Setup::cores(1).boot(asm);
        let mut until = Nanos::from_micros(200);
        assert_eq!(run.until(until).reason, StopReason::Granted);
        let doing = if sleeps {
            CoreRun::Waiting
        } else {
            CoreRun::Running
        };
        assert_eq!(run.core(CoreId::PRIMARY).run, doing);
        for step in [1, 2, 3, 10, 999, 1_000, 1_001, 4_321, 1_000_003] {
            until = until.saturating_add(Nanos(step));
            let stopped = run.until(until);
            assert_eq!((stopped.now, stopped.reason), (until, StopReason::Granted));
        }
    }
}

#[test]
fn a_doorbell_stops_the_machine_at_the_store() {
    const NOPS: u32 = 1_234;
    let mut asm = Asm::new(BASE);
    asm.li(A[2], hfipc::address(Reg::Idr));
    asm.li(A[3], BUSY | 0x1B08_0000);
    asm.mark(A[0]);
    for _ in 0..NOPS {
        asm.nop();
    }
    asm.s32i(A[3], A[2], 0);
    let forever = asm.here_label();
    asm.j(forever);
    let mut run = Setup::cores(1).boot(asm);
    run.set(hfipc::host_address(Reg::Ctl), TBIE);
    let stopped = run.until(Nanos::from_millis(1));
    let doorbell = HostCauses {
        doorbell: true,
        ..HostCauses::default()
    };
    assert_eq!(stopped.reason, StopReason::HostInterrupt(doorbell));
    let (marked, _) = marks(&mut run)[0];
    let instructions = u64::from(NOPS) + 1;
    assert_eq!(
        stopped.now.0 - marked.0,
        instructions * NANOS_PER_INSTRUCTION
    );
    assert_eq!(
        run.register(hfipc::host_address(Reg::Tdr)),
        BUSY | 0x1B08_0000
    );
}

#[test]
fn a_sleeping_core_wakes_at_its_compare_value() {
    const PERIOD: u32 = 5_003;
    const TICKS: usize = 50;
    let mut asm = Asm::new(BASE);
    let handler = asm.label();
    asm.leave_reset();
    asm.la(A[2], handler);
    asm.wsr(A[2], Sr::Excsave2);
    asm.li(A[2], CoreLine::Timer0.bit());
    asm.wsr(A[2], Sr::IntEnable);
    asm.rsr(A[4], Sr::Ccount);
    asm.li(A[5], PERIOD);
    asm.add(A[4], A[4], A[5]);
    asm.wsr(A[4], Sr::Ccompare0);
    let sleep = asm.here_label();
    asm.waiti(0);
    asm.j(sleep);
    asm.bind(handler);
    asm.rsr(A[6], Sr::Ccount);
    asm.sub(A[6], A[6], A[4]);
    asm.add(A[4], A[4], A[5]);
    asm.wsr(A[4], Sr::Ccompare0);
    asm.mark(A[6]);
    asm.rfi(2);
    asm.vectors();

    let mut run = Setup::cores(1).boot(asm);
    let end = Nanos(200_000 + TICKS as u64 * u64::from(PERIOD) * NANOS_PER_INSTRUCTION);
    assert_eq!(run.until(end).reason, StopReason::Granted);
    let marks = marks(&mut run);
    assert!(marks.len() >= TICKS, "{} ticks", marks.len());
    // Vector, jump, and the read itself: the same few cycles each time.
    let latency = marks[0].1;
    assert!(latency < 8, "{latency} cycles");
    for pair in marks.windows(2) {
        let [(before, _), (after, late)] = pair else {
            unreachable!("windows of two")
        };
        assert_eq!(*late, latency);
        assert_eq!(
            after.0 - before.0,
            u64::from(PERIOD) * NANOS_PER_INSTRUCTION
        );
    }
}

/// One core sleeps, the other rings its doorbell; each marks its moment.
fn ring(sleeper: CoreId) -> Asm {
    let mut asm = Asm::new(BASE);
    let second = asm.label();
    let handler = asm.label();
    asm.start_core(CoreId::ALL[1], second);
    for core in [CoreId::ALL[0], CoreId::ALL[1]] {
        if core == CoreId::ALL[1] {
            asm.bind(second);
        }
        asm.leave_reset();
        if core == sleeper {
            asm.la(A[2], handler);
            asm.wsr(A[2], Sr::Excsave2);
            asm.enable_interrupts(sleeper);
            let sleep = asm.here_label();
            asm.waiti(0);
            asm.j(sleep);
        } else {
            asm.pause(10_123);
            asm.mark(A[0]);
            asm.ring(sleeper);
            let forever = asm.here_label();
            asm.j(forever);
        }
    }
    asm.bind(handler);
    asm.mark(A[0]);
    asm.exit(A[0]);
    let forever = asm.here_label();
    asm.j(forever);
    asm.vectors();
    asm
}

#[test]
fn a_sleeping_core_wakes_at_the_time_of_the_core_that_rings() {
    let latencies = [CoreId::ALL[0], CoreId::ALL[1]].map(|sleeper| {
        let mut run = Setup::cores(2).boot(ring(sleeper));
        run.to_exit(Nanos::from_millis(1));
        let marks = marks(&mut run);
        let [(rung, _), (woken, _)] = marks.as_slice() else {
            panic!("{marks:?}")
        };
        woken.0 - rung.0
    });
    // A dozen instructions on the one core, a few on the other.
    assert!(latencies[0] < 60, "{} ns", latencies[0]);
    assert_eq!(latencies[0], latencies[1]);
}
