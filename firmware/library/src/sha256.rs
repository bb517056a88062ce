//! SHA-256 (FIPS 180-4) over words.
//!
//! Files consist of words, and words are what the DSP loads at once; so input is
//! words in memory order, and the message schedule is a ring of 16 words.

use crate::format::{DIGEST_WORDS, Digest};

const BLOCK_WORDS: usize = 16;
const ROUNDS: usize = 64;

const INITIAL: [u32; DIGEST_WORDS] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

#[rustfmt::skip]
const K: [u32; ROUNDS] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

/// A digest in the making.
#[derive(Clone, Debug)]
pub struct Sha256 {
    state: [u32; DIGEST_WORDS],
    block: [u32; BLOCK_WORDS],
    /// Words taken in.
    words: u32,
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

impl Sha256 {
    /// The digest of nothing so far.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: INITIAL,
            block: [0; BLOCK_WORDS],
            words: 0,
        }
    }

    /// Takes in a word; its first byte in memory is the first of the message.
    pub fn word(&mut self, word: u32) {
        self.push(word.swap_bytes());
    }

    /// Takes in words in their order.
    pub fn words(&mut self, words: &[u32]) {
        for word in words {
            self.word(*word);
        }
    }

    fn push(&mut self, message: u32) {
        let place = self.words as usize % BLOCK_WORDS;
        self.block[place] = message;
        self.words = self.words.wrapping_add(1);
        if place == BLOCK_WORDS - 1 {
            compress(&mut self.state, &mut self.block);
        }
    }

    /// The digest, its bytes in memory in the order of the standard.
    #[must_use]
    pub fn finish(mut self) -> Digest {
        let bits = u64::from(self.words) * u64::from(u32::BITS);
        self.push(0x8000_0000);
        while self.words as usize % BLOCK_WORDS != BLOCK_WORDS - 2 {
            self.push(0);
        }
        self.push((bits >> 32) as u32);
        self.push(bits as u32);
        self.state.map(u32::swap_bytes)
    }
}

/// The digest of words.
#[must_use]
pub fn digest(words: &[u32]) -> Digest {
    let mut hash = Sha256::new();
    hash.words(words);
    hash.finish()
}

/// One round of which the eight variables have their names already: none is moved.
macro_rules! round {
    ($a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $sum:expr) => {
        let big1 = $e.rotate_right(6) ^ $e.rotate_right(11) ^ $e.rotate_right(25);
        let choice = $g ^ ($e & ($f ^ $g));
        let first = $h
            .wrapping_add(big1)
            .wrapping_add(choice)
            .wrapping_add($sum);
        let big0 = $a.rotate_right(2) ^ $a.rotate_right(13) ^ $a.rotate_right(22);
        let majority = ($a & $b) | ($c & ($a | $b));
        $d = $d.wrapping_add(first);
        $h = first.wrapping_add(big0).wrapping_add(majority);
    };
}

/// Eight rounds, after which the variables have their places again.
macro_rules! eight_rounds {
    ($($v:ident)*; $sum:expr) => {
        eight_rounds!(@ $($v)*, $sum);
    };
    (@ $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident, $sum:expr) => {
        round!($a $b $c $d $e $f $g $h, $sum[0]);
        round!($h $a $b $c $d $e $f $g, $sum[1]);
        round!($g $h $a $b $c $d $e $f, $sum[2]);
        round!($f $g $h $a $b $c $d $e, $sum[3]);
        round!($e $f $g $h $a $b $c $d, $sum[4]);
        round!($d $e $f $g $h $a $b $c, $sum[5]);
        round!($c $d $e $f $g $h $a $b, $sum[6]);
        round!($b $c $d $e $f $g $h $a, $sum[7]);
    };
}

/// One block of 16 words into the state. The block becomes the last 16 words of
/// the message schedule, each with its constant added while it is used.
fn compress(state: &mut [u32; DIGEST_WORDS], schedule: &mut [u32; BLOCK_WORDS]) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (group, constants) in K.as_chunks::<BLOCK_WORDS>().0.iter().enumerate() {
        if group > 0 {
            expand(schedule);
        }
        let halves = schedule.as_chunks::<8>().0.iter();
        for (words, constants) in halves.zip(constants.as_chunks::<8>().0) {
            let mut sums = *words;
            for (sum, constant) in sums.iter_mut().zip(constants) {
                *sum = sum.wrapping_add(*constant);
            }
            eight_rounds!(a b c d e f g h; sums);
        }
    }
    for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(add);
    }
}

/// The next 16 words of the message schedule.
fn expand(schedule: &mut [u32; BLOCK_WORDS]) {
    macro_rules! next {
        ($($at:literal)*) => {$(
            let w15 = schedule[($at + 1) % BLOCK_WORDS];
            let w2 = schedule[($at + 14) % BLOCK_WORDS];
            let small0 = w15.rotate_right(7) ^ w15.rotate_right(18) ^ (w15 >> 3);
            let small1 = w2.rotate_right(17) ^ w2.rotate_right(19) ^ (w2 >> 10);
            schedule[$at] = schedule[$at]
                .wrapping_add(small0)
                .wrapping_add(schedule[($at + 9) % BLOCK_WORDS])
                .wrapping_add(small1);
        )*};
    }
    next!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::Digest as _;

    use super::*;

    proptest! {
        #[test]
        fn it_is_what_the_crate_says(words in proptest::collection::vec(any::<u32>(), 0..100)) {
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            let expected: [u8; 32] = sha2::Sha256::digest(&bytes).into();
            let got: Vec<u8> = digest(&words).iter().flat_map(|word| word.to_le_bytes()).collect();
            prop_assert_eq!(got, expected);
        }
    }
}
