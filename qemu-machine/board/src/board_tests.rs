use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::CoreLine;
use acelab_abi::regs::debug_port;
use acelab_abi::trace::{CoreCounters, Mode};
use acelab_hostlink::{
    MachineInfo, Reply, Request, StopReason, Stopped, VERSION,
    frame::{FrameReader, Polled},
};

use super::{Board, EXIT_LINK, Initiator};
use crate::abi::CoreState;
use crate::plant::Plant;
use crate::qemu::Qemu;

/// What a test sees and sets of QEMU.
#[derive(Debug, Default)]
struct Knobs {
    now: Cell<u64>,
    timer: Cell<Option<u64>>,
    shutdown: Cell<bool>,
}

#[derive(Debug, Default)]
struct Fake(Rc<Knobs>);

impl Qemu for Fake {
    fn now(&self) -> Nanos {
        Nanos(self.0.now.get())
    }
    fn set_timer(&mut self, at: Nanos) {
        self.0.timer.set(Some(at.0));
    }
    fn set_irq(&mut self, _: CoreId, _: CoreLine, _: bool) {}
    fn start_core(&mut self, _: CoreId, _: u32) {}
    fn stall_core(&mut self, _: CoreId) {}
    fn core_state(&self, _: CoreId) -> CoreState {
        CoreState::default()
    }
    fn core_counters(&self, _: CoreId) -> CoreCounters {
        CoreCounters::ZERO
    }
    fn ram_read(&self, _: u32, _: &mut [u8]) -> bool {
        false
    }
    fn ram_write(&mut self, _: u32, _: &[u8]) -> bool {
        false
    }
    fn shutdown_requested(&self) -> bool {
        self.0.shutdown.get()
    }
    fn quit(&self, code: i32) -> ! {
        std::panic::panic_any(code)
    }
    fn abort(&self, code: i32) -> ! {
        std::panic::panic_any(code)
    }
}

/// What the lab has sent; `None` is a read timeout, the end is the end of the
/// link.
#[derive(Default)]
struct Lab {
    requests: VecDeque<Option<Request>>,
    answers: Rc<Cell<Vec<u8>>>,
}

impl Read for Lab {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.requests.pop_front() {
            None => Ok(0),
            Some(None) => Err(io::ErrorKind::WouldBlock.into()),
            Some(Some(request)) => {
                let mut bytes = Vec::new();
                request.encode(&mut bytes);
                into[..bytes.len()].copy_from_slice(&bytes);
                Ok(bytes.len())
            }
        }
    }
}

impl Write for Lab {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut answers = self.answers.take();
        answers.extend_from_slice(bytes);
        self.answers.set(answers);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Bench {
    board: Board<Fake, Lab>,
    knobs: Rc<Knobs>,
    answers: Rc<Cell<Vec<u8>>>,
}

impl Bench {
    fn new(requests: impl IntoIterator<Item = Option<Request>>) -> Self {
        let knobs = Rc::<Knobs>::default();
        let answers = Rc::default();
        let lab = Lab {
            requests: requests.into_iter().collect(),
            answers: Rc::clone(&answers),
        };
        let info = MachineInfo {
            cores: 1,
            quantum: 1,
        };
        let board = Board::new(info, Fake(Rc::clone(&knobs)), lab, Plant::Nothing);
        Self {
            board: board.expect("one core"),
            knobs,
            answers,
        }
    }

    /// The stops that the lab was told of.
    fn stops(&self) -> Vec<(u64, StopReason)> {
        let bytes = self.answers.take();
        let mut reader = FrameReader::new(bytes.as_slice());
        let mut stops = Vec::new();
        while let Ok(Polled::Frame(frame)) = reader.poll() {
            if let Ok(Reply::Stopped(Stopped { now, reason })) = Reply::decode(frame) {
                stops.push((now.0, reason));
            }
        }
        stops
    }

    /// The code with which an action ends the process.
    fn exit_of(&mut self, act: impl FnOnce(&mut Board<Fake, Lab>)) -> i32 {
        let ended = catch_unwind(AssertUnwindSafe(|| act(&mut self.board)));
        *ended
            .expect_err("the process would end")
            .downcast()
            .expect("the exit code")
    }
}

fn hello() -> Option<Request> {
    Some(Request::Hello { version: VERSION })
}

fn resume(until: u64) -> Option<Request> {
    Some(Request::Resume {
        until: Nanos(until),
    })
}

const CORE0: Initiator = Initiator {
    core: CoreId::PRIMARY,
    mode: Mode::Kernel,
};

#[test]
fn the_machine_waits_at_time_zero_and_reports_no_stop_that_nobody_asked_for() {
    let mut bench = Bench::new([hello(), None, resume(1_000)]);
    assert_eq!(bench.knobs.timer.get(), Some(0));
    bench.board.timer();
    assert_eq!(bench.knobs.timer.get(), Some(1_000));
    assert_eq!(bench.stops(), []);
}

#[test]
fn a_grant_ends_when_it_is_used_up_and_a_grant_in_the_past_at_once() {
    let mut bench = Bench::new([hello(), resume(1_000), resume(900), resume(2_000)]);
    bench.board.timer();
    bench.knobs.now.set(1_000);
    bench.board.timer();
    let expected = [(1_000, StopReason::Granted), (1_000, StopReason::Granted)];
    assert_eq!(bench.stops(), expected);
    assert_eq!(bench.knobs.timer.get(), Some(2_000));
}

#[test]
fn an_exit_stops_at_the_access_and_comes_before_the_end_of_the_grant() {
    let mut bench = Bench::new([hello(), resume(500), resume(500), resume(600)]);
    bench.board.timer();
    bench.knobs.now.set(500);
    let exit = debug_port::address(debug_port::Reg::Exit);
    assert_eq!(bench.board.write(CORE0, exit, 4, 42), Ok(()));
    let expected = [
        (500, StopReason::Exit { code: 42 }),
        (500, StopReason::Granted),
    ];
    assert_eq!(bench.stops(), expected);
}

#[test]
fn the_end_of_the_link_ends_the_process() {
    let mut bench = Bench::new([hello()]);
    assert_eq!(bench.exit_of(Board::timer), EXIT_LINK);
}

#[test]
fn a_request_to_shut_down_is_served_while_the_lab_thinks() {
    let mut bench = Bench::new([hello(), None, None]);
    bench.knobs.shutdown.set(true);
    assert_eq!(bench.exit_of(Board::timer), 0);
}

#[test]
fn quit_is_acknowledged_and_ends_the_process() {
    let mut bench = Bench::new([hello(), Some(Request::Quit)]);
    assert_eq!(bench.exit_of(Board::timer), 0);
    assert!(
        bench.answers.take().len() > 5,
        "an acknowledge after the hello"
    );
}
