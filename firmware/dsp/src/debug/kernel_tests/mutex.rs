//! Mutexes: recursion, deadlocks, owners that die.

use acelab_abi::kernel_test::FaultSwitch;
use acelab_user::{
    AnyObject, Deadline, ExitReason, Locked, Mutex, Object, Owned, Semaphore, SysError, sleep_until,
};

use super::board::Board;
use super::check::{Failure, ends_as, ends_with, fails, same};
use super::sandbox::{Sandbox, launch, prepare, threads};
use super::switch::Switched;
use super::{Env, Outcome, passed};
use crate::debug::provoke;

/// Words of the board: mutexes, and semaphores that threads wait for.
const FIRST: usize = 0;
const SECOND: usize = 1;
const READY: usize = 2;

threads! {
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
        board.object::<Semaphore>(READY + number as usize)?.take(Deadline::FOREVER)?;
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
        sandbox.settle()?;
        fails(mutex.lock(Deadline::NOW), SysError::Timeout)?;
        fails(mutex.unlock(), SysError::NotOwner)?;
        step.give()?;
    }
    ends_with(*owner, 0)?;
    same(mutex.lock(Deadline::NOW)? as u32, Locked::Normally as u32)?;
    mutex.unlock()?;
    passed()
}

/// See the list.
pub fn mutex_deadlock(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let both = mutexes(sandbox.board())?;
    let turns = [Semaphore::create(0, 1)?, Semaphore::create(0, 1)?];
    for (index, turn) in turns.iter().enumerate() {
        sandbox.board().set(READY + index, turn.word());
    }
    let [first, second] = any(&both);
    let objects = [first, second, turns[0].any(), turns[1].any()];
    let one = launch(&sandbox.builder("one", locks_both, 0), &objects)?;
    let two = launch(&sandbox.builder("two", locks_both, 1), &objects)?;
    // Each holds a mutex; the first waits for the other, the second would close
    // the circle.
    for turn in &turns {
        sandbox.settle()?;
        turn.give()?;
    }
    ends_with(*two, 0)?;
    ends_with(*one, 1)?;
    sandbox.board().traced(&[0xDEAD])?;
    passed()
}

/// See the list.
pub fn mutex_owner_death(env: &Env) -> Outcome {
    let [way, waiting, without, ..] = env.args;
    let _switched = Switched::when(without, FaultSwitch::WithoutOwnerDeath);
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
    sandbox.settle()?;
    let heir = prepare(&sandbox.builder("heir", inherits, 0), &[mutex.any()])?;
    if waiting != 0 {
        heir.start()?;
        sandbox.settle()?;
    }
    fails(mutex.lock(Deadline::NOW), SysError::Timeout)?;
    go.give()?;
    match way {
        0 => ends_with(*victim, 5)?,
        1 => {
            sandbox.settle()?;
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
