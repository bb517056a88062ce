//! The list of groups.

use crate::hash::Hash;
use crate::inputs::Inputs;

/// One theme, small enough that a difference points at its cause.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Unique name, e.g. `u32/div`.
    pub name: &'static str,
    /// Hash of all results for a seed.
    pub run: fn(seed: u64) -> u64,
}

/// What the body of a group works with.
pub(crate) struct Run {
    /// Where the inputs come from.
    pub inputs: Inputs,
    /// Where the results go.
    pub hash: Hash,
}

impl Run {
    /// Runs `body` with the inputs of `seed` and hands back the hash.
    pub fn hash(seed: u64, body: fn(&mut Run)) -> u64 {
        let mut run = Run {
            inputs: Inputs::new(seed),
            hash: Hash::new(),
        };
        body(&mut run);
        run.hash.finish()
    }
}

/// Makes a [`Group`] of a name and of a `fn(&mut Run)`.
macro_rules! group {
    ($name:expr, $body:expr) => {
        $crate::Group {
            name: $name,
            run: |seed| $crate::group::Run::hash(core::hint::black_box(seed), $body),
        }
    };
}
pub(crate) use group;

const THEMES: &[&[Group]] = &[
    crate::integers::GROUPS,
    crate::guards::GROUPS,
    crate::integer_text::GROUPS,
    crate::casts::GROUPS,
    crate::bits::GROUPS,
    crate::atomics::GROUPS,
    crate::floats::GROUPS,
    crate::float_conversions::GROUPS,
    crate::float_text::GROUPS,
    crate::formatting::GROUPS,
    crate::memory::GROUPS,
    crate::unaligned::GROUPS,
    crate::sorting::GROUPS,
    crate::iterators::GROUPS,
    crate::aggregates::GROUPS,
    crate::calls::GROUPS,
    crate::dispatch::GROUPS,
    crate::enums::GROUPS,
    crate::recursion::GROUPS,
    crate::frames::GROUPS,
    crate::text::GROUPS,
    crate::time::GROUPS,
    crate::checksums::GROUPS,
    crate::ciphers::GROUPS,
    crate::fixed_point::GROUPS,
];

const COUNT: usize = {
    let mut count = 0;
    let mut theme = 0;
    while theme < THEMES.len() {
        count += THEMES[theme].len();
        theme += 1;
    }
    count
};

const ALL: [Group; COUNT] = {
    let mut all = [THEMES[0][0]; COUNT];
    let mut next = 0;
    let mut theme = 0;
    while theme < THEMES.len() {
        let mut index = 0;
        while index < THEMES[theme].len() {
            all[next] = THEMES[theme][index];
            next += 1;
            index += 1;
        }
        theme += 1;
    }
    all
};

/// The groups that need no heap. Their order is stable within a version of this
/// crate, whatever its features: name a group by its name.
pub const GROUPS: &[Group] = &ALL;

/// The groups that allocate. They stand apart, because a feature that one crate
/// of a build turns on must not change what another one counts.
#[cfg(feature = "alloc")]
pub const HEAP_GROUPS: &[Group] = crate::collections::GROUPS;

/// The group in [`GROUPS`] called `name`.
pub fn find(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name == name)
}
