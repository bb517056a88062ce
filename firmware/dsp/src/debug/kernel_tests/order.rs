//! Threads: who runs when.

use acelab_user::{Deadline, Object, Semaphore, SysError, Thread, yield_now};

use super::check::{ends_with, fails, same};
use super::sandbox::{Sandbox, launch, threads, work};
use super::{Env, Outcome, passed};

threads! {
    fn tags(board, number) {
        board.push(number);
        0
    }

    fn yields(board, number) {
        for _ in 0..3 {
            board.push(number);
            yield_now()?;
        }
        0
    }

    fn waits(board, number) {
        board.object::<Semaphore>(0)?.take(Deadline::FOREVER)?;
        board.push(number);
        0
    }

    fn gives(board, number) {
        board.push(number);
        board.object::<Semaphore>(0)?.give()?;
        board.push(number + 1);
        0
    }

    fn lowers_itself(board, number) {
        board.push(number);
        let me = Thread::current()?;
        fails(me.set_priority(0), SysError::Permission)?;
        me.set_priority(25)?;
        board.push(number + 1);
        0
    }

    /// Works until the tester has been there.
    fn works(board, number) {
        board.push(number);
        board.set(1, 1);
        while board.get(2) == 0 {
            work(10);
        }
        board.push(number + 1);
        0
    }
}

/// See the list.
pub fn thread_priorities(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let low = launch(&sandbox.builder("low", tags, 1).priority(30), &[])?;
    let high = launch(&sandbox.builder("high", tags, 2).priority(8), &[])?;
    let middle = launch(&sandbox.builder("middle", tags, 3).priority(20), &[])?;
    let second = launch(&sandbox.builder("second", tags, 4).priority(20), &[])?;
    // Nobody runs before the more urgent thread that started them waits.
    board.traced(&[])?;
    for thread in [&low, &high, &middle, &second] {
        ends_with(**thread, 0)?;
    }
    board.traced(&[2, 3, 4, 1])?;
    passed()
}

/// See the list.
pub fn thread_preemption(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let semaphore = Semaphore::create(0, 9)?;
    board.set(0, semaphore.word());
    let objects = [semaphore.any()];
    // One that is woken by a less urgent one runs before that goes on; one that
    // is woken by a more urgent one, after it.
    let high = launch(&sandbox.builder("high", waits, 10).priority(8), &objects)?;
    sandbox.settle()?;
    let giver = launch(&sandbox.builder("giver", gives, 1).priority(16), &objects)?;
    ends_with(*giver, 0)?;
    ends_with(*high, 0)?;
    board.traced(&[1, 10, 2])?;

    board.clear_trace();
    let low = launch(&sandbox.builder("low", waits, 10).priority(30), &objects)?;
    sandbox.settle()?;
    let giver = launch(&sandbox.builder("giver", gives, 1).priority(16), &objects)?;
    ends_with(*low, 0)?;
    ends_with(*giver, 0)?;
    board.traced(&[1, 2, 10])?;

    // The clock preempts as well: the tester looks now and then while a thread
    // works that gives nobody else a turn.
    board.clear_trace();
    let worker = launch(&sandbox.builder("works", works, 1), &[])?;
    board.wait_for(1, 1)?;
    board.push(99);
    board.set(2, 1);
    ends_with(*worker, 0)?;
    board.traced(&[1, 99, 2])?;
    passed()
}

/// See the list.
pub fn thread_yield(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let one = launch(&sandbox.builder("one", yields, 1), &[])?;
    let two = launch(&sandbox.builder("two", yields, 2), &[])?;
    let three = launch(&sandbox.builder("three", yields, 3), &[])?;
    // A less urgent one gets nothing from it.
    let low = launch(&sandbox.builder("low", tags, 9).priority(20), &[])?;
    for thread in [&one, &two, &three, &low] {
        ends_with(**thread, 0)?;
    }
    board.traced(&[1, 2, 3, 1, 2, 3, 1, 2, 3, 9])?;
    passed()
}

/// See the list.
pub fn thread_set_priority(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    // It lowers itself below another one, which runs at once.
    let lowered = launch(&sandbox.builder("lowered", lowers_itself, 1), &[])?;
    let other = launch(&sandbox.builder("other", tags, 10).priority(20), &[])?;
    ends_with(*lowered, 0)?;
    ends_with(*other, 0)?;
    board.traced(&[1, 10, 2])?;
    // One that has not run yet overtakes the others.
    board.clear_trace();
    let first = launch(&sandbox.builder("first", tags, 1), &[])?;
    let second = launch(&sandbox.builder("second", tags, 2), &[])?;
    second.set_priority(10)?;
    fails(second.set_priority(32), SysError::InvalidValue)?;
    ends_with(*first, 0)?;
    ends_with(*second, 0)?;
    board.traced(&[2, 1])?;
    fails(second.set_priority(10), SysError::BadState)?;
    same(board.get(0), 0_u32)?;
    passed()
}
