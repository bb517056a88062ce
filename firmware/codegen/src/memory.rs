//! Copying, filling and comparing at every alignment and length.

use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};

const SIZE: usize = 160;

fn noise(run: &mut Run) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    run.inputs.fill(&mut bytes);
    bytes
}

fn copy(run: &mut Run) {
    let source = noise(run);
    let mut target = noise(run);
    for length in (0..40).chain([63, 64, 65, 100]) {
        for from in 0..4 {
            for to in 0..4 {
                let (from, to, length) = black_box((from, to, length));
                target[to..to + length].copy_from_slice(&source[from..from + length]);
                run.hash.put(target[to + length / 2]);
                run.hash.put(target[to + length]);
            }
        }
    }
    run.hash.bytes(&target);
}

/// Ranges that overlap, in both directions.
fn shift(run: &mut Run) {
    let mut bytes = noise(run);
    for _ in 0..300 {
        let from = run.inputs.below(SIZE as u32 / 2) as usize;
        let to = run.inputs.below(SIZE as u32 / 2) as usize;
        let length = run.inputs.below(SIZE as u32 / 2) as usize;
        bytes.copy_within(from..from + length, to);
        run.hash.put(bytes[to]);
        run.hash.put(bytes[(to + length) % SIZE]);
    }
    run.hash.bytes(&bytes);
}

fn fill(run: &mut Run) {
    let mut bytes = noise(run);
    for length in 0..50 {
        for start in 0..4 {
            let (start, length) = black_box((start, length));
            bytes[start..start + length].fill(length as u8 ^ 0x5A);
            run.hash.put(bytes[start + length]);
        }
    }
    run.hash.bytes(&bytes);
    let mut words = black_box([0xDEAD_BEEFu32; 17]);
    words[3..11].fill(0);
    for word in words {
        run.hash.put(word);
    }
}

fn compare(run: &mut Run) {
    let left = noise(run);
    for length in 0..40 {
        for start in 0..4 {
            let mut right = left;
            let at = run.inputs.below(SIZE as u32) as usize;
            right[at] ^= 1 << run.inputs.below(8);
            let range = start..start + length;
            run.hash.put(left[range.clone()] == right[range.clone()]);
            run.hash.put(left[range.clone()].cmp(&right[range]));
        }
    }
}

/// Copies of a known size, which become loads and stores.
fn fixed_sizes(run: &mut Run) {
    macro_rules! sizes {
        ($($size:literal)*) => {$({
            let bytes = black_box(noise(run));
            let mut copies = [[0u8; $size]; 3];
            for (index, copy) in copies.iter_mut().enumerate() {
                *copy = bytes[index + 1..index + 1 + $size].try_into().unwrap_or([0; $size]);
            }
            copies.swap(0, 2);
            run.hash.put(copies[0] < copies[1]);
            for copy in black_box(copies) {
                run.hash.bytes(&copy);
            }
        })*};
    }
    sizes! { 1 2 3 4 5 7 8 12 15 16 17 31 32 33 48 64 100 }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("memory/copy", copy),
    group!("memory/shift", shift),
    group!("memory/fill", fill),
    group!("memory/compare", compare),
    group!("memory/fixed-sizes", fixed_sizes),
];
