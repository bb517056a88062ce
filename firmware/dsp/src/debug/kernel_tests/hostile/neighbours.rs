//! The neighbours of a hostile thread.

use acelab_abi::core_id::CoreId;
use acelab_user::{AnyObject, Builder, Deadline, Entry, Object, Owned, Semaphore, rights};

use super::super::check::{Failure, at_least, at_most, ends_with, same};
use super::super::sandbox::{Child, launch};
use super::arena::Arena;
use super::neighbour::{
    DIFFERENCES, FIRST, LATEST, MISSED, PATTERN, PATTERN_WORDS, PERIOD, PING, PONG, ROUNDS, STOP,
    WORDS, echo, pattern, tick,
};
use super::page::Page;
use crate::power;

/// More urgent than the test: a tick comes in its time whatever the test does.
const TICK: u32 = 2;
const ECHO: u32 = 3;
/// Less urgent than everybody: preempted all the time.
const WATCH: u32 = 30;
/// How long an answer may take.
const PATIENCE_MILLIS: u32 = 5;
/// Most threads: an echo, and two for each core.
const MOST: usize = 1 + 2 * acelab_abi::core_id::MAX_CORES;
/// A tick is late beyond this, in microseconds. A syscall or an interrupt
/// handler, with the kernel lock held by another core, takes less.
pub const LATE_MICROS: u64 = 500;

/// Which neighbours there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// On the core of the hostile thread, none that wakes up by itself: for
    /// tests that look at the state of all threads.
    Quiet,
    /// On the core of the hostile thread.
    Here,
    /// On one more core as well, if one is up.
    Everywhere,
}

/// What the neighbours have seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Ticks of all of them.
    pub ticks: u32,
    /// Rounds of those who look at their registers.
    pub rounds: u32,
}

/// Threads in the arena's other domain.
pub struct Neighbours {
    threads: [Option<Child>; MOST],
    page: Page,
    pattern: Page,
    ping: Owned<Semaphore>,
    pong: Owned<Semaphore>,
    count: usize,
}

impl Neighbours {
    /// Lets them run.
    pub fn start(arena: &Arena, which: Which) -> Result<Self, Failure> {
        let page = Page::attached(1, arena.other(), rights::WRITE | rights::UNCACHED)?;
        let memory = Page::attached(1, arena.other(), rights::WRITE)?;
        for index in 0..PATTERN_WORDS {
            memory.set(index, pattern(index));
        }
        let mut all = Self {
            threads: [const { None }; MOST],
            page,
            pattern: memory,
            ping: Semaphore::create(0, 1)?,
            pong: Semaphore::create(0, 1)?,
            count: 0,
        };
        let core = arena.core();
        all.launch(arena, core, "echo", echo, ECHO)?;
        all.watch(arena, core)?;
        if which != Which::Quiet {
            all.launch(arena, core, "tick", tick, TICK)?;
        }
        if which == Which::Everywhere {
            let up = |other: &CoreId| *other != core && power::active() & other.bit() != 0;
            if let Some(other) = CoreId::ALL.into_iter().find(up) {
                all.watch(arena, other)?;
                all.launch(arena, other, "tick", tick, TICK)?;
            }
        }
        // The FPU of each core has an owner before the first hostile thread.
        acelab_user::sleep(PERIOD)?;
        Ok(all)
    }

    fn watch(&mut self, arena: &Arena, core: CoreId) -> Result<(), Failure> {
        unsafe extern "C" {
            safe fn hostile_watch(part: u32) -> u32;
        }
        self.launch(arena, core, "watch", hostile_watch, WATCH)
    }

    fn launch(
        &mut self,
        arena: &Arena,
        core: CoreId,
        name: &str,
        entry: Entry,
        priority: u32,
    ) -> Result<(), Failure> {
        let part = self.count * WORDS;
        let words = [
            (PATTERN, self.pattern.user()),
            (PING, self.ping.word()),
            (PONG, self.pong.word()),
        ];
        for (index, word) in words {
            self.page.set(part + index, word);
        }
        if priority == WATCH {
            self.page
                .set(part + FIRST, 0x0100_0000 * (self.count as u32 + 1));
        }
        let builder = Builder::new(name, entry)
            .arg(self.page.user_uncached() + 4 * part as u32)
            .core(core)
            .domain(arena.other())
            .priority(priority);
        let objects = [
            AnyObject::from_handle(self.ping.handle()),
            AnyObject::from_handle(self.pong.handle()),
        ];
        self.threads[self.count] = Some(launch(&builder, &objects)?);
        self.count += 1;
        Ok(())
    }

    /// A neighbour on the core of the hostile thread makes a null system call and
    /// answers.
    pub fn ping(&self) -> Result<(), Failure> {
        self.ping.give()?;
        self.pong.take(Deadline::after_millis(PATIENCE_MILLIS))?;
        Ok(())
    }

    /// A number that changes with any word that neighbours do not write.
    pub fn hash(&self) -> u32 {
        self.pattern.hash()
    }

    /// Ends them. Nobody has seen a difference, no tick was missed or late.
    pub fn stop(self) -> Result<Seen, Failure> {
        self.stop_within(LATE_MICROS)
    }

    /// The same with another bound for how late a tick may be.
    pub fn stop_within(mut self, late_micros: u64) -> Result<Seen, Failure> {
        let mut seen = Seen::default();
        let mut worst = 0;
        for number in 0..self.count {
            self.page.set(number * WORDS + STOP, 1);
        }
        self.ping.give()?;
        let threads = core::mem::replace(&mut self.threads, [const { None }; MOST]);
        for (number, thread) in threads.iter().flatten().enumerate() {
            ends_with(**thread, 0)?;
            let word = |index| self.page.get(number * WORDS + index);
            same(word(DIFFERENCES), 0_u32)?;
            // The echo is the first, and then one watches and one ticks.
            match number {
                0 => {}
                _ if number % 2 == 0 => {
                    if late_micros <= PERIOD.as_micros() {
                        same(word(MISSED), 0_u32)?;
                    }
                    let late = acelab_abi::clock::ticks_to_micros(word(LATEST).into());
                    at_most(late, late_micros)?;
                    at_least(word(ROUNDS), 1_u32)?;
                    seen.ticks += word(ROUNDS);
                    worst = worst.max(late as u32);
                }
                _ => seen.rounds += word(ROUNDS),
            }
        }
        at_least(seen.rounds, 1_u32)?;
        // For the record, which the snapshot does not hold.
        acelab_user::mark(0x7000_0000 | seen.ticks)?;
        acelab_user::mark(0x7300_0000 | worst)?;
        acelab_user::mark(0x7100_0000 | seen.rounds)?;
        Ok(seen)
    }
}
