//! An array of bits that is searched and changed word by word.

use crate::lowest_bit::lowest_bit;

const WORD: usize = u32::BITS as usize;

/// `32 * WORDS` bits, all clear at first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<const WORDS: usize>([u32; WORDS]);

impl<const WORDS: usize> Bits<WORDS> {
    pub(super) const fn new() -> Self {
        Self([0; WORDS])
    }

    pub(super) fn clear_all(&mut self) {
        self.0.fill(0);
    }

    pub(super) const fn get(&self, index: usize) -> bool {
        self.0[index / WORD] >> (index % WORD) & 1 != 0
    }

    pub(super) const fn set(&mut self, index: usize) {
        self.0[index / WORD] |= 1 << (index % WORD);
    }

    pub(super) const fn clear(&mut self, index: usize) {
        self.0[index / WORD] &= !(1 << (index % WORD));
    }

    pub(super) fn set_range(&mut self, from: usize, end: usize) {
        change(&mut self.0, from, end, u32::MAX);
    }

    pub(super) fn clear_range(&mut self, from: usize, end: usize) {
        change(&mut self.0, from, end, 0);
    }

    /// The first bit that is set at `from` or behind; `end` when none is
    /// before it.
    pub(super) fn next_set(&self, from: usize, end: usize) -> usize {
        next(&self.0, from, end, 0)
    }

    /// The first bit that is clear at `from` or behind; `end` when none is
    /// before it.
    pub(super) fn next_clear(&self, from: usize, end: usize) -> usize {
        next(&self.0, from, end, u32::MAX)
    }

    /// The first of `count` clear bits in a row from `from` on and before `end`,
    /// the lowest that is a multiple of `step`.
    pub(super) fn clear_run(
        &self,
        from: usize,
        count: usize,
        step: usize,
        end: usize,
    ) -> Option<usize> {
        clear_run(&self.0, from, count, step, end)
    }
}

// Apart from the type, so that the image holds them once, not once per size.

fn change(words: &mut [u32], from: usize, end: usize, to: u32) {
    for (word, mask) in masks(from, end) {
        words[word] = words[word] & !mask | to & mask;
    }
}

fn next(words: &[u32], from: usize, end: usize, flip: u32) -> usize {
    for (word, mask) in masks(from, end) {
        let hits = (words[word] ^ flip) & mask;
        if hits != 0 {
            return word * WORD + lowest_bit(hits);
        }
    }
    end
}

/// Looks at each word once, whatever it holds: a run is short, then it lies in a
/// word, or reaches from one into the next.
fn clear_run(words: &[u32], from: usize, count: usize, step: usize, end: usize) -> Option<usize> {
    debug_assert!(step.is_power_of_two());
    let aligned = |index: usize| (index + step - 1) & !(step - 1);
    let steps = if step < WORD {
        u32::MAX / ((1 << step) - 1)
    } else {
        1
    };
    // Where the run begins that reaches up to the next word.
    let mut run = aligned(from);
    for (word, mask) in masks(from, end) {
        let first = word * WORD;
        let free = !words[word] & mask;
        let ends = first + (!free).trailing_zeros() as usize;
        if ends.saturating_sub(run) >= count {
            return Some(run);
        }
        if free == u32::MAX {
            continue;
        }
        if count <= WORD && first & (step - 1) == 0 {
            let starts = run_starts(free, count) & steps;
            if starts != 0 {
                return Some(first + lowest_bit(starts));
            }
        }
        run = aligned(first + WORD - free.leading_ones() as usize);
    }
    None
}

/// The bits of a word that begin `count` set ones in a row, at most all of them.
fn run_starts(word: u32, count: usize) -> u32 {
    let (mut starts, mut length) = (word, 1);
    while length < count {
        let more = length.min(count - length);
        starts &= starts >> more;
        length += more;
    }
    starts
}

/// The words that hold the bits from `from` to before `end`, with the mask of
/// those bits in each.
fn masks(from: usize, end: usize) -> impl Iterator<Item = (usize, u32)> {
    let words = if from < end {
        from / WORD..end.div_ceil(WORD)
    } else {
        0..0
    };
    words.map(move |word| {
        #[cfg(test)]
        LOOKS.set(LOOKS.get() + 1);
        let low = from.saturating_sub(word * WORD);
        let high = (end - word * WORD).min(WORD);
        (word, u32::MAX >> (WORD - (high - low)) << low)
    })
}

#[cfg(test)]
std::thread_local! {
    /// Words that were looked at.
    static LOOKS: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use std::vec;

    use proptest::prelude::*;

    use super::*;

    /// Words of the largest heap.
    const LARGE: usize = 320;

    /// What a search looks at, of bits that are `pattern` in every word.
    fn looks(pattern: u32, count: usize, step: usize) -> usize {
        let words = vec![pattern; LARGE];
        LOOKS.set(0);
        let found = clear_run(&words, 0, count, step, LARGE * WORD);
        assert_eq!(found, None);
        LOOKS.get()
    }

    #[test]
    fn a_search_looks_at_each_word_once() {
        for pattern in [0xAAAA_AAAA, 0x1111_1111, 0x8000_0000, 1, u32::MAX] {
            for step in [1, 2, 64] {
                for count in [40, 10_239] {
                    let looks = looks(pattern, count, step);
                    assert!(looks <= LARGE, "{pattern:#x}: {looks} words");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn bits_are_those_of_an_array_of_booleans(
            steps in prop::collection::vec((any::<bool>(), 0..=128_usize, 0..=128_usize), 1..20),
            from in 0..=128_usize,
            end in 0..=128_usize,
            count in prop_oneof![4 => 1..40_usize, 1 => Just(usize::MAX)],
            step in prop::sample::select(std::vec![1_usize, 1, 2, 8, 64]),
        ) {
            let mut bits = Bits::<4>::new();
            let mut model = [false; 128];
            for (set, start, stop) in steps {
                if set {
                    bits.set_range(start, stop);
                } else {
                    bits.clear_range(start, stop);
                }
                for bit in model.iter_mut().take(stop).skip(start) {
                    *bit = set;
                }
            }
            for (index, bit) in model.iter().enumerate() {
                prop_assert_eq!(bits.get(index), *bit);
            }
            let first = |wanted| (from..end).find(|&index| model[index] == wanted).unwrap_or(end);
            prop_assert_eq!(bits.next_set(from, end), first(true));
            prop_assert_eq!(bits.next_clear(from, end), first(false));
            let run = (0..end)
                .step_by(step)
                .filter(|&first| first >= from)
                .find(|&first| count <= end - first && !model[first..first + count].contains(&true));
            prop_assert_eq!(bits.clear_run(from, count, step, end), run);
        }
    }
}
