//! Timers.

use acelab_ipc4::TestResult;
use acelab_user::{Deadline, Duration, Instant, Object, SysError, Timer, now, sleep, sleep_until};

use super::check::{at_most, ends_with, fails, holds, same};
use super::sandbox::{Sandbox, launch, threads, work};
use super::{Env, Outcome, passed};

threads! {
    fn works_on(board, _) {
        while board.get(0) == 0 {
            work(50);
        }
        0
    }

    fn waits(board, _) {
        let timer = board.object::<Timer>(1)?;
        fails(timer.wait(Deadline::FOREVER), SysError::BadState)?;
        0
    }
}

/// See the list.
pub fn timer_drift(env: &Env) -> Outcome {
    let [micros, periods, bound, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    let worker = launch(&sandbox.builder("works", works_on, 0).priority(31), &[])?;
    let timer = Timer::create()?;
    let period = Duration::from_micros(micros);
    let first = now() + Duration::from_micros(100);
    timer.start_periodic(first, period)?;
    let mut due = first;
    let (mut count, mut most) = (0, 0);
    while count < periods {
        let expiries = timer.wait(Deadline::FOREVER)?;
        let woken = now();
        same(expiries, 1_u32)?;
        holds(woken >= due)?;
        most = u64::max(most, (woken - due).ticks());
        due = due + period;
        count += expiries;
    }
    sandbox.board().set(0, 1);
    ends_with(*worker, 0)?;
    // The last one is as little late as the first: nothing adds up.
    at_most(most, Duration::from_micros(bound).ticks())?;
    Ok(TestResult::new(&[count, most as u32]))
}

/// See the list.
pub fn timer_basics(env: &Env) -> Outcome {
    let timer = Timer::create()?;
    fails(timer.wait(Deadline::FOREVER), SysError::BadState)?;
    // Once.
    let due = now() + Duration::from_micros(80);
    timer.start_once(due)?;
    same(timer.wait(Deadline::FOREVER)?, 1_u32)?;
    holds(now() >= due)?;
    fails(timer.wait(Deadline::FOREVER), SysError::BadState)?;
    // Once, in the past, and at the beginning of time.
    for past in [now(), Instant::from_ticks(0)] {
        timer.start_once(past)?;
        same(timer.wait(Deadline::NOW)?, 1_u32)?;
    }
    // Those that nobody waited for are counted, and the grid is kept.
    let period = Duration::from_micros(1000);
    let first = now() + period;
    timer.start_periodic(first, period)?;
    sleep_until(Deadline::at(first + Duration::from_micros(3500)))?;
    same(timer.wait(Deadline::NOW)?, 4_u32)?;
    fails(timer.wait(Deadline::NOW), SysError::Timeout)?;
    same(timer.wait(Deadline::FOREVER)?, 1_u32)?;
    holds(now() >= first + Duration::from_micros(4000))?;
    holds(now() < first + Duration::from_micros(5000))?;
    // Stopped, with what it had counted.
    sleep(Duration::from_micros(2500))?;
    timer.stop()?;
    fails(timer.wait(Deadline::FOREVER), SysError::BadState)?;
    // Who waits while it is stopped is told.
    let sandbox = Sandbox::new(env)?;
    sandbox.board().set(1, timer.word());
    timer.start_once(now() + Duration::from_millis(1000))?;
    let waiter = launch(&sandbox.builder("waits", waits, 0), &[timer.any()])?;
    sandbox.settle()?;
    timer.stop()?;
    ends_with(*waiter, 0)?;
    passed()
}
