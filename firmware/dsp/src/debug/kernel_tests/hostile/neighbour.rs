//! What a neighbour does.

use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};

use acelab_user::{Deadline, Duration, Instant, Object, Semaphore, SysError, Timer, now};

use super::super::check::Failure;

/// Words of a neighbour's part of the page that it shares with the test.
pub const WORDS: usize = 32;

/// Set when it is to end.
pub const STOP: usize = 0;
/// Rounds that it has done, or ticks that it has seen.
pub const ROUNDS: usize = 1;
/// Differences that it has found.
pub const DIFFERENCES: usize = 2;
/// First number of a watcher's registers; ticks that did not come each on its
/// own, for who ticks.
pub const FIRST: usize = 3;
/// Ticks that were missed.
pub const MISSED: usize = 3;
/// Most wall clock ticks that one came late.
pub const LATEST: usize = 4;
/// Address of the memory that it looks at.
pub const PATTERN: usize = 5;
/// Semaphores of an echo: it takes the one and gives the other.
pub const PING: usize = 6;
pub const PONG: usize = 7;

/// Time between two ticks.
pub const PERIOD: Duration = Duration::from_millis(1);

/// Words of the pattern.
pub const PATTERN_WORDS: usize = 256;

/// Word `index` of the pattern.
pub const fn pattern(index: usize) -> u32 {
    (index as u32).wrapping_mul(0x9E37_79B9) ^ 0xA5A5_5A5A
}

/// A neighbour's part of the page.
struct Part(usize);

impl Part {
    fn word(&self, index: usize) -> &AtomicU32 {
        at(self.0 + 4 * index)
    }

    fn get(&self, index: usize) -> u32 {
        self.word(index).load(Ordering::Acquire)
    }

    fn add(&self, index: usize, count: u32) {
        self.word(index).fetch_add(count, Ordering::AcqRel);
    }
}

fn at<'a>(address: usize) -> &'a AtomicU32 {
    // SAFETY: an address in a partition of the neighbours' domain, where the
    // test has put a word for them; a wrong one would stop the neighbour, and
    // the test with it.
    unsafe { &*ptr::with_exposed_provenance::<AtomicU32>(address) }
}

/// Each millisecond, looks whether memory and objects are as they were, and
/// whether the tick came in its time.
pub extern "C" fn tick(arg: u32) -> u32 {
    let part = Part(arg as usize);
    match ticks(&part) {
        Ok(()) => 0,
        Err(failure) => failure.code(),
    }
}

fn ticks(part: &Part) -> Result<(), Failure> {
    let semaphore = Semaphore::create(1, 3)?;
    let timer = Timer::create()?;
    let mut due = now() + PERIOD;
    timer.start_periodic(due, PERIOD)?;
    let memory = part.get(PATTERN) as usize;
    while part.get(STOP) == 0 {
        let expiries = timer.wait(Deadline::FOREVER)?;
        let late = now().since(due).ticks() as u32;
        part.word(LATEST).fetch_max(late, Ordering::AcqRel);
        part.add(MISSED, expiries - 1);
        for _ in 0..expiries {
            due = due + PERIOD;
        }
        let mut same = true;
        for index in 0..PATTERN_WORDS {
            same &= at(memory + 4 * index).load(Ordering::Acquire) == pattern(index);
        }
        same &= semaphore.take(Deadline::NOW).is_ok();
        same &= semaphore.take(Deadline::NOW) == Err(SysError::Timeout);
        same &= semaphore.give().is_ok();
        same &= semaphore.count() == Ok(1);
        same &= due > Instant::from_ticks(0);
        if !same {
            part.add(DIFFERENCES, 1);
        }
        part.add(ROUNDS, 1);
    }
    Ok(())
}

/// Answers each ping.
pub extern "C" fn echo(arg: u32) -> u32 {
    let part = Part(arg as usize);
    match echoes(&part) {
        Ok(()) => 0,
        Err(failure) => failure.code(),
    }
}

fn echoes(part: &Part) -> Result<(), Failure> {
    let semaphore = |word| Semaphore::from_word(part.get(word)).ok_or(SysError::BadHandle);
    let (ping, pong) = (semaphore(PING)?, semaphore(PONG)?);
    loop {
        ping.take(Deadline::FOREVER)?;
        if part.get(STOP) != 0 {
            return Ok(());
        }
        acelab_user::null()?;
        part.add(ROUNDS, 1);
        pong.give()?;
    }
}
