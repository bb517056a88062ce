//! What the engine makes of firmware that does something wrong.

use std::path::Path;

use acelab_abi::ipc4::Status;
use acelab_lab::case::{Case, load_text};
use acelab_lab::engine::run_case;
use acelab_lab::report::{Context, failure};
use acelab_lab::suite::CaseResult;
use acelab_lab::symbols::Elf;
use acelab_lab::verdict::Verdict;

use crate::elf::small_elf;
use crate::fake::{Fakes, Firmware};

const BOOT: &str = "- boot";
const ASK: &str = "- boot\n  - ipc: { large_config_get: { param: fw_config } }";

fn case(steps: &str) -> Case {
    let text = format!("summary: A test of the lab\nsteps:\n  {steps}\n");
    load_text("lab/fake", &text).expect("a case").remove(0)
}

/// Runs `steps` against `firmware` and looks for `expected` in the report; an
/// empty text is a pass.
fn check(firmware: Firmware, steps: &str, expected: &str) {
    let case = case(steps);
    let elf = Elf::from_bytes(small_elf()).expect("an ELF file");
    let finished = run_case(&case, &Fakes(firmware), &elf);
    let result = CaseResult {
        case: &case,
        finished,
        difference: None,
    };
    if expected.is_empty() {
        assert_eq!(
            result.finished.verdict,
            Verdict::Pass,
            "{firmware:?}: {steps}"
        );
        return;
    }
    let context = Context {
        elf: Some(&elf),
        libraries: None,
        cases: Path::new("cases"),
    };
    let report = failure(&result, &context);
    let report = anstream::adapter::strip_str(&report).to_string();
    assert!(report.contains(expected), "{firmware:?}: {steps}\n{report}");
    assert!(
        report.contains("run again: cargo xtask lab run lab/fake"),
        "{report}"
    );
}

#[test]
fn good_firmware_passes() {
    check(Firmware::Good, BOOT, "");
    check(Firmware::Good, ASK, "");
    check(
        Firmware::Good,
        "- boot\n  - log: { contains: ready }\n  - run: 3 ms",
        "",
    );
    check(
        Firmware::Good,
        "- boot\n  - notification: { type: fw_ready }",
        "",
    );
    check(
        Firmware::Good,
        "- boot\n  - repeat: { times: 50, steps: [ { ipc: boot_config } ] }",
        "",
    );
    check(Firmware::Good, "- boot\n  - flood: { messages: 50 }", "");
}

#[test]
fn a_wrong_status_is_told_with_its_line() {
    check(
        Firmware::Status(Status::Busy),
        ASK,
        "cases/lab/fake.yaml:4: status of large_config_get",
    );
    check(
        Firmware::Status(Status::Busy),
        ASK,
        "expected: success (0)\n        came: busy (4)",
    );
    let refused = format!("{ASK}\n    expect: {{ status: busy }}");
    check(Firmware::Status(Status::Busy), &refused, "");
    check(
        Firmware::Good,
        &refused,
        "expected: busy (4)\n        came: success (0)",
    );
}

#[test]
fn the_payload_is_compared_as_far_as_the_case_names_it() {
    let list = |expect: &str| {
        format!(
            "- boot\n  - ipc: {{ large_config_get: {{ param: pipeline_list }} }}\n    expect: {{ {expect} }}"
        )
    };
    let all = "extension: 0x30a00008, payload: { bytes: 8, words: [1, 7], fields: { pipeline_count: 1, \"pipeline[0]\": 7 } }";
    check(Firmware::Good, &list(all), "");
    check(
        Firmware::Good,
        &list("extension: 1"),
        "expected: 0x00000001\n        came: 0x30a00008",
    );
    check(
        Firmware::Good,
        &list("payload: { bytes: 4 }"),
        "expected: 4 bytes\n        came: 8 bytes",
    );
    check(
        Firmware::Good,
        &list("payload: { words: [1, 8] }"),
        "came: 0x00000001 0x00000007",
    );
    check(
        Firmware::Good,
        &list("payload: { words: [1, 7, 0] }"),
        "first words",
    );
    check(
        Firmware::Good,
        &list("payload: { fields: { pipeline_count: 2 } }"),
        "came: 1",
    );
    check(
        Firmware::Good,
        &list("payload: { fields: { pipeline_cont: 2 } }"),
        "did you mean `pipeline_count`?",
    );
}

#[test]
fn a_missing_message_is_a_virtual_timeout() {
    check(
        Firmware::Mute,
        BOOT,
        "FW_READY did not happen within 100 ms of virtual time",
    );
    check(
        Firmware::Hangs,
        ASK,
        "the reply did not happen within 100 ms",
    );
    check(Firmware::NoDone, ASK, "DONE after the reply did not happen");
    let wait = "- boot\n  - notification: { type: exception_caught, within: 2 ms }";
    check(
        Firmware::Good,
        wait,
        "exception_caught did not happen within 2 ms",
    );
    let wait = "- boot\n  - log: { contains: hello, within: 2 ms }";
    check(Firmware::Good, wait, "expected: a line with `hello`");
}

#[test]
fn more_than_one_reply_and_another_type_are_seen() {
    let more = format!("{ASK}\n  - run: 1 ms");
    check(
        Firmware::TwoReplies,
        &more,
        "another one: reply large_config_get",
    );
    check(Firmware::WrongType, ASK, "the reply did not happen");
    check(
        Firmware::WrongType,
        ASK,
        "expected: a reply to large_config_get",
    );
    check(
        Firmware::TwoReplies,
        "- boot\n  - flood: { messages: 3 }\n  - run: 1 ms",
        "came:",
    );
}

