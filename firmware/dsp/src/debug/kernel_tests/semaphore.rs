//! Semaphores.

use acelab_user::{Deadline, Object, Semaphore, SysError};

use super::check::{ends_with, fails, same};
use super::sandbox::{Sandbox, launch, threads};
use super::{Env, Outcome, passed};

threads! {
    fn takes(board, number) {
        board.object::<Semaphore>(0)?.take(Deadline::FOREVER)?;
        board.push(number);
        0
    }

    fn is_told(board, _) {
        let semaphore = board.object::<Semaphore>(0)?;
        fails(semaphore.take(Deadline::FOREVER), SysError::Deleted)?;
        fails(semaphore.take(Deadline::FOREVER), SysError::BadHandle)?;
        0
    }
}

/// See the list.
pub fn semaphore_count(_: &Env) -> Outcome {
    let semaphore = Semaphore::create(2, 3)?;
    same(semaphore.count()?, 2_u32)?;
    semaphore.take(Deadline::NOW)?;
    semaphore.take(Deadline::NOW)?;
    fails(semaphore.take(Deadline::NOW), SysError::Timeout)?;
    for _ in 0..3 {
        semaphore.give()?;
    }
    fails(semaphore.give(), SysError::Overflow)?;
    same(semaphore.count()?, 3_u32)?;
    fails(Semaphore::create(4, 3), SysError::InvalidValue)?;
    fails(Semaphore::create(0, 0), SysError::InvalidValue)?;
    let large = Semaphore::create(u32::MAX, u32::MAX)?;
    fails(large.give(), SysError::Overflow)?;
    passed()
}

/// See the list.
pub fn semaphore_order(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let semaphore = Semaphore::create(0, 9)?;
    board.set(0, semaphore.word());
    let mut threads = [const { None }; 4];
    for (slot, (number, priority)) in threads.iter_mut().zip([(1, 20), (2, 20), (3, 10), (4, 15)]) {
        let builder = sandbox.builder("takes", takes, number).priority(priority);
        *slot = Some(launch(&builder, &[semaphore.any()])?);
        // Each waits before the next one comes.
        sandbox.settle()?;
    }
    for expected in [&[3][..], &[3, 4], &[3, 4, 1], &[3, 4, 1, 2]] {
        semaphore.give()?;
        sandbox.settle()?;
        board.traced(expected)?;
    }
    for thread in threads.iter().flatten() {
        ends_with(**thread, 0)?;
    }
    same(semaphore.count()?, 0_u32)?;
    passed()
}

/// See the list.
pub fn semaphore_closed(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let semaphore = Semaphore::create(0, 1)?;
    sandbox.board().set(0, semaphore.word());
    let first = launch(&sandbox.builder("first", is_told, 0), &[semaphore.any()])?;
    let second = launch(&sandbox.builder("second", is_told, 0), &[semaphore.any()])?;
    sandbox.settle()?;
    semaphore.close()?;
    ends_with(*first, 0)?;
    ends_with(*second, 0)?;
    passed()
}
