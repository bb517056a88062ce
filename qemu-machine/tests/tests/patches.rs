//! What the patches do beside making runs repeatable, and that it is lost
//! without them.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::trace::{Event, EventKind};
use acelab_hostlink::StopReason;
use acelab_machine_tests::Setup;
use acelab_machine_tests::asm::{A, Asm};
use acelab_machine_tests::guest::BASE;
use acelab_machine_tests::workload::SHARED;

const LIMIT: Nanos = Nanos::from_millis(1_000);

/// Core 0 spins until core 1 has set a word. Neither uses a timer, so nothing
/// but the quantum ends core 0's turn.
fn handshake() -> Asm {
    let mut asm = Asm::new(BASE);
    let other = asm.label();
    asm.start_core(core(1), other);
    asm.wait_for(SHARED, 1, true);
    asm.exit(A[0]);
    let forever = asm.here_label();
    asm.j(forever);
    asm.bind(other);
    asm.leave_reset();
    asm.store(SHARED, 1);
    let forever = asm.here_label();
    asm.j(forever);
    asm.vectors();
    asm
}

/// From core 1's start to the end of the handshake.
fn handshake_time(setup: &Setup) -> Nanos {
    let mut run = setup.boot(handshake());
    let end = run.until(LIMIT).now;
    let start = time_of(
        &run.events(),
        |event| matches!(event.kind, EventKind::CoreStart { target, .. } if target == core(1)),
    );
    Nanos(end.0 - start.0)
}

#[test]
fn the_quantum_bounds_how_long_a_core_waits_for_another() {
    let setup = Setup::cores(2);
    let time = handshake_time(&setup);
    assert!(time < Nanos::from_micros(10), "{time}");
    let time = handshake_time(&setup.without("quantum"));
    assert!(time > Nanos::from_millis(1), "{time}");
}

/// Every core runs the same loop; core 0 ends the run after its own.
fn loops(cores: u8) -> Asm {
    let mut asm = Asm::new(BASE);
    let busy = asm.label();
    for core in CoreId::ALL.into_iter().take(cores.into()).skip(1) {
        asm.start_core(core, busy);
    }
    asm.mark(A[0]);
    asm.li(A[2], 50_000);
    let again = asm.here_label();
    asm.addi(A[2], A[2], -1);
    asm.bnez(A[2], again);
    asm.exit(A[2]);
    asm.bind(busy);
    let forever = asm.here_label();
    asm.j(forever);
    asm.vectors();
    asm
}

/// What core 0's loop takes while the other cores are busy too.
fn loop_time(setup: &Setup, cores: u8) -> u64 {
    let mut run = setup.boot(loops(cores));
    let stopped = run.until(LIMIT);
    assert_eq!(stopped.reason, StopReason::Exit { code: 0 });
    let start = time_of(&run.events(), |event| {
        matches!(event.kind, EventKind::Mark { .. })
    });
    stopped.now.0 - start.0
}

#[test]
fn busy_cores_do_not_slow_each_other() {
    let alone = loop_time(&Setup::cores(1), 1);
    // Two instructions per round, and some before and after.
    assert!((200_000..200_100).contains(&alone), "{alone} ns");
    assert_eq!(loop_time(&Setup::cores(5), 5), alone);
    let serial = loop_time(&Setup::cores(5).without("parallel-time"), 5);
    assert!(serial > 4 * alone, "{serial} ns");
}

fn core(index: u8) -> CoreId {
    CoreId::new(index).expect("one of five")
}

fn time_of(events: &[Event], is_it: impl Fn(&Event) -> bool) -> Nanos {
    events
        .iter()
        .find(|event| is_it(event))
        .expect("it happened")
        .time
}
