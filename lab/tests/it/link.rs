//! A machine behind a socket that somebody cuts.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use acelab_abi::clock::Nanos;
use acelab_hostlink::{MachineInfo, Reply};
use acelab_lab::case::load_text;
use acelab_lab::engine::run_case;
use acelab_lab::symbols::Elf;
use acelab_lab::target::qemu::attach;
use acelab_lab::target::{Launcher, Target, TargetError};
use acelab_lab::verdict::Verdict;

use crate::elf::small_elf;

const WATCHDOG: Duration = Duration::from_secs(10);

/// A machine that says hello, answers nothing, and ends with `last`.
struct Cut(&'static [u8]);

impl Launcher for Cut {
    fn launch(&self, cores: u8) -> Result<Box<dyn Target>, TargetError> {
        let (ours, mut theirs) =
            UnixStream::pair().map_err(|e| TargetError::Start(e.to_string()))?;
        let last = self.0;
        thread::spawn(move || {
            let mut hello = Vec::new();
            Reply::hello(MachineInfo {
                cores,
                quantum: 1000,
            })
            .encode(&mut hello);
            theirs
                .write_all(&hello)
                .and_then(|()| theirs.write_all(last))
                .expect("the lab listens");
        });
        attach(ours, WATCHDOG)
    }
}

fn verdict(last: &'static [u8]) -> Verdict {
    let case = load_text("lab/cut", "summary: x\nsteps: [boot]\n")
        .expect("a case")
        .remove(0);
    let elf = Elf::from_bytes(small_elf()).expect("an ELF file");
    run_case(&case, &Cut(last), &elf).verdict
}

#[test]
fn a_cut_socket_is_infrastructure() {
    for last in [
        &b""[..],
        &[9, 0, 0, 0, 0x82],
        &[1, 0, 0, 0, 0x7F],
        &[0xFF; 8],
    ] {
        let verdict = verdict(last);
        assert!(
            matches!(verdict, Verdict::Infrastructure(_)),
            "{last:?}: {verdict:?}"
        );
    }
}

#[test]
fn a_silent_machine_is_found_by_the_watchdog() {
    let (ours, mut theirs) = UnixStream::pair().expect("a pair");
    let mut hello = Vec::new();
    Reply::hello(MachineInfo {
        cores: 1,
        quantum: 1000,
    })
    .encode(&mut hello);
    theirs.write_all(&hello).expect("written");
    let mut target = attach(ours, Duration::from_millis(50)).expect("a link");
    let error = target
        .resume(Nanos::from_millis(1))
        .expect_err("nobody answers");
    assert!(
        matches!(error, TargetError::Watchdog(_)) && error.is_infrastructure(),
        "{error}"
    );
}
