//! Fixed-point signal processing: Q1.15, Q1.31 and wide accumulators.

use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};

fn multiply_q15(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b) + (1 << 14)) >> 15).clamp(-0x8000, 0x7FFF) as i16
}

fn multiply_q31(a: i32, b: i32) -> i32 {
    ((i64::from(a) * i64::from(b) + (1 << 30)) >> 31).clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

fn products(run: &mut Run) {
    let Run { inputs, hash } = run;
    inputs.pairs::<i16>(150, |a, b| hash.put(multiply_q15(a, b)));
    inputs.pairs::<i32>(150, |a, b| {
        hash.put(multiply_q31(a, b));
        hash.put(((i64::from(a) * i64::from(b)) >> 23) as i32);
    });
}

fn fir(run: &mut Run) {
    let taps: [i16; 24] = core::array::from_fn(|_| run.inputs.next() as i16 >> 3);
    let mut line = [0i16; 24];
    for _ in 0..120 {
        line.copy_within(..23, 1);
        line[0] = run.inputs.next() as i16;
        let sum: i64 = black_box(&line)
            .iter()
            .zip(&taps)
            .map(|(x, h)| i64::from(*x) * i64::from(*h))
            .sum();
        let narrow: i32 = line
            .iter()
            .zip(&taps)
            .map(|(x, h)| (i32::from(*x) * i32::from(*h)) >> 4)
            .sum();
        run.hash.put((sum >> 15).clamp(-0x8000, 0x7FFF) as i16);
        run.hash.put(narrow);
    }
}

fn biquad(run: &mut Run) {
    let [b0, b1, b2, a1, a2]: [i32; 5] = black_box([
        0x0CCC_CCCD,
        0x1999_999A,
        0x0CCC_CCCD,
        -0x2666_6666,
        0x1000_0000,
    ]);
    let (mut x1, mut x2, mut y1, mut y2) = (0i32, 0i32, 0i32, 0i32);
    for _ in 0..300 {
        let x = run.inputs.next() as i32 >> 2;
        let sum = i64::from(b0) * i64::from(x)
            + i64::from(b1) * i64::from(x1)
            + i64::from(b2) * i64::from(x2)
            - i64::from(a1) * i64::from(y1)
            - i64::from(a2) * i64::from(y2);
        let y = (sum >> 30).clamp(i32::MIN.into(), i32::MAX.into()) as i32;
        (x2, x1, y2, y1) = (x1, x, y1, y);
        run.hash.put(y);
    }
}

/// Volume ramps, channel swaps and packing of 24-bit samples.
fn samples(run: &mut Run) {
    let mut gain = 0x0100_0000i32;
    let mut packed = [0u8; 36];
    for round in 0..40 {
        let frame: [i32; 6] = core::array::from_fn(|_| run.inputs.next() as i32 >> 8);
        gain = gain.saturating_add((round * 0x0012_3456) >> 3);
        for (index, sample) in frame.iter().enumerate() {
            let scaled =
                ((i64::from(*sample) * i64::from(gain)) >> 24).clamp(-0x80_0000, 0x7F_FFFF) as i32;
            packed[index * 3..index * 3 + 3].copy_from_slice(&scaled.to_le_bytes()[..3]);
            run.hash.put(scaled << 8 >> 16);
        }
        packed.rotate_right(5);
        let unpacked = packed
            .chunks_exact(3)
            .map(|b| i32::from_le_bytes([0, b[0], b[1], b[2]]) >> 8);
        unpacked.for_each(|sample| run.hash.put(sample));
    }
}

/// Square roots, logarithms and sines by integers alone.
fn functions(run: &mut Run) {
    let Run { inputs, hash } = run;
    inputs.values::<u64>(60, |x| {
        let mut root = 0u64;
        for bit in (0..32).rev() {
            let next = root | 1 << bit;
            if next.checked_mul(next).is_some_and(|square| square <= x) {
                root = next;
            }
        }
        hash.put(root);
        hash.put(x.checked_ilog2().unwrap_or(99) << 8 | x.checked_ilog10().unwrap_or(99));
    });
    let (mut sine, mut cosine) = (0i32, 0x3FFF_FFFFi32);
    let step: i32 = black_box(0x00C9_0FDB);
    for _ in 0..200 {
        sine = sine.wrapping_add(((i64::from(cosine) * i64::from(step)) >> 28) as i32);
        cosine = cosine.wrapping_sub(((i64::from(sine) * i64::from(step)) >> 28) as i32);
        hash.put(sine ^ cosine);
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("fixed-point/products", products),
    group!("fixed-point/fir", fir),
    group!("fixed-point/biquad", biquad),
    group!("fixed-point/samples", samples),
    group!("fixed-point/functions", functions),
];
