//! The floating point unit, shared by threads that know nothing of each other.

use core::hint::black_box;

use acelab_ipc4::TestResult;
use acelab_user::{Deadline, Duration, ExitReason, Thread, sleep, yield_now};

use super::check::{Failure, at_least, ends_with, same};
use super::sandbox::{Sandbox, launch, threads};
use super::{Env, Outcome};

/// Words of the board.
const ROUNDS: usize = 0;
const STOP: usize = 1;
const TICKS: usize = 2;
/// First of the words the threads write their hashes to.
const HASH: usize = 8;

/// Steps between two looks at the result.
const STEPS: u32 = 32;

/// A filter of second order over noise: eight values live at once.
struct Filter {
    noise: u32,
    state: [f32; 4],
    hash: u32,
}

impl Filter {
    fn new(seed: u32) -> Self {
        Self {
            noise: seed.wrapping_mul(0x9E37_79B9) | 1,
            state: [0.0; 4],
            hash: 0,
        }
    }

    fn run(&mut self) {
        let [mut x1, mut x2, mut y1, mut y2] = black_box(self.state);
        let (b0, b1, b2) = black_box((0.2929_f32, 0.5858, 0.2929));
        let (a1, a2) = black_box((-0.0001_f32, 0.1716));
        for _ in 0..STEPS {
            self.noise ^= self.noise << 13;
            self.noise ^= self.noise >> 17;
            self.noise ^= self.noise << 5;
            let x = (self.noise >> 8) as f32 * 1.0e-7 - 0.5;
            let y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
            (x2, x1, y2, y1) = (x1, x, y1, y);
        }
        self.state = [x1, x2, y1, y2];
        self.hash = self.hash.rotate_left(5) ^ y1.to_bits();
    }
}

threads! {
    /// Computes without a break; gives way now and then if it is odd.
    fn computes(board, number) {
        let mut filter = Filter::new(number);
        for round in 0..board.get(ROUNDS) {
            filter.run();
            if number % 2 == 1 && round % 8 == 0 {
                yield_now()?;
            }
        }
        board.set(HASH + number as usize, filter.hash);
        0
    }

    /// Interrupts the others, computing itself.
    fn interrupts(board, number) {
        let mut filter = Filter::new(number);
        while board.get(STOP) == 0 {
            sleep(Duration::from_micros(23))?;
            filter.run();
            board.count(TICKS);
        }
        0
    }

    /// Knows nothing of floating point.
    fn plain(board, _) {
        while board.get(STOP) == 0 {
            sleep(Duration::from_micros(41))?;
        }
        0
    }
}

const THREADS: [u32; 3] = [1, 2, 3];

fn hashes(sandbox: &Sandbox) -> [u32; 3] {
    THREADS.map(|number| sandbox.board().get(HASH + number as usize))
}

fn ends(thread: &Thread) -> Result<(), Failure> {
    let exit = thread.join(Deadline::after_millis(5000))?;
    same(exit.reason.code(), ExitReason::Exited.code())?;
    same(exit.value, 0_u32)
}

/// See the list.
pub fn fpu_threads(env: &Env) -> Outcome {
    let [rounds, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    board.set(ROUNDS, rounds);
    for number in THREADS {
        ends(&*launch(&sandbox.builder("alone", computes, number), &[])?)?;
    }
    let alone = hashes(&sandbox);
    for number in THREADS {
        board.set(HASH + number as usize, 0);
    }
    let other = Sandbox::new(env)?;
    other.board().set(ROUNDS, rounds);
    let interrupts = launch(
        &sandbox.builder("interrupts", interrupts, 9).priority(8),
        &[],
    )?;
    let plain = launch(&other.builder("plain", plain, 0).priority(9), &[])?;
    let one = launch(&sandbox.builder("one", computes, 1), &[])?;
    let two = launch(&other.builder("two", computes, 2), &[])?;
    let three = launch(&sandbox.builder("three", computes, 3), &[])?;
    for thread in [&one, &two, &three] {
        ends(thread)?;
    }
    for sandbox in [&sandbox, &other] {
        sandbox.board().set(STOP, 1);
    }
    ends_with(*interrupts, 0)?;
    ends_with(*plain, 0)?;
    board.set(HASH + 2, other.board().get(HASH + 2));
    for (together, alone) in hashes(&sandbox).into_iter().zip(alone) {
        same(together, alone)?;
    }
    // The others were in fact interrupted.
    let ticks = board.get(TICKS);
    at_least(ticks, 10_u32)?;
    Ok(TestResult::new(&[ticks, alone[0]]))
}
