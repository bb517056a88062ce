//! Random instructions.

use acelab_ipc4::TestResult;

use super::super::check::{Failure, same};
use super::super::{Env, Outcome};
use super::arena::{Arena, Call};
use super::end::End;
use super::neighbours::{Neighbours, Which};
use super::page::WORDS;
use super::place::Address;
use super::random::Random;

/// Threads for each page full of code.
const THREADS: u32 = 64;
/// How long one may run.
const PATIENCE_MILLIS: u32 = 2;

/// See the list.
pub fn random_code(env: &Env) -> Outcome {
    let [seed, pages, ..] = env.args;
    let arena = Arena::new(env)?;
    let neighbours = Neighbours::start(&arena, Which::Everywhere)?;
    let before = arena.foreign().hash();
    let mut random = Random::new(seed);
    // Threads that faulted, that passed a bad pointer, and that ended otherwise.
    let mut ends = [0_u32; 3];
    for _ in 0..pages {
        let mut words = random;
        arena.load_code((0..WORDS).map(|_| words.word()))?;
        random = Random::new(words.word());
        for _ in 0..THREADS {
            let end = run(&arena, &mut random)?;
            ends[match end {
                End::Fault(_) => 0,
                End::BadPointer(_) => 1,
                _ => 2,
            }] += 1;
        }
        neighbours.ping()?;
    }
    same(arena.foreign().hash(), before)?;
    neighbours.stop()?;
    same(ends.iter().sum::<u32>(), pages * THREADS)?;
    Ok(TestResult::new(&[pages * THREADS]))
}

fn run(arena: &Arena, random: &mut Random) -> Result<End, Failure> {
    let bytes = 4 * WORDS as u32;
    let mut call = Call::at(arena.code().user() + random.below(bytes - 3));
    for register in &mut call.registers {
        *register = match random.below(4) {
            0 => Address::Fixed(random.word()),
            1 => Address::Fixed(random.below(64)),
            2 => Address::Fixed(arena.data().user() + random.below(bytes)),
            _ => Address::OfStack(random.below(bytes) as i32),
        };
    }
    arena.run_for(PATIENCE_MILLIS, &call, &[])
}
