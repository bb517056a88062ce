//! Chains of iterator adapters.

use crate::Group;
use crate::group::{Run, group};

fn numbers(run: &mut Run) -> [i32; 64] {
    core::array::from_fn(|_| run.inputs.value::<i16>().into())
}

fn chains(run: &mut Run) {
    for _ in 0..8 {
        let (left, right) = (numbers(run), numbers(run));
        let hash = &mut run.hash;
        hash.put(
            left.iter()
                .zip(&right)
                .map(|(a, b)| i64::from(*a) * i64::from(*b))
                .sum::<i64>(),
        );
        hash.put(
            left.iter()
                .chain(&right)
                .rev()
                .step_by(3)
                .fold(7i32, |h, a| h.wrapping_mul(31).wrapping_add(*a)),
        );
        hash.maybe(left.iter().copied().max());
        hash.maybe(right.iter().min_by_key(|a| a.unsigned_abs()).copied());
        hash.maybe(left.iter().position(|a| *a < 0));
        hash.put(left.iter().filter(|a| **a % 3 == 0).count());
        hash.put(
            left.iter()
                .skip_while(|a| **a > -5)
                .take_while(|a| **a != 1)
                .count(),
        );
        hash.put(left.contains(&3) as u8 | (right.iter().all(|a| *a < 30_000) as u8) << 1);
        let scanned = right.iter().scan(0i32, |sum, a| {
            *sum = sum.wrapping_add(*a);
            (*sum % 11 != 10).then_some(*sum)
        });
        scanned.for_each(|a| hash.put(a));
    }
}

fn windows(run: &mut Run) {
    for size in 1..9 {
        let numbers = numbers(run);
        let hash = &mut run.hash;
        for window in numbers.windows(size) {
            hash.put(window.iter().sum::<i32>());
        }
        for chunk in numbers.chunks(size) {
            hash.put(chunk.iter().fold(0, |a, b| a ^ b));
        }
        for chunk in numbers.rchunks_exact(size) {
            hash.put(chunk[0]);
        }
        for part in numbers.split(|a| a % 5 == 0) {
            hash.put(part.len());
        }
        for part in numbers.chunk_by(|a, b| (a < b) == (size % 2 == 0)) {
            hash.put(part.len());
        }
    }
}

fn nested(run: &mut Run) {
    let numbers = numbers(run);
    let hash = &mut run.hash;
    let triangle = (1..=10u32).flat_map(|n| (0..n).map(move |k| n * 100 + k));
    for (index, number) in triangle.enumerate() {
        hash.put(number ^ numbers[index % 64] as u32);
    }
    for (a, b) in (0..=u8::MAX).step_by(17).zip((0..200u64).rev().step_by(13)) {
        hash.put(u64::from(a) << 32 | b);
    }
    let mut peekable = numbers.iter().peekable();
    while let Some(number) = peekable.next() {
        let next = peekable.next_if(|next| **next > *number);
        hash.maybe(next.copied());
    }
    let mut array = core::array::from_fn::<u16, 20, _>(|index| index as u16 * 3);
    let (low, high) = array.split_at_mut(9);
    for (a, b) in low.iter_mut().zip(high.iter_mut().rev()) {
        core::mem::swap(a, b);
    }
    for number in array {
        hash.put(number);
    }
    hash.put(
        (-5i64..=5)
            .rev()
            .map(|a| a * a * a)
            .filter(|a| a & 1 == 1)
            .sum::<i64>(),
    );
}

pub(crate) const GROUPS: &[Group] = &[
    group!("iterators/chains", chains),
    group!("iterators/windows", windows),
    group!("iterators/nested", nested),
];
