//! Threads that ask for more wake-ups than the machine can give.

use acelab_ipc4::TestResult;
use acelab_user::{Deadline, Duration, SysError, Timer, now, sleep, sleep_until};

use super::super::check::fails;
use super::super::sandbox::launch;
use super::super::{Env, Outcome};
use super::arena::Arena;
use super::neighbours::{Neighbours, Which};

/// Wall clock ticks between two wake-ups, of each thread.
const TICKS: [u32; 5] = [1, 20, 60, 100, 250];
/// How long they go on.
const TIME: Duration = Duration::from_millis(20);

/// User mode: sleeps so short, again and again, beside a timer that expires with
/// every tick of the wall clock.
extern "C" fn storm(ticks: u32) -> u32 {
    let Ok(timer) = Timer::create() else {
        return 1;
    };
    let tick = Duration::from_ticks(1);
    loop {
        let _ = timer.start_periodic(now(), tick);
        for _ in 0..8 {
            let _ = timer.wait(Deadline::FOREVER);
            let soon = now() + Duration::from_ticks(ticks.into());
            let _ = sleep_until(Deadline::at(soon));
        }
    }
}

/// See the list.
pub fn wake_up_storm(env: &Env) -> Outcome {
    let arena = Arena::new(env)?;
    let neighbours = Neighbours::start(&arena, Which::Everywhere)?;
    let mut threads = [const { None }; TICKS.len()];
    for (slot, ticks) in threads.iter_mut().zip(TICKS) {
        *slot = Some(launch(&arena.plain_builder(storm, ticks), &[])?);
    }
    sleep(TIME)?;
    for thread in threads.iter().flatten() {
        fails(thread.join(Deadline::NOW), SysError::Timeout)?;
    }
    drop(threads);
    neighbours.ping()?;
    neighbours.stop()?;
    Ok(TestResult::new(&[TICKS.len() as u32]))
}
