//! Bit fields, masks and choices.

use crate::Group;
use crate::group::{Run, group};

fn fields(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..300 {
        let word = inputs.next() as u32;
        let low = inputs.below(32);
        let width = 1 + inputs.below(32 - low);
        let mask = (u32::MAX >> (32 - width)) << low;
        let field = (word & mask) >> low;
        hash.put(field);
        hash.put(word & !mask | (!field << low & mask));
        // Sign extension from any width.
        hash.put(((field << (32 - width)) as i32) >> (32 - width));
    }
}

/// Fields at fixed places, which become EXTUI and SEXT.
fn fixed_fields(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..300 {
        let word = inputs.next() as u32;
        hash.put(word >> 4 & 0xF);
        hash.put(word >> 15 & 0xFFFF);
        hash.put(word >> 11 & 0x1F_FFFF);
        hash.put((word as i32) << 24 >> 24);
        hash.put((word as i32) << 13 >> 20);
        hash.put(word as i16 as i32);
        hash.put((word as i32).clamp(-128, 127));
        hash.put((word as i32 >> 8).clamp(-32768, 32767));
        hash.put((word as i32 >> 3).clamp(-(1 << 22), (1 << 22) - 1));
    }
}

fn wide_choices(run: &mut Run) {
    let Run { inputs, hash } = run;
    inputs.pairs::<u64>(150, |a, b| {
        hash.put(if a > b { a } else { b });
        hash.put(if (a as i64) < (b as i64) { a } else { !b });
        hash.put(if a as u32 == b as u32 { a >> 7 } else { b << 9 });
        hash.put((a == b) as u64 + (a <= b) as u64 * 2 + (a as i64 >= b as i64) as u64 * 4);
    });
    inputs.pairs::<u128>(150, |a, b| {
        hash.put(if a > b { a } else { b });
        hash.put(if (a as i128) < (b as i128) { a } else { !b });
        hash.put((a == b) as u8 + (a <= b) as u8 * 2 + (a as i128 >= b as i128) as u8 * 4);
    });
}

fn bitmap(run: &mut Run) {
    let Run { inputs, hash } = run;
    let mut map = [0u32; 8];
    for _ in 0..400 {
        let bit = inputs.below(256) as usize;
        match inputs.below(3) {
            0 => map[bit / 32] |= 1 << (bit % 32),
            1 => map[bit / 32] &= !(1 << (bit % 32)),
            _ => map[bit / 32] ^= 0x8000_0001u32.rotate_left(bit as u32),
        }
        let first = map.iter().position(|word| *word != 0);
        hash.maybe(first.map(|word| word as u32 * 32 + map[word].trailing_zeros()));
        hash.put(map.iter().map(|word| word.count_ones()).sum::<u32>());
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("bits/fields", fields),
    group!("bits/fixed-fields", fixed_fields),
    group!("bits/wide-choices", wide_choices),
    group!("bits/bitmap", bitmap),
];
