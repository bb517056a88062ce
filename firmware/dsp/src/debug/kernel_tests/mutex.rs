//! Mutexes: recursion, priority inheritance, owners that die.

use acelab_abi::kernel_test::FaultSwitch;
use acelab_ipc4::TestResult;
use acelab_user::{
    AnyObject, Deadline, Duration, ExitReason, Locked, Mutex, Object, Owned, Semaphore, SysError,
    now, sleep, sleep_until,
};

use super::board::Board;
use super::check::{Failure, at_most, ends_as, ends_with, fails, same};
use super::sandbox::{Child, Sandbox, launch, prepare, threads, time_of_work, work};
use super::switch::Switched;
use super::{Env, Outcome, passed};
use crate::debug::provoke;

/// Rounds of work under a lock: longer than any sleep of these tests.
const UNIT: u32 = 60_000;

/// Words of the board.
const FIRST: usize = 0;
const SECOND: usize = 1;
const READY: usize = 2;
const WAITED_LOW: usize = 3;

/// Notes how long a thread waited, in ticks.
fn note_wait(board: &Board, start: acelab_user::Instant) {
    board.set(WAITED_LOW, (now() - start).ticks() as u32);
}

threads! {
    /// Locks the mutex and works.
    fn low(board, _) {
        let guard = board.object::<Mutex>(FIRST)?.guard(Deadline::FOREVER)?;
        board.push(1);
        work(UNIT);
        board.push(3);
        drop(guard);
        board.push(7);
        0
    }

    /// Comes when the mutex is locked, and waits for it.
    fn high(board, _) {
        sleep(Duration::from_micros(100))?;
        board.push(2);
        let start = now();
        let guard = board.object::<Mutex>(FIRST)?.guard(Deadline::FOREVER)?;
        note_wait(board, start);
        board.push(4);
        drop(guard);
        0
    }

    /// Comes last, needs no mutex, and works long.
    fn medium(board, _) {
        sleep(Duration::from_micros(150))?;
        board.push(5);
        work(6 * UNIT);
        board.push(6);
        0
    }

    /// The middle of a chain: holds the first mutex and waits for the second.
    fn middle(board, _) {
        sleep(Duration::from_micros(50))?;
        let first = board.object::<Mutex>(FIRST)?.guard(Deadline::FOREVER)?;
        board.push(8);
        let second = board.object::<Mutex>(SECOND)?.guard(Deadline::FOREVER)?;
        board.push(9);
        drop(second);
        drop(first);
        0
    }

    /// The end of a chain: holds the second mutex and works.
    fn end(board, _) {
        let guard = board.object::<Mutex>(SECOND)?.guard(Deadline::FOREVER)?;
        board.push(1);
        work(UNIT);
        board.push(3);
        drop(guard);
        board.push(7);
        0
    }

    /// Waits for the mutex in vain.
    fn gives_up(board, _) {
        sleep(Duration::from_micros(100))?;
        board.push(2);
        let mutex = board.object::<Mutex>(FIRST)?;
        fails(mutex.lock(Deadline::after_micros(60)), SysError::Timeout)?;
        board.push(3);
        0
    }

    /// Runs as soon as nobody lends the worker a better priority.
    fn runs_between(board, _) {
        sleep(Duration::from_micros(120))?;
        board.push(4);
        0
    }

    fn works_locked(board, _) {
        let guard = board.object::<Mutex>(FIRST)?.guard(Deadline::FOREVER)?;
        board.push(1);
        work(UNIT);
        board.push(5);
        drop(guard);
        0
    }

    /// Locks three times; the tester looks after each step.
    fn locks_thrice(board, _) {
        let mutex = board.object::<Mutex>(FIRST)?;
        let step = board.object::<Semaphore>(READY)?;
        for _ in 0..3 {
            same(mutex.lock(Deadline::NOW)? as u32, Locked::Normally as u32)?;
        }
        for _ in 0..3 {
            step.take(Deadline::FOREVER)?;
            mutex.unlock()?;
        }
        fails(mutex.unlock(), SysError::NotOwner)?;
        0
    }

    fn locks_both(board, number) {
        let (first, second) = (board.object::<Mutex>(FIRST)?, board.object::<Mutex>(SECOND)?);
        let (mine, other) = if number == 0 { (first, second) } else { (second, first) };
        mine.lock(Deadline::NOW)?;
        sleep(Duration::from_micros(100))?;
        match other.lock(Deadline::after_millis(5)) {
            Err(SysError::Deadlock) => {
                board.push(0xDEAD);
                mine.unlock()?;
                0
            }
            Ok(Locked::Normally) => {
                other.unlock()?;
                mine.unlock()?;
                1
            }
            other => Err(Failure::new(other.map_or(99, |_| 98_u32), 0_u32))?,
        }
    }

    /// Ends, in one of the ways, with the mutex locked twice.
    fn dies(board, number) {
        let mutex = board.object::<Mutex>(FIRST)?;
        mutex.lock(Deadline::NOW)?;
        mutex.lock(Deadline::NOW)?;
        board.object::<Semaphore>(READY)?.take(Deadline::FOREVER)?;
        match number {
            0 => {}
            1 => sleep_until(Deadline::FOREVER)?,
            2 => provoke::asm::dbg_illegal(),
            _ => panic!("with a mutex"),
        }
        5
    }

    fn inherits(board, _) {
        let mutex = board.object::<Mutex>(FIRST)?;
        let locked = mutex.lock(Deadline::FOREVER)?;
        mutex.unlock()?;
        u32::from(locked == Locked::OwnerDied)
    }
}

