//! Sleeping, and the timeouts of everything that waits.

use acelab_ipc4::TestResult;
use acelab_user::{
    Deadline, Duration, Event, Instant, Mutex, Object, Semaphore, Slot, SysError, Thread, Timer,
    Wait, now, sleep, sleep_until,
};

use super::check::{at_least, at_most, ends_with, fails, holds, same};
use super::sandbox::{Sandbox, launch, threads, work};
use super::{Env, Outcome, passed};

/// A wait ends at most so much after its deadline.
const LATE: Duration = Duration::from_micros(60);

threads! {
    fn works_on(board, _) {
        while board.get(0) == 0 {
            work(50);
        }
        0
    }

    fn sleeps_until(board, number) {
        let start = u64::from(board.get(2)) << 32 | u64::from(board.get(1));
        let deadline = Instant::from_ticks(start) + Duration::from_micros(number * 50);
        sleep_until(Deadline::at(deadline))?;
        holds(now() >= deadline)?;
        board.push(number);
        0
    }

    fn holds_mutex(board, _) {
        let mutex = board.object::<Mutex>(3)?;
        let guard = mutex.guard(Deadline::NOW)?;
        board.object::<Semaphore>(4)?.give()?;
        board.object::<Semaphore>(5)?.take(Deadline::FOREVER)?;
        drop(guard);
        0
    }
}

/// See the list.
pub fn sleep_accuracy(env: &Env) -> Outcome {
    let [micros, rounds, bound, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    // Somebody works all the time, so that the sleeper preempts.
    let worker = launch(&sandbox.builder("works", works_on, 0).priority(31), &[])?;
    let (mut least, mut most) = (u64::MAX, 0);
    for round in 0..rounds {
        let deadline = now() + Duration::from_micros(micros + round % 7);
        sleep_until(Deadline::at(deadline))?;
        let woken = now();
        holds(woken >= deadline)?;
        let late = (woken - deadline).ticks();
        least = least.min(late);
        most = most.max(late);
    }
    sandbox.board().set(0, 1);
    ends_with(*worker, 0)?;
    at_most(most, Duration::from_micros(bound).ticks())?;
    Ok(TestResult::new(&[least as u32, most as u32]))
}

/// See the list.
pub fn sleep_order(env: &Env) -> Outcome {
    const ORDER: [u32; 8] = [5, 2, 8, 1, 7, 3, 6, 4];
    let sandbox = Sandbox::new(env)?;
    // All of them sleep before the first one is due.
    let start = (now() + Duration::from_millis(20)).ticks();
    sandbox.board().set(1, start as u32);
    sandbox.board().set(2, (start >> 32) as u32);
    let mut threads = [const { None }; ORDER.len()];
    for (slot, number) in threads.iter_mut().zip(ORDER) {
        *slot = Some(launch(
            &sandbox.builder("sleeps", sleeps_until, number),
            &[],
        )?);
    }
    for thread in threads.iter().flatten() {
        ends_with(**thread, 0)?;
    }
    sandbox.board().traced(&[1, 2, 3, 4, 5, 6, 7, 8])?;
    passed()
}

/// See the list.
pub fn past_deadlines(_: &Env) -> Outcome {
    let start = now();
    at_least(start.ticks(), 1_u32)?;
    for deadline in [
        Deadline::NOW,
        Deadline::at(Instant::from_ticks(1)),
        Deadline::at(start),
    ] {
        let before = now();
        sleep_until(deadline)?;
        let semaphore = Semaphore::create(0, 1)?;
        fails(semaphore.take(deadline), SysError::Timeout)?;
        // What is there is taken whatever the deadline.
        semaphore.give()?;
        semaphore.take(deadline)?;
        let event = Event::create()?;
        fails(event.wait(Wait::any(1), deadline), SysError::Timeout)?;
        fails(Slot::create()?.receive::<u32>(deadline), SysError::Timeout)?;
        at_most((now() - before).ticks(), Duration::from_micros(200).ticks())?;
    }
    // A deadline that is reached just now, while it is being set.
    for ticks in 0..60 {
        let deadline = now() + Duration::from_ticks(ticks);
        sleep_until(Deadline::at(deadline))?;
        let woken = now();
        holds(woken >= deadline)?;
        at_most((woken - deadline).ticks(), LATE.ticks())?;
    }
    passed()
}

/// See the list.
pub fn timeouts(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let (semaphore, event, timer, slot, mutex) = (
        Semaphore::create(0, 1)?,
        Event::create()?,
        Timer::create()?,
        Slot::create()?,
        Mutex::create()?,
    );
    let full = Slot::create()?;
    full.send(&1_u32, Deadline::NOW)?;
    timer.start_once(now() + Duration::from_millis(1000))?;
    let (held, release) = (Semaphore::create(0, 1)?, Semaphore::create(0, 1)?);
    board.set(3, mutex.word());
    board.set(4, held.word());
    board.set(5, release.word());
    let objects = [mutex.any(), held.any(), release.any()];
    let owner = launch(&sandbox.builder("owner", holds_mutex, 0), &objects)?;
    held.take(Deadline::after_millis(10))?;

    let mut most = 0;
    let mut late = |wait: &dyn Fn(Deadline) -> Result<(), SysError>| {
        let deadline = now() + Duration::from_micros(300);
        fails(wait(Deadline::at(deadline)), SysError::Timeout)?;
        let woken = now();
        holds(woken >= deadline)?;
        most = u64::max(most, (woken - deadline).ticks());
        passed()
    };
    let owner_thread: Thread = *owner;
    late(&|deadline| semaphore.take(deadline))?;
    late(&|deadline| mutex.lock(deadline).map(drop))?;
    late(&|deadline| event.wait(Wait::all(3), deadline).map(drop))?;
    late(&|deadline| timer.wait(deadline).map(drop))?;
    late(&|deadline| slot.receive::<u32>(deadline).map(drop))?;
    late(&|deadline| full.send(&2_u32, deadline))?;
    late(&|deadline| owner_thread.join(deadline).map(drop))?;
    at_most(most, LATE.ticks())?;

    // Who timed out waits no more: what comes now is kept.
    semaphore.give()?;
    same(semaphore.count()?, 1_u32)?;
    same(full.receive::<u32>(Deadline::NOW)?, 1_u32)?;
    fails(full.receive::<u32>(Deadline::NOW), SysError::Timeout)?;
    release.give()?;
    ends_with(*owner, 0)?;
    mutex.lock(Deadline::NOW)?;
    sleep(Duration::from_micros(10))?;
    mutex.unlock()?;
    Ok(TestResult::new(&[most as u32]))
}
