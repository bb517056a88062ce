//! QEMU's plugins attribute what they count to the core that ran it.

use std::path::PathBuf;

use acelab_abi::clock::{NANOS_PER_INSTRUCTION, Nanos};
use acelab_abi::core_id::CoreId;
use acelab_abi::trace::{Event, EventKind};
use acelab_hostlink::StopReason;
use acelab_machine_tests::Setup;
use acelab_machine_tests::asm::{A, Asm, Sr};
use acelab_machine_tests::guest::BASE;

/// The in-tree plugin that counts instructions per core, built with the
/// machine and kept beside it.
fn plugin() -> PathBuf {
    acelab_machine_tests::qemu().with_file_name("libinsn.so")
}

/// Both cores run the same loop, so the second runs what was translated for
/// the first; core 0 ends the run after its own rounds.
fn shared_loop() -> Asm {
    let mut asm = Asm::new(BASE);
    let both = asm.label();
    let run = asm.label();
    asm.start_core(other(), both);
    asm.bind(both);
    asm.rsr(A[3], Sr::Prid);
    asm.mark(A[3]);
    asm.li(A[4], CoreId::PRIMARY.prid());
    asm.li(A[2], 100_000);
    asm.beq(A[3], A[4], run);
    asm.li(A[2], 10_000_000);
    asm.bind(run);
    let again = asm.here_label();
    asm.addi(A[2], A[2], -1);
    asm.bnez(A[2], again);
    asm.exit(A[2]);
    let forever = asm.here_label();
    asm.j(forever);
    asm.vectors();
    asm
}

/// Instructions that the plugin counted for each core, and how long each ran
/// in instructions.
fn counts(setup: Setup) -> Vec<(u64, u64)> {
    let log = tempfile::NamedTempFile::new().expect("a temporary file");
    let setup = setup
        .argument("-plugin")
        .argument(format!("{},inline=off", plugin().display()))
        .argument("-d")
        .argument("plugin")
        .argument("-D")
        .argument(log.path().display().to_string());
    let mut run = setup.boot(shared_loop());
    let stopped = run.until(Nanos::from_millis(10));
    assert_eq!(stopped.reason, StopReason::Exit { code: 0 });
    let events = run.events();
    run.quit();
    let text = std::fs::read_to_string(log.path()).expect("the plugin's output");
    [CoreId::PRIMARY, other()]
        .into_iter()
        .map(|core| {
            let counted = counted(&text, core);
            let ran = (stopped.now.0 - start_of(&events, core).0) / NANOS_PER_INSTRUCTION;
            (counted, ran)
        })
        .collect()
}

fn counted(text: &str, core: CoreId) -> u64 {
    let prefix = format!("cpu {core} insns: ");
    let line = text.lines().find_map(|line| line.strip_prefix(&prefix));
    line.map_or(0, |count| count.parse().expect("a count"))
}

fn start_of(events: &[Event], core: CoreId) -> Nanos {
    let start = events
        .iter()
        .find(|event| matches!(event.kind, EventKind::CoreStart { target, .. } if target == core));
    start.expect("the core was started").time
}

const fn other() -> CoreId {
    CoreId::ALL[1]
}

/// Neither core sleeps, so what a core has run is what time has passed; the
/// second core may be a quantum behind or ahead.
fn is_right((counted, ran): (u64, u64)) -> bool {
    counted.abs_diff(ran) <= 1_000
}

#[test]
fn instructions_are_counted_for_the_core_that_ran_them() {
    let counts = counts(Setup::cores(2));
    assert!(counts.iter().copied().all(is_right), "{counts:?}");
}

#[test]
fn without_the_patch_they_are_counted_for_the_core_that_translated_them() {
    let counts = counts(Setup::cores(2).without("plugin-index"));
    assert!(!counts.iter().copied().all(is_right), "{counts:?}");
}
