//! Priority inheritance, through one mutex and through a chain of two.

use acelab_abi::kernel_test::FaultSwitch;
use acelab_ipc4::TestResult;
use acelab_user::{Deadline, Duration, Mutex, Object, Owned, Semaphore, SysError, now};

use super::board::Board;
use super::check::{Failure, at_most, ends_with, fails};
use super::sandbox::{Child, Sandbox, launch, threads, time_of_work, work};
use super::switch::Switched;
use super::{Env, Outcome, passed};

/// Rounds of work under a lock: longer than any other wait of these tests.
const UNIT: u32 = 60_000;

/// Words of the board: mutexes, semaphores that threads wait for before they
/// begin, and how long the most urgent one waited, in ticks.
const FIRST: usize = 0;
const SECOND: usize = 1;
const HIGH: usize = 2;
const MEDIUM: usize = 3;
const MIDDLE: usize = 4;
const WAITED: usize = 5;

/// Lets the thread begin that waits for this.
fn begin(board: &Board, which: usize) -> Result<(), Failure> {
    Ok(board.object::<Semaphore>(which)?.give()?)
}

/// Waits for its turn to begin.
fn turn(board: &Board, which: usize) -> Result<(), Failure> {
    Ok(board.object::<Semaphore>(which)?.take(Deadline::FOREVER)?)
}

threads! {
    /// Locks the mutex, lets the others begin, and works.
    fn low(board, _) {
        let guard = board.object::<Mutex>(FIRST)?.guard(Deadline::FOREVER)?;
        board.push(1);
        begin(board, HIGH)?;
        begin(board, MEDIUM)?;
        work(UNIT);
        board.push(3);
        drop(guard);
        board.push(7);
        0
    }

    /// Waits for the mutex.
    fn high(board, _) {
        turn(board, HIGH)?;
        board.push(2);
        let start = now();
        let guard = board.object::<Mutex>(FIRST)?.guard(Deadline::FOREVER)?;
        board.set(WAITED, (now() - start).ticks() as u32);
        board.push(4);
        drop(guard);
        0
    }

    /// Needs no mutex, and works long.
    fn medium(board, _) {
        turn(board, MEDIUM)?;
        board.push(5);
        work(6 * UNIT);
        board.push(6);
        0
    }

    /// The middle of a chain: holds the first mutex and waits for the second.
    fn middle(board, _) {
        turn(board, MIDDLE)?;
        let first = board.object::<Mutex>(FIRST)?.guard(Deadline::FOREVER)?;
        board.push(8);
        let second = board.object::<Mutex>(SECOND)?.guard(Deadline::FOREVER)?;
        board.push(9);
        drop(second);
        drop(first);
        0
    }

    /// The end of a chain: holds the second mutex, lets the others begin, and
    /// works.
    fn end(board, _) {
        let guard = board.object::<Mutex>(SECOND)?.guard(Deadline::FOREVER)?;
        board.push(1);
        begin(board, MIDDLE)?;
        begin(board, HIGH)?;
        begin(board, MEDIUM)?;
        work(UNIT);
        board.push(3);
        drop(guard);
        board.push(7);
        0
    }

    /// Waits for the mutex in vain.
    fn gives_up(board, _) {
        turn(board, HIGH)?;
        board.push(2);
        let mutex = board.object::<Mutex>(FIRST)?;
        fails(mutex.lock(Deadline::after_micros(60)), SysError::Timeout)?;
        board.push(3);
        0
    }

    /// Runs as soon as nobody lends the worker a better priority.
    fn runs_between(board, _) {
        turn(board, MEDIUM)?;
        board.push(4);
        0
    }

    fn works_locked(board, _) {
        let guard = board.object::<Mutex>(FIRST)?.guard(Deadline::FOREVER)?;
        board.push(1);
        begin(board, HIGH)?;
        begin(board, MEDIUM)?;
        work(UNIT);
        board.push(5);
        drop(guard);
        0
    }
}

/// The objects that the board names.
struct Objects {
    mutexes: [Owned<Mutex>; 2],
    turns: [Owned<Semaphore>; 3],
}

impl Objects {
    fn new(board: &Board) -> Result<Self, SysError> {
        let mutexes = [Mutex::create()?, Mutex::create()?];
        let turns = [
            Semaphore::create(0, 1)?,
            Semaphore::create(0, 1)?,
            Semaphore::create(0, 1)?,
        ];
        board.set(FIRST, mutexes[0].word());
        board.set(SECOND, mutexes[1].word());
        for (index, turn) in turns.iter().enumerate() {
            board.set(HIGH + index, turn.word());
        }
        Ok(Self { mutexes, turns })
    }

    fn start(
        &self,
        sandbox: &Sandbox,
        name: &str,
        entry: acelab_user::Entry,
        priority: u32,
    ) -> Result<Child, SysError> {
        let [first, second] = &self.mutexes;
        let [one, two, three] = &self.turns;
        let objects = [first.any(), second.any(), one.any(), two.any(), three.any()];
        launch(
            &sandbox.builder(name, entry, 0).priority(priority),
            &objects,
        )
    }
}

/// The threads of an inversion end; how long the most urgent one waited, and
/// how long who held the mutex works, in µs.
fn inversion(board: &Board, threads: &[Child], tags: &[u32]) -> Outcome {
    for thread in threads {
        ends_with(**thread, 0)?;
    }
    let waited = Duration::from_ticks(board.get(WAITED).into()).as_micros();
    let unit = time_of_work(UNIT).as_micros();
    board.traced(tags)?;
    // Not longer than who holds the mutex works, though somebody else would
    // work six times as long.
    at_most(waited, 2 * unit)?;
    Ok(TestResult::new(&[waited as u32, unit as u32]))
}

/// See the list.
pub fn mutex_inversion(env: &Env) -> Outcome {
    let _switched = Switched::when(env.args[0], FaultSwitch::WithoutInheritance);
    let sandbox = Sandbox::new(env)?;
    let objects = Objects::new(sandbox.board())?;
    let threads = [
        objects.start(&sandbox, "high", high, 8)?,
        objects.start(&sandbox, "medium", medium, 16)?,
        objects.start(&sandbox, "low", low, 24)?,
    ];
    inversion(sandbox.board(), &threads, &[1, 2, 3, 4, 5, 6, 7])
}

/// See the list.
pub fn mutex_chain(env: &Env) -> Outcome {
    let _switched = Switched::when(env.args[0], FaultSwitch::WithoutInheritance);
    let sandbox = Sandbox::new(env)?;
    let objects = Objects::new(sandbox.board())?;
    let threads = [
        objects.start(&sandbox, "high", high, 8)?,
        objects.start(&sandbox, "medium", medium, 16)?,
        objects.start(&sandbox, "middle", middle, 20)?,
        objects.start(&sandbox, "end", end, 24)?,
    ];
    inversion(sandbox.board(), &threads, &[1, 8, 2, 3, 9, 4, 5, 6, 7])
}

/// See the list.
pub fn mutex_priority_back(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let objects = Objects::new(sandbox.board())?;
    let threads = [
        objects.start(&sandbox, "high", gives_up, 8)?,
        objects.start(&sandbox, "medium", runs_between, 16)?,
        objects.start(&sandbox, "low", works_locked, 24)?,
    ];
    for thread in &threads {
        ends_with(**thread, 0)?;
    }
    sandbox.board().traced(&[1, 2, 3, 4, 5])?;
    passed()
}
