//! Library files that are almost right, and what may become of them.
//!
//! [`generate::library`] makes a library from a seed, [`mutate::mutate`] changes
//! fields of its file by name and mends the digests, [`oracle::judge`] says by
//! slow and obvious rules of its own whether a loader may take the result, and
//! [`world::World`] loads, links, instantiates and removes what it is given, and
//! compares.

pub mod generate;
pub mod mutate;
pub mod oracle;
pub mod random;
pub mod sample;
pub mod world;

use random::Random;
use world::World;

use crate::write::Layout;

/// Files that are made of one library before the next one is generated.
const MUTANTS: u64 = 40;

/// Tries `files` files; what became of them.
///
/// # Panics
///
/// If a loader and the oracle differ, or anything is left behind.
#[must_use]
pub fn run(files: u64, seed: u64) -> world::Account {
    let mut random = Random::new(seed);
    let mut world = World::new(random.fork());
    let mut done = 0;
    while done < files {
        let library = generate::library(&mut random);
        let Ok(file) = library.encode() else {
            continue;
        };
        let layout = Layout::read(&file).ok();
        for _ in 0..MUTANTS.min(files - done) {
            let mutant = mutate::mutate(&file, layout.as_ref(), &mut random);
            world.offer(&mutant, library.abi);
            done += 1;
        }
        world.clear();
    }
    world.account
}

/// Whether a loader that has no other library takes a file.
#[must_use]
pub fn is_taken(words: &[u32], abi: crate::format::Abi) -> bool {
    World::takes_alone(words, abi)
}

/// The file with this number, for whom a loader is to be tried elsewhere: the
/// same for the same number for ever after.
#[must_use]
pub fn file(number: u64, abi: crate::format::Abi) -> Vec<u8> {
    let mut random = Random::new(number);
    loop {
        let mut library = generate::library(&mut random);
        library.abi = abi;
        if let Ok(file) = library.encode() {
            let layout = Layout::read(&file).ok();
            let mutant = mutate::mutate(&file, layout.as_ref(), &mut random);
            return crate::write::to_bytes(&mutant);
        }
    }
}
