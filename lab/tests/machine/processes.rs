//! Nothing is left behind, whoever dies.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::thread::yield_now;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};

use crate::lab::{BOOT, Finished, LONG, Lab, variable};

/// More than any of this takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A lab under way. A test that fails leaves none behind.
struct Running(Option<Child>);

impl Running {
    fn start(lab: &Lab, arguments: &[&str]) -> Self {
        let mut command = lab.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(Some(command.spawn().expect("the lab runs")))
    }

    fn child(&mut self) -> &mut Child {
        self.0.as_mut().expect("still running")
    }

    fn signal(&mut self, signal: Signal) {
        kill_process(Pid::from_child(self.child()), signal).expect("a signal is sent");
    }

    fn finish(mut self) -> Finished {
        let child = self.0.take().expect("still running");
        Finished::of(child.wait_with_output().expect("the lab ends"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            // The test has failed already; this only tidies up.
            let _ = child.kill().and_then(|()| child.wait());
        }
    }
}

/// The name that the system shows for the machine's process: fifteen bytes of its program's.
fn machine_name() -> String {
    let program = variable("ACELAB_QEMU");
    let name = program
        .file_name()
        .expect("a file")
        .to_string_lossy()
        .into_owned();
    name.chars().take(15).collect()
}

/// The machine that a lab has started, and a handle that outlives it.
fn machine_of(lab: &mut Running) -> (Pid, OwnedFd) {
    let lab = lab.child().id();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let machine = fs::read_dir("/proc").expect("/proc").filter_map(|entry| {
            let id = entry.ok()?.file_name().to_str()?.parse::<i32>().ok()?;
            let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            let (name, rest) = stat.split_once('(')?.1.rsplit_once(") ")?;
            let parent = rest.split(' ').nth(1)?.parse::<u32>().ok()?;
            (parent == lab && name == machine_name()).then_some(id)
        });
        if let Some(pid) = machine.filter_map(Pid::from_raw).next() {
            return (pid, pidfd_open(pid, PidfdFlags::empty()).expect("a handle"));
        }
        assert!(Instant::now() < deadline, "the lab starts no machine");
        yield_now();
    }
}

/// Waits for the end of the process behind the handle.
fn ends(process: &OwnedFd) -> bool {
    let timeout = Timespec::try_from(PATIENCE).expect("a time");
    let mut polled = [PollFd::new(process, PollFlags::IN)];
    poll(&mut polled, Some(&timeout)).expect("poll") == 1
}

#[test]
fn a_killed_machine_is_infrastructure() {
    let lab = Lab::with(&[("area/long", LONG)]);
    let mut running = Running::start(&lab, &["run"]);
    let (machine, handle) = machine_of(&mut running);
    kill_process(machine, Signal::KILL).expect("kill");
    running
        .finish()
        .expect(3, "infrastructure, not the firmware")
        .expect(3, "the peer is gone");
    assert!(ends(&handle));
}

#[test]
fn a_silent_machine_is_infrastructure() {
    let lab = Lab::with(&[("area/long", LONG)]);
    let mut running = Running::start(&lab, &["run", "--watchdog", "1"]);
    let (machine, handle) = machine_of(&mut running);
    kill_process(machine, Signal::STOP).expect("stop");
    let finished = running.finish();
    assert_eq!(finished.code, 3, "{finished:?}");
    finished.expect(3, "has not answered for 1");
    assert!(ends(&handle), "a stopped machine is left behind");
}

#[test]
fn ctrl_c_reports_what_there_is_and_leaves_no_orphan() {
    let lab = Lab::with(&[
        ("area/boot", BOOT),
        ("area/long", LONG),
        ("area/more", BOOT),
    ]);
    let update = lab.run(&["run", "boot", "--update"]);
    assert_eq!(update.code, 0, "{update:?}");
    let mut running = Running::start(&lab, &["run", "--jobs", "1"]);
    // The first case has ended once its line is there.
    let mut output = BufReader::new(running.child().stdout.take().expect("an output"));
    let mut first = String::new();
    output.read_line(&mut first).expect("a line");
    assert!(first.starts_with("pass"), "{first}");
    let (_, handle) = machine_of(&mut running);
    running.signal(Signal::INT);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut output, &mut rest).expect("the rest");
    let finished = running.finish();
    assert_eq!(finished.code, 130, "{finished:?} {rest}");
    assert!(rest.contains("1 passed, 1 broken, 1 not run"), "{rest}");
    assert!(ends(&handle));
}

#[test]
fn a_killed_lab_leaves_no_orphan() {
    let lab = Lab::with(&[("area/long", LONG)]);
    let mut running = Running::start(&lab, &["run"]);
    let (_, handle) = machine_of(&mut running);
    running.signal(Signal::KILL);
    assert!(ends(&handle), "the machine outlives the lab");
    running.finish();
}
