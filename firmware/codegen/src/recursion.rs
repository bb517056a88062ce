//! Recursion, direct and mutual.

use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};

#[inline(never)]
fn ackermann(m: u32, n: u32) -> u32 {
    match (m, n) {
        (0, n) => n + 1,
        (m, 0) => ackermann(m - 1, 1),
        (m, n) => ackermann(m - 1, ackermann(m, n - 1)),
    }
}

#[inline(never)]
fn hanoi(disks: u32, from: u8, to: u8, visit: &mut dyn FnMut(u32, u8, u8)) {
    if disks > 0 {
        let spare = 6 - from - to;
        hanoi(disks - 1, from, spare, visit);
        visit(disks, from, to);
        hanoi(disks - 1, spare, to, visit);
    }
}

#[inline(never)]
fn even(n: u64, bits: u64) -> u64 {
    if n == 0 {
        bits
    } else {
        odd(n - 1, bits.rotate_left(3) ^ n)
    }
}

#[inline(never)]
fn odd(n: u64, bits: u64) -> u64 {
    if n == 0 {
        !bits
    } else {
        even(n - 1, bits.wrapping_mul(5) ^ n << 32)
    }
}

fn functions(run: &mut Run) {
    let Run { inputs, hash } = run;
    for m in 0..3 {
        for n in 0..6 {
            hash.put(ackermann(black_box(m), black_box(n)));
        }
    }
    hanoi(black_box(7), 1, 3, &mut |disk, from, to| {
        hash.put(disk << 16 | u32::from(from) << 8 | u32::from(to))
    });
    for _ in 0..10 {
        hash.put(even(inputs.below(40).into(), inputs.next()));
    }
}

/// Solutions of the queens problem, by backtracking.
fn backtracking(run: &mut Run) {
    #[inline(never)]
    fn place(row: u32, size: u32, columns: u32, left: u32, right: u32) -> u32 {
        if row == size {
            return 1;
        }
        let mut free = !(columns | left | right) & ((1 << size) - 1);
        let mut found = 0;
        while free != 0 {
            let bit = free & free.wrapping_neg();
            free ^= bit;
            found += place(
                row + 1,
                size,
                columns | bit,
                (left | bit) << 1,
                (right | bit) >> 1,
            );
        }
        found
    }
    for size in 1..8 {
        run.hash.put(place(0, black_box(size), 0, 0, 0));
    }
}

/// A parser by recursive descent for `+ - * / ( )`, over random expressions.
fn parsing(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..60 {
        let mut text = [0u8; 40];
        for byte in &mut text {
            *byte = b"0123456789((((+-*/)))) "[inputs.below(23) as usize];
        }
        hash.maybe(Parser { text: &text, at: 0 }.sum(0));
    }
    for text in black_box([
        "(1+2)*3-4/(5-5)",
        "2*(3+4)*5-(6/2)",
        "((((9))))*-1",
        "7/3*3+7-2*2",
    ]) {
        hash.maybe(
            Parser {
                text: text.as_bytes(),
                at: 0,
            }
            .sum(0),
        );
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn take(&mut self, wanted: &[u8]) -> Option<u8> {
        let byte = *self.text.get(self.at)?;
        wanted.contains(&byte).then(|| {
            self.at += 1;
            byte
        })
    }

    fn sum(&mut self, depth: u32) -> Option<i64> {
        let mut value = self.product(depth)?;
        while let Some(sign) = self.take(b"+-") {
            let other = self.product(depth)?;
            value = if sign == b'+' {
                value.checked_add(other)?
            } else {
                value.checked_sub(other)?
            };
        }
        Some(value)
    }

    fn product(&mut self, depth: u32) -> Option<i64> {
        let mut value = self.atom(depth)?;
        while let Some(sign) = self.take(b"*/") {
            let other = self.atom(depth)?;
            value = if sign == b'*' {
                value.checked_mul(other)?
            } else {
                value.checked_div(other)?
            };
        }
        Some(value)
    }

    fn atom(&mut self, depth: u32) -> Option<i64> {
        if depth < 16 && self.take(b"(").is_some() {
            let value = self.sum(depth + 1)?;
            self.take(b")")?;
            return Some(value);
        }
        let mut value = None;
        while let Some(digit) = self.take(b"0123456789") {
            value = Some(
                value
                    .unwrap_or(0i64)
                    .checked_mul(10)?
                    .checked_add((digit - b'0').into())?,
            );
        }
        value
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("recursion/functions", functions),
    group!("recursion/backtracking", backtracking),
    group!("recursion/parsing", parsing),
];
