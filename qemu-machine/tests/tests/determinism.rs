//! Runs are repeatable, and are not without the patches that make them so.

use acelab_abi::clock::Nanos;
use acelab_abi::trace::Event;
use acelab_hostlink::{StopReason, Stopped};
use acelab_machine_tests::asm::Asm;
use acelab_machine_tests::{Setup, workload};

const REPEATS: usize = 20;
const LIMIT: Nanos = Nanos::from_millis(100);

/// Something kicks the vCPU thread this often, in microseconds of host time.
const KICKED: &str = "x-kick=50";

/// How a run ended, and what happened on the way.
type Log = (Stopped, Vec<Event>);

fn log(setup: &Setup, guest: fn() -> Asm) -> Log {
    let mut run = setup.boot(guest());
    (run.until(LIMIT), run.events())
}

fn sleeping() -> Asm {
    workload::sleeping(3, 1_000)
}

fn racing() -> Asm {
    workload::racing(3, 20_000)
}

fn setup() -> Setup {
    Setup::cores(3)
}

/// Runs until a log differs from `expected`, [`REPEATS`] times at most.
fn find_difference(setup: &Setup, guest: fn() -> Asm, expected: &Log) -> Option<usize> {
    (1..=REPEATS).find(|_| log(setup, guest) != *expected)
}

#[test]
fn sleeping_cores_repeat() {
    let expected = log(&setup(), sleeping);
    assert_eq!(expected.0.reason, StopReason::Exit { code: 1_000 });
    assert_eq!(find_difference(&setup(), sleeping, &expected), None);
}

#[test]
fn racing_cores_repeat() {
    let expected = log(&setup(), racing);
    assert!(matches!(expected.0.reason, StopReason::Exit { .. }));
    assert_eq!(find_difference(&setup(), racing, &expected), None);
}

#[test]
fn kicks_change_nothing() {
    for guest in [sleeping, racing] {
        let calm = log(&setup(), guest);
        assert_eq!(
            find_difference(&setup().property(KICKED), guest, &calm),
            None
        );
    }
}

#[test]
fn without_the_warp_in_the_vcpu_thread_sleeping_cores_wake_at_other_times() {
    let expected = log(&setup(), sleeping);
    let stock = setup().without("warp").property(KICKED);
    assert!(find_difference(&stock, sleeping, &expected).is_some());
}

#[test]
fn without_whole_slices_a_kick_changes_the_race() {
    let expected = log(&setup(), racing);
    let stock = setup().without("whole-slices").property(KICKED);
    assert!(find_difference(&stock, racing, &expected).is_some());
}

#[test]
fn host_time_in_an_event_is_found() {
    let planted = setup().property("x-plant-host-time=1");
    let first = log(&planted, sleeping);
    assert!(find_difference(&planted, sleeping, &first).is_some());
}
