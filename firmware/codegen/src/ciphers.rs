//! Rounds of well-known hashes and ciphers: rotations, additions, tables.

use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};

/// Fractional parts of the cube roots of the first 64 primes.
const fn sha256_constants() -> [u32; 64] {
    let mut constants = [0; 64];
    let (mut prime, mut count) = (2u128, 0);
    while count < 64 {
        let mut divisor = 2;
        while divisor * divisor <= prime && prime % divisor != 0 {
            divisor += 1;
        }
        if divisor * divisor > prime {
            // Largest r with r^3 <= prime * 2^96, by bisection: r = cbrt(prime) * 2^32.
            let (mut low, mut high) = (0u128, 1 << 35);
            while high - low > 1 {
                let middle = (low + high) / 2;
                if middle * middle * middle <= prime << 96 {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            constants[count] = low as u32;
            count += 1;
        }
        prime += 1;
    }
    constants
}

const K: [u32; 64] = sha256_constants();

fn sha256_block(state: &mut [u32; 8], block: &[u8; 64]) {
    let mut w = [0u32; 64];
    for (word, bytes) in w.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    for i in 16..64 {
        let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ w[i - 15] >> 3;
        let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16]
            .wrapping_add(s0)
            .wrapping_add(w[i - 7])
            .wrapping_add(s1);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for i in 0..64 {
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = e & f ^ !e & g;
        let t1 = h
            .wrapping_add(s1)
            .wrapping_add(choice)
            .wrapping_add(K[i])
            .wrapping_add(w[i]);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = a & b ^ a & c ^ b & c;
        (h, g, f, e, d, c, b, a) = (
            g,
            f,
            e,
            d.wrapping_add(t1),
            c,
            b,
            a,
            t1.wrapping_add(s0).wrapping_add(majority),
        );
    }
    for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(add);
    }
}

const SHA256_START: [u32; 8] = [
    0x6A09_E667,
    0xBB67_AE85,
    0x3C6E_F372,
    0xA54F_F53A,
    0x510E_527F,
    0x9B05_688C,
    0x1F83_D9AB,
    0x5BE0_CD19,
];

fn sha256(run: &mut Run) {
    let mut state = SHA256_START;
    // The padded block of the message "abc".
    let mut block = [0u8; 64];
    block[..4].copy_from_slice(&black_box(*b"abc\x80"));
    block[63] = 24;
    sha256_block(&mut state, &block);
    run.hash
        .put(state[0] == 0xBA78_16BF && state[7] == 0xF200_15AD);
    for _ in 0..12 {
        run.inputs.fill(&mut block);
        sha256_block(&mut state, &block);
        for word in state {
            run.hash.put(word);
        }
    }
}

fn quarter(state: &mut [u32; 16], [a, b, c, d]: [usize; 4]) {
    for (x, y, z, by) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
        state[x] = state[x].wrapping_add(state[y]);
        state[z] = (state[z] ^ state[x]).rotate_left(by);
    }
}

fn chacha(run: &mut Run) {
    // The test vector of the quarter round in RFC 8439, 2.1.1.
    let mut vector = [0; 16];
    vector[..4].copy_from_slice(&black_box([
        0x1111_1111,
        0x0102_0304,
        0x9B8D_6F43,
        0x0123_4567,
    ]));
    quarter(&mut vector, [0, 1, 2, 3]);
    run.hash
        .put(vector[..4] == [0xEA2A_92F4, 0xCB1C_F8CE, 0x4581_472E, 0x5881_C4BB]);
    for _ in 0..8 {
        let start: [u32; 16] = core::array::from_fn(|_| run.inputs.next() as u32);
        let mut state = start;
        for _ in 0..10 {
            for column in 0..4 {
                quarter(&mut state, [0, 4, 8, 12].map(|row| row + column));
            }
            for column in 0..4 {
                quarter(
                    &mut state,
                    [0, 1, 2, 3].map(|row| row * 4 + (column + row) % 4),
                );
            }
        }
        for (word, first) in state.iter().zip(start) {
            run.hash.put(word.wrapping_add(first));
        }
    }
}

fn siphash(run: &mut Run) {
    for _ in 0..12 {
        let mut v: [u64; 4] = core::array::from_fn(|_| run.inputs.next());
        for round in 0..12 {
            v[0] = v[0].wrapping_add(v[1]);
            v[2] = v[2].wrapping_add(v[3]);
            v[1] = v[1].rotate_left(13) ^ v[0];
            v[3] = v[3].rotate_left(16) ^ v[2];
            v[0] = v[0].rotate_left(32);
            v[2] = v[2].wrapping_add(v[1]);
            v[0] = v[0].wrapping_add(v[3]);
            v[1] = v[1].rotate_left(17) ^ v[2];
            v[3] = v[3].rotate_left(21) ^ v[0];
            v[2] = v[2].rotate_left(32) ^ round;
        }
        run.hash.put(v[0] ^ v[1] ^ v[2] ^ v[3]);
    }
}

/// Multiplication in GF(2^128), modular powers: wide shifts and products.
fn number_theory(run: &mut Run) {
    for _ in 0..10 {
        let (mut a, b) = (run.inputs.value::<u128>(), run.inputs.value::<u128>());
        let mut product = 0u128;
        for bit in 0..128 {
            product ^= a & (b >> bit & 1).wrapping_neg();
            a = a << 1 ^ (a >> 127).wrapping_neg() & 0x87;
        }
        run.hash.put(product);
        let modulus = run.inputs.next() | 1 << 63 | 1;
        let (mut base, mut power) = (run.inputs.next() % modulus, 1u64);
        for bit in 0..16 {
            if run.inputs.below(2) == 1 || bit == 0 {
                power = (u128::from(power) * u128::from(base) % u128::from(modulus)) as u64;
            }
            base = (u128::from(base) * u128::from(base) % u128::from(modulus)) as u64;
        }
        run.hash.put(power);
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("ciphers/sha256", sha256),
    group!("ciphers/chacha", chacha),
    group!("ciphers/siphash", siphash),
    group!("ciphers/number-theory", number_theory),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let mut block = [0u8; 64];
        block[..4].copy_from_slice(b"abc\x80");
        block[63] = 24;
        let mut state = SHA256_START;
        sha256_block(&mut state, &block);
        assert_eq!((state[0], state[7]), (0xBA78_16BF, 0xF200_15AD));

        let mut vector = [0; 16];
        vector[..4].copy_from_slice(&[0x1111_1111, 0x0102_0304, 0x9B8D_6F43, 0x0123_4567]);
        quarter(&mut vector, [0, 1, 2, 3]);
        assert_eq!(
            vector[..4],
            [0xEA2A_92F4, 0xCB1C_F8CE, 0x4581_472E, 0x5881_C4BB]
        );
    }
}