/// Two mutexes on the board of a sandbox.
fn mutexes(board: &Board) -> Result<[Owned<Mutex>; 2], SysError> {
    let both = [Mutex::create()?, Mutex::create()?];
    board.set(FIRST, both[0].word());
    board.set(SECOND, both[1].word());
    Ok(both)
}

fn any(both: &[Owned<Mutex>; 2]) -> [AnyObject; 2] {
    [both[0].any(), both[1].any()]
}

/// See the list.
pub fn mutex_recursive(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let both = mutexes(sandbox.board())?;
    let step = Semaphore::create(0, 1)?;
    sandbox.board().set(READY, step.word());
    let mutex = &both[0];
    let objects = [mutex.any(), step.any()];
    let owner = launch(&sandbox.builder("owner", locks_thrice, 0), &objects)?;
    for _ in 0..3 {
        sleep(Duration::from_micros(50))?;
        fails(mutex.lock(Deadline::NOW), SysError::Timeout)?;
        fails(mutex.unlock(), SysError::NotOwner)?;
        step.give()?;
    }
    ends_with(*owner, 0)?;
    same(mutex.lock(Deadline::NOW)? as u32, Locked::Normally as u32)?;
    mutex.unlock()?;
    passed()
}

/// The threads of an inversion end; how long the most urgent one waited.
fn inversion(board: &Board, threads: &[Child], tags: &[u32]) -> Result<[u32; 2], Failure> {
    for thread in threads {
        ends_with(**thread, 0)?;
    }
    let waited = Duration::from_ticks(board.get(WAITED_LOW).into()).as_micros();
    let unit = time_of_work(UNIT).as_micros();
    // Not longer than who holds the mutex works, though somebody else would
    // work six times as long.
    at_most(waited, 2 * unit)?;
    board.traced(tags)?;
    Ok([waited as u32, unit as u32])
}

/// See the list.
pub fn mutex_inversion(env: &Env) -> Outcome {
    let _switched = Switched::when(env.args[0], FaultSwitch::WithoutInheritance)?;
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let both = mutexes(board)?;
    let objects = [both[0].any()];
    let threads = [
        launch(&sandbox.builder("high", high, 0).priority(8), &objects)?,
        launch(&sandbox.builder("medium", medium, 0).priority(16), &objects)?,
        launch(&sandbox.builder("low", low, 0).priority(24), &objects)?,
    ];
    let words = inversion(board, &threads, &[1, 2, 3, 4, 5, 6, 7])?;
    Ok(TestResult::new(&words))
}

/// See the list.
pub fn mutex_chain(env: &Env) -> Outcome {
    let _switched = Switched::when(env.args[0], FaultSwitch::WithoutInheritance)?;
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let both = mutexes(board)?;
    let objects = any(&both);
    let threads = [
        launch(&sandbox.builder("high", high, 0).priority(8), &objects)?,
        launch(&sandbox.builder("medium", medium, 0).priority(16), &objects)?,
        launch(&sandbox.builder("middle", middle, 0).priority(20), &objects)?,
        launch(&sandbox.builder("end", end, 0).priority(24), &objects)?,
    ];
    let words = inversion(board, &threads, &[1, 8, 2, 3, 9, 4, 5, 6, 7])?;
    Ok(TestResult::new(&words))
}

/// See the list.
pub fn mutex_priority_back(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let both = mutexes(sandbox.board())?;
    let objects = [both[0].any()];
    let threads = [
        launch(&sandbox.builder("high", gives_up, 0).priority(8), &objects)?,
        launch(
            &sandbox.builder("medium", runs_between, 0).priority(16),
            &[],
        )?,
        launch(
            &sandbox.builder("low", works_locked, 0).priority(24),
            &objects,
        )?,
    ];
    for thread in &threads {
        ends_with(**thread, 0)?;
    }
    sandbox.board().traced(&[1, 2, 3, 4, 5])?;
    passed()
}

/// See the list.
pub fn mutex_deadlock(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let both = mutexes(sandbox.board())?;
    let one = launch(&sandbox.builder("one", locks_both, 0), &any(&both))?;
    let two = launch(&sandbox.builder("two", locks_both, 1), &any(&both))?;
    // The first one waits; the second one would close the circle.
    ends_with(*two, 0)?;
    ends_with(*one, 1)?;
    sandbox.board().traced(&[0xDEAD])?;
    passed()
}

/// See the list.
pub fn mutex_owner_death(env: &Env) -> Outcome {
    let [way, waiting, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let both = mutexes(board)?;
    let mutex = &both[0];
    let go = Semaphore::create(0, 1)?;
    board.set(READY, go.word());
    let victim = launch(
        &sandbox.builder("victim", dies, way).priority(10),
        &[mutex.any(), go.any()],
    )?;
    sleep(Duration::from_micros(100))?;
    let heir = prepare(&sandbox.builder("heir", inherits, 0), &[mutex.any()])?;
    if waiting != 0 {
        heir.start()?;
        sleep(Duration::from_micros(100))?;
    }
    fails(mutex.lock(Deadline::NOW), SysError::Timeout)?;
    go.give()?;
    match way {
        0 => ends_with(*victim, 5)?,
        1 => {
            sleep(Duration::from_micros(50))?;
            victim.abort()?;
            ends_as(*victim, ExitReason::Aborted, 0)?;
        }
        2 => ends_as(*victim, ExitReason::Faulted, 0)?,
        _ => ends_as(*victim, ExitReason::Panicked, 0)?,
    }
    if waiting == 0 {
        heir.start()?;
    }
    ends_with(*heir, 1)?;
    // It has been told; from here on all is as usual.
    same(mutex.lock(Deadline::NOW)? as u32, Locked::Normally as u32)?;
    mutex.unlock()?;
    passed()
}