#[test]
fn what_must_never_be_is_seen_without_being_asked_for() {
    check(
        Firmware::LogsError,
        ASK,
        "core 0: <err> kernel: out of luck",
    );
    check(Firmware::Garbles, ASK, "garbled log");
    check(
        Firmware::Faults,
        ASK,
        "expected: none\n        came: core 0: <err> os: ** FATAL EXCEPTION",
    );
    check(Firmware::WildAccess, ASK, "every access is answered");
}

#[test]
fn what_one_step_has_claimed_no_other_step_finds() {
    let twice = |step: &str| format!("- boot\n  - {step}\n  - {step}");
    let ready = "notification: { type: fw_ready, within: 1 ms }";
    check(
        Firmware::Good,
        &twice(ready),
        "cases/lab/fake.yaml:5: notification",
    );
    let line = "log: { contains: ready, within: 1 ms }";
    check(Firmware::Good, &twice(line), "cases/lab/fake.yaml:5: log");
}

#[test]
fn floods_rings_and_code_groups_are_judged_by_themselves() {
    check(
        Firmware::TwoReplies,
        "- boot\n  - flood: { messages: 3 }",
        "expected: one reply\n        came: 2 replies",
    );
    let ring = "- boot\n  - ring: boot_config\n    again: 2";
    check(
        Firmware::Good,
        ring,
        "expected: 2 rings that the mailbox ignores\n        came: 0 ignored",
    );
    check(
        Firmware::Good,
        "- boot\n  - codegen: { groups: all }",
        "code of group `",
    );
    check(
        Firmware::Good,
        "- boot\n  - codegen: { groups: [no/such] }",
        "no such group",
    );
}

#[test]
fn a_case_may_allow_what_it_provokes() {
    let check_allowed = |firmware, allow: &str| {
        let text = format!("summary: x\nallow: {allow}\nsteps:\n  {ASK}\n  - run: 1 ms\n");
        let case = load_text("lab/fake", &text).expect("a case").remove(0);
        let elf = Elf::from_bytes(small_elf()).expect("an ELF file");
        let verdict = run_case(&case, &Fakes(firmware), &elf).verdict;
        assert_eq!(verdict, Verdict::Pass, "{firmware:?} {allow}");
    };
    check_allowed(Firmware::LogsError, "{ errors: [out of luck] }");
    check_allowed(Firmware::Faults, "{ exceptions: [0] }");
    check_allowed(Firmware::WildAccess, "{ memory_faults: true }");
}

#[test]
fn the_guest_may_end_the_run_only_where_the_case_says_so() {
    check(Firmware::Exits, ASK, "the guest ended the run with code 7");
}

#[test]
fn a_target_that_dies_is_not_the_firmwares_fault() {
    let case = case(ASK);
    let elf = Elf::from_bytes(small_elf()).expect("an ELF file");
    let verdict = run_case(&case, &Fakes(Firmware::Dies), &elf).verdict;
    assert_eq!(verdict.exit_code(), 3);
    check(
        Firmware::Dies,
        ASK,
        "infrastructure, not the firmware: the target is gone",
    );
}

#[test]
fn a_case_that_takes_too_long_is_given_up() {
    let text = "summary: x\ntimeout: 5 ms\nsteps:\n  - boot\n  - run: 1 s\n";
    let case = load_text("lab/fake", text).expect("a case").remove(0);
    let elf = Elf::from_bytes(small_elf()).expect("an ELF file");
    let Verdict::Fail(failures) = run_case(&case, &Fakes(Firmware::Good), &elf).verdict else {
        panic!("a case without an end passed");
    };
    assert!(
        failures[0].came.contains("timeout of virtual time"),
        "{failures:?}"
    );
}

#[test]
fn two_runs_have_the_same_log() {
    let case = case("- boot\n  - flood: { messages: 20 }");
    let elf = Elf::from_bytes(small_elf()).expect("an ELF file");
    let run = || {
        run_case(&case, &Fakes(Firmware::Good), &elf)
            .record
            .timeline
            .text()
    };
    assert_eq!(run(), run());
}

#[test]
fn a_stopped_user_thread_is_a_failure_unless_the_case_expects_it() {
    use Firmware::{StopsSecretly, StopsThread};
    check(StopsThread, ASK, "user fault");
    let fault = |fields: &str| format!("{ASK}\n  - fault: {{ {fields} }}");
    check(StopsThread, &fault("thread: bad"), "");
    check(
        StopsThread,
        &fault("thread: bad, core: 0, cause: load_prohibited"),
        "",
    );
    check(
        StopsThread,
        &fault("thread: bad, cause: panic"),
        "expected: thread `bad` is stopped with panic",
    );
    check(StopsThread, &fault("thread: worse"), "user fault");
    // One report is not two.
    check(
        StopsThread,
        &fault("thread: bad, times: 2"),
        "the report of a fault did not happen",
    );
    check(
        StopsSecretly,
        &fault("thread: bad"),
        "expected: EXCEPTION_CAUGHT for core 0",
    );
    // A report of a user thread excuses no fault of the kernel.
    check(Firmware::Faults, &fault("thread: bad"), "exception");
}

#[test]
fn an_account_is_compared_with_the_one_before() {
    let steps = "- boot\n  - account: unchanged";
    check(Firmware::Good, steps, "a word for each name");
}
