//! An array of bits that is searched and changed word by word.

const WORD: usize = u32::BITS as usize;

/// `32 * WORDS` bits, all clear at first.
#[derive(Debug)]
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
            return word * WORD + hits.trailing_zeros() as usize;
        }
    }
    end
}

fn clear_run(words: &[u32], from: usize, count: usize, step: usize, end: usize) -> Option<usize> {
    let mut first = from;
    loop {
        first = next(words, first, end, u32::MAX).next_multiple_of(step);
        if count > end.checked_sub(first)? {
            return None;
        }
        let set = next(words, first, first + count, 0);
        if set == first + count {
            return Some(first);
        }
        first = set;
    }
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
        let low = from.saturating_sub(word * WORD);
        let high = (end - word * WORD).min(WORD);
        (word, u32::MAX >> (WORD - (high - low)) << low)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
