//! Changes to a file.

use super::random::Random;
use crate::format::{BODY_WORD, MANIFEST_OFFSET, WORD};
use crate::write::Layout;

/// The file with up to four changes; its digests are right again most times.
#[must_use]
pub fn mutate(file: &[u32], layout: Option<&Layout>, random: &mut Random) -> Vec<u32> {
    let mut mutant = file.to_vec();
    let Some(layout) = layout else {
        return mutant;
    };
    for _ in 0..random.below(4) {
        match random.below(12) {
            0 => flip(&mut mutant, random),
            1 | 2 => site(&mut mutant, layout, random),
            _ => field(&mut mutant, layout, random),
        }
    }
    match random.below(8) {
        0 => {}
        1 => layout.seal_manifest(&mut mutant),
        _ => layout.seal(&mut mutant),
    }
    if random.once_in(40) {
        let length = random.below(mutant.len());
        mutant.truncate(length);
    }
    mutant
}

/// One bit of the manifest or of a part.
fn flip(file: &mut [u32], random: &mut Random) {
    let manifest = (MANIFEST_OFFSET / WORD) as usize;
    let place = match random.below(2) {
        0 => manifest + random.below(400),
        _ => BODY_WORD + random.below(file.len().saturating_sub(BODY_WORD)),
    };
    if let Some(word) = file.get_mut(place) {
        *word ^= 1 << random.below(32);
    }
}

/// One word of some field.
fn field(file: &mut [u32], layout: &Layout, random: &mut Random) {
    let count = layout.fields().count();
    let Some((_, words)) = layout.fields().nth(random.below(count)) else {
        return;
    };
    if words.is_empty() {
        return;
    }
    let place = words.start + random.below(words.len());
    let other = file[(MANIFEST_OFFSET / WORD) as usize + random.below(400)];
    if let Some(word) = file.get_mut(place) {
        *word = value(*word, other, random);
    }
}

/// A value that is likely to be just right or just wrong.
fn value(old: u32, other: u32, random: &mut Random) -> u32 {
    let step = random.one_of(&[1, 2, 4, 8, 0x1000, 0x1_0000, 0x10_0000]);
    match random.below(10) {
        0 => 0,
        1 => u32::MAX,
        2 => random.word(),
        3 => 1 << random.below(32),
        4 => other,
        5 | 6 => old.wrapping_add(step),
        7 | 8 => old.wrapping_sub(step),
        _ => old ^ 1 << random.below(32),
    }
}

/// Something in a list of sites: an entry twice, two exchanged, a new one.
fn site(file: &mut [u32], layout: &Layout, random: &mut Random) {
    let lists = layout.fields().filter(|(name, words)| {
        let is_list = name.ends_with(".site");
        is_list && !words.is_empty()
    });
    let lists: Vec<_> = lists.map(|(_, words)| words).collect();
    let Some(list) = lists.get(random.below(lists.len())) else {
        return;
    };
    let one = list.start + random.below(list.len());
    let two = list.start + random.below(list.len());
    match random.below(3) {
        0 => file[one] = file[two],
        1 => file.swap(one, two),
        _ => file[one] = value(file[one], file[two], random),
    }
}
