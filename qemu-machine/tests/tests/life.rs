//! Neither side outlives the other.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use acelab_abi::clock::Nanos;
use acelab_hostlink::{Request, spawn};
use acelab_machine_tests::{Setup, workload};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};

/// Longer than a process needs to go, however busy the computer is.
const PATIENCE: Timespec = Timespec {
    tv_sec: 30,
    tv_nsec: 0,
};

/// Exit code of a machine whose lab is gone or breaks the protocol.
const EXIT_LINK: i32 = 3;

fn pid(raw: u32) -> Pid {
    Pid::from_raw(raw.cast_signed()).expect("a process id")
}

/// A process that is not our child.
struct Orphan(rustix::fd::OwnedFd);

impl Orphan {
    fn watch(process: u32) -> Self {
        Self(pidfd_open(pid(process), PidfdFlags::empty()).expect("the process lives"))
    }

    /// Waits until it is gone.
    fn is_gone(&self) -> bool {
        let mut fds = [PollFd::new(&self.0, PollFlags::IN)];
        poll(&mut fds, Some(&PATIENCE)).expect("poll works") == 1
    }
}

fn kill_lab(mode: &str) {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_acelab-victim-lab"))
        .arg(mode)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the victim starts");
    let mut line = String::new();
    let output = lab.stdout.take().expect("it has an output");
    BufReader::new(output)
        .read_line(&mut line)
        .expect("it says which process its machine is");
    let machine = line.trim().parse().expect("a process id");
    let orphan = Orphan::watch(machine);
    lab.kill().expect("SIGKILL");
    lab.wait().expect("it is gone");
    if !orphan.is_gone() {
        kill_process(pid(machine), Signal::KILL).expect("it lives");
        panic!("the machine survived its lab");
    }
}

#[test]
fn a_killed_lab_takes_a_standing_machine_with_it() {
    kill_lab("standing");
}

#[test]
fn a_killed_lab_takes_a_running_machine_with_it() {
    kill_lab("running");
}

#[test]
fn a_machine_whose_link_is_closed_ends() {
    let mut run = Setup::cores(1).boot(workload::endless());
    run.shut_link();
    assert_eq!(exit_code(run.child()), Some(EXIT_LINK));
}

#[test]
fn a_machine_whose_link_is_closed_while_it_runs_ends() {
    let mut run = Setup::cores(1).boot(workload::endless());
    run.shut_link_after(&Request::Resume {
        until: Nanos(u64::MAX),
    });
    assert_eq!(exit_code(run.child()), Some(EXIT_LINK));
}

#[test]
fn a_killed_machine_is_an_error_that_says_so() {
    let mut run = Setup::cores(1).boot(workload::endless());
    let machine = pid(run.child().id());
    let killer = std::thread::spawn(move || kill_process(machine, Signal::KILL));
    let error = run.client().resume(Nanos(u64::MAX)).expect_err("killed");
    killer
        .join()
        .expect("no panic")
        .expect("it could be killed");
    assert!(error.is_peer_gone(), "{error}");
}

#[test]
fn a_termination_signal_ends_a_standing_machine() {
    let mut run = Setup::cores(1).boot(workload::endless());
    kill_process(pid(run.child().id()), Signal::TERM).expect("it lives");
    assert_eq!(exit_code(run.child()), Some(0));
}

#[test]
fn nonsense_on_the_link_ends_the_machine_with_a_message() {
    let mut command = Setup::cores(1).command();
    command.stderr(Stdio::piped());
    let (child, mut stream) = spawn(command).expect("QEMU starts");
    stream
        .write_all(b"GET / HTTP/1.1\r\n\r\n")
        .expect("it listens");
    let (code, message) = last_words(child);
    assert_eq!(code, Some(EXIT_LINK));
    assert!(
        message.starts_with("ace30: the peer broke the protocol"),
        "{message}"
    );
}

/// What a machine says that does not start.
fn refusal(setup: &Setup) -> String {
    let mut command = setup.command();
    command.stderr(Stdio::piped());
    let (child, stream) = spawn(command).expect("QEMU starts");
    // Should the machine start after all, it ends here.
    drop(stream);
    let (code, message) = last_words(child);
    assert_eq!(code, Some(1), "{message}");
    let (_program, message) = message.split_once(": ").expect("the program's name");
    message.trim_end().to_owned()
}

#[test]
fn the_machine_keeps_time_in_one_way_only() {
    for icount in [
        "",
        "shift=1",
        "shift=1,sleep=on",
        "shift=0,sleep=off",
        "shift=auto,sleep=off",
    ] {
        let mut setup = Setup::cores(1);
        setup.icount = icount.into();
        let expected = "ace30 runs only with -icount shift=1,sleep=off";
        assert_eq!(refusal(&setup), expected, "{icount}");
    }
}

#[test]
fn the_machine_says_which_property_is_wrong() {
    for cores in [0, 6] {
        let expected = format!("ace30: cores={cores} is not within 1..5");
        assert_eq!(refusal(&Setup::cores(cores)), expected);
    }
    let one = Setup::cores(1);
    for (property, expected) in [
        ("quantum=0", "ace30: quantum must be at least 1 instruction"),
        ("hostlink-fd=77", "ace30: hostlink-fd=77 is not a socket"),
        (
            "x-without=gravity",
            "x-without: there is no patch 'gravity'",
        ),
    ] {
        assert_eq!(refusal(&one.clone().property(property)), expected);
    }
}

fn exit_code(child: &mut Child) -> Option<i32> {
    let process = Orphan::watch(child.id());
    assert!(process.is_gone(), "the machine lives on");
    child.wait().expect("our child").code()
}

fn last_words(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("its output");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), message)
}
