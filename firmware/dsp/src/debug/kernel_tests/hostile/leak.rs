//! What a thread finds in its registers: nothing that another thread, or the
//! kernel, has had there.

use acelab_ipc4::TestResult;
use acelab_user::{Duration, now};

use super::super::check::{Failure, ends_with, same};
use super::super::sandbox::launch;
use super::super::{Env, Outcome};
use super::arena::Arena;
use super::neighbours::{Neighbours, Which};

/// Words of a dump.
const DUMP: usize = 64;
/// Time in which the neighbours fill their registers.
const SLEEP: Duration = Duration::from_micros(300);

/// Words of a dump that are a-registers.
const REGISTERS: usize = 16;
/// First of the words of the FPU, after SAR, LBEG, LEND, LCOUNT, SCOMPARE1, BR,
/// THREADPTR.
const FPU: usize = 23;
const WORDS: usize = 41;
/// SAR as the kernel leaves it after a system call: `ssl` by 0.
const NO_SHIFT: u32 = 32;

/// See the list.
pub fn register_leak(env: &Env) -> Outcome {
    unsafe extern "C" {
        safe fn hostile_dump(block: u32) -> u32;
    }
    let [rounds, ..] = env.args;
    let arena = Arena::new(env)?;
    // They fill every register, the FPU's too, whenever the thread sleeps.
    let neighbours = Neighbours::start(&arena, Which::Here)?;
    let block = arena.block();
    for _ in 0..rounds {
        for index in 0..DUMP {
            block.set(index, 0xFFFF_FFFF);
        }
        let wake = (now() + SLEEP).ticks();
        block.set(DUMP, wake as u32);
        block.set(DUMP + 1, (wake >> 32) as u32);
        let builder = arena.builder(hostile_dump, block.user_uncached());
        let thread = launch(&builder, &[])?;
        ends_with(*thread, 0)?;
        check_start(|index| block.get(index), block.user_uncached())?;
        check_return(|index| block.get(DUMP + index))?;
    }
    neighbours.stop()?;
    Ok(TestResult::new(&[rounds]))
}

/// A thread begins with a0, a1, a2 and THREADPTR, and zeros.
fn check_start(word: impl Fn(usize) -> u32, argument: u32) -> Result<(), Failure> {
    same(word(2), argument)?;
    same(word(1), word(22))?;
    for index in (3..FPU - 1).chain(FPU..WORDS) {
        // The place goes into the report as well.
        same(
            (index as u64) << 32 | u64::from(word(index)),
            (index as u64) << 32,
        )?;
    }
    Ok(())
}

/// After a system call: results, its own, and zeros.
fn check_return(word: impl Fn(usize) -> u32) -> Result<(), Failure> {
    for index in 3..12 {
        same(
            (index as u64) << 32 | u64::from(word(index)),
            (index as u64) << 32,
        )?;
    }
    for index in 13..REGISTERS {
        same(word(index), 0x700 + index as u32)?;
    }
    same(word(REGISTERS), NO_SHIFT)?;
    for index in (REGISTERS + 1..FPU - 1).chain(FPU..WORDS) {
        same(
            (index as u64) << 32 | u64::from(word(index)),
            (index as u64) << 32,
        )?;
    }
    Ok(())
}
