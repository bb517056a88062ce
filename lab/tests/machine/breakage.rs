//! What breaks beside the firmware, and what breaks in it.

use std::fs;

use crate::lab::{BOOT, Lab, firmware, variable};

fn case(steps: &str) -> String {
    format!("summary: A broken thing\nfirmware: debug\nsnapshot: []\nsteps:\n  - boot\n{steps}")
}

/// Runs one case and looks at code and text.
fn check(steps: &str, code: i32, part: &str) {
    let lab = Lab::with(&[("area/broken", &case(steps))]);
    lab.run(&["run"]).expect(code, part);
}

#[test]
fn a_wrong_status_fails_the_case() {
    check(
        "  - ipc: { set_dx: { core_mask: 1, dx_mask: 1 } }\n",
        1,
        "came: bad_state (5)",
    );
}

#[test]
fn a_missing_notification_fails_the_case() {
    check(
        "  - notification: { type: exception_caught, within: 3 ms }\n",
        1,
        "did not happen within 3 ms",
    );
}

#[test]
fn a_tick_that_costs_more_than_its_budget_fails_the_case() {
    let measure = |budget: &str| {
        format!(
            "  - test: {{ kernel: {{ name: thread_stay, core: 0, millis: 20 }} }}\n  \
             - measure: {{ ticks: 40, budget: {{ {budget} }} }}\n"
        )
    };
    // The thread ends once; that is a system call, and some instructions.
    check(&measure("syscalls_per_tick: 0"), 1, "(thread_exit 1)");
    check(&measure("syscalls_per_tick: [1, 1]"), 1, "0 in the tick at");
    check(
        &measure("user_instructions_per_tick: 2"),
        1,
        "at most 2 in each tick",
    );
    check(
        &measure("interrupts_per_tick: 0"),
        1,
        "interrupts of core 0",
    );
    let kept = measure("syscalls_per_tick: 1, privilege_faults: 0, other_ring0: 0");
    check(&kept, 0, "1 passed");
}

#[test]
fn a_user_thread_that_oversteps_its_rights_is_counted() {
    let text = |allow: &str, rest: &str| {
        format!(
            "summary: A broken thing\nfirmware: debug\nsnapshot: []\n{allow}\
             streams: {{ first: {{ playback: host0 > gain > ssp0 }} }}\nsteps:\n  - boot\n  \
             - start: first\n  - test: {{ disturb: {{ core: 0, kind: fault_in_tick }} }}\n{rest}"
        )
    };
    let measure = "  - measure: { ticks: 5, budget: { privilege_faults: 0, other_ring0: 0 } }\n";
    let allow = "allow: { faults: [ll_thread0], errors: [audio of core 0] }\n";
    for (allow, rest, part) in [
        (allow, measure, "privilege faults of core 0"),
        (allow, measure, "entries to ring 0 but for system calls"),
        ("", "  - run: 5 ms\n", "of core 0 in the whole run"),
    ] {
        let lab = Lab::with(&[("area/broken", &text(allow, rest))]);
        lab.run(&["run"]).expect(1, part);
    }
}

#[test]
fn a_guest_exception_fails_the_case() {
    let steps =
        "  - test: { exception: { core: 0, kind: load, address: 0x20000000 } }\n  - run: 5 ms\n";
    check(steps, 1, "came: core 0: <err> os: ** FATAL EXCEPTION");
    check(steps, 1, "notification exception_caught core=0");
}

#[test]
fn a_guest_that_hangs_is_found_in_virtual_time() {
    let steps =
        "  - test: { hang: { core: 0 } }\n  - ipc: { large_config_get: { param: fw_config } }\n";
    check(
        steps,
        1,
        "the reply did not happen within 100 ms of virtual time",
    );
}

#[test]
fn a_truncated_elf_file_is_infrastructure() {
    let lab = Lab::with(&[("area/boot", BOOT)]);
    let whole = fs::read(variable("ACELAB_FIRMWARE_PRODUCTION")).expect("the firmware");
    let cut = lab.path("cut.elf");
    fs::write(&cut, &whole[..whole.len() / 3]).expect("a file");
    lab.run(&["run", "--firmware", &firmware("production", &cut)])
        .expect(3, "is not a whole 32-bit little-endian ELF file");
}

#[test]
fn a_program_that_is_no_machine_is_infrastructure() {
    let lab = Lab::with(&[("area/boot", BOOT)]);
    lab.run(&["run", "--qemu", "/bin/true"])
        .expect(3, "cannot start the target");
    lab.run(&["run", "--qemu", "/nowhere/qemu"])
        .expect(3, "No such file");
}

#[test]
fn a_scenario_that_nobody_knows_is_a_mistake_of_the_user() {
    let unknown = "summary: x\ncovers: [T04, B99]\nsteps: [boot]\n";
    let lab = Lab::with(&[("area/boot", BOOT), ("area/unknown", unknown)]);
    let run = lab.run(&["run"]);
    run.expect(2, "unknown scenario `B99`");
    lab.run(&["list", "--coverage"])
        .expect(2, "cases/area/unknown.yaml:2:9");
}

#[test]
fn mistakes_of_the_user_have_code_2() {
    let lab = Lab::with(&[
        ("area/boot", BOOT),
        ("area/typo", "summary: x\nsteps: [bot]\n"),
    ]);
    lab.run(&["run"])
        .expect(2, "cases/area/typo.yaml:2:9")
        .expect(2, "did you mean `boot`?");
    let lab = Lab::with(&[("area/boot", BOOT)]);
    lab.run(&["run", "area/bot"])
        .expect(2, "did you mean `area/boot`?");
    lab.run(&["run", "--shard", "3/2"])
        .expect(2, "is not a shard");
    lab.run(&["run", "--frobnicate"])
        .expect(2, "unexpected argument");
    lab.run(&["show", "area/bot"])
        .expect(2, "did you mean `area/boot`?");
}
