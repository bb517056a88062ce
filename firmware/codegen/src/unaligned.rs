//! Words at odd addresses and in packed structures.

use core::hint::black_box;
use core::ptr;

use crate::Group;
use crate::group::{Run, group};

fn reads(run: &mut Run) {
    let mut bytes = [0u8; 64];
    run.inputs.fill(&mut bytes);
    let bytes = black_box(&bytes);
    for at in 0..48 {
        let place = bytes[at..].as_ptr();
        // SAFETY: at least 16 bytes of the array follow `place`, and the reads are unaligned ones.
        unsafe {
            run.hash.put(ptr::read_unaligned(place.cast::<u16>()));
            run.hash.put(ptr::read_unaligned(place.cast::<i32>()));
            run.hash.put(ptr::read_unaligned(place.cast::<u64>()));
            run.hash.put(ptr::read_unaligned(place.cast::<u128>()));
            run.hash.put(ptr::read_unaligned(place.cast::<f32>()));
        }
    }
}

fn writes(run: &mut Run) {
    let mut bytes = [0u8; 64];
    for round in 0..200 {
        let at = run.inputs.below(48) as usize;
        let value = run.inputs.next();
        let place = bytes[at..].as_mut_ptr();
        // SAFETY: at least 16 bytes of the array follow `place`, and the writes are unaligned ones.
        unsafe {
            match round % 4 {
                0 => ptr::write_unaligned(place.cast(), value as u16),
                1 => ptr::write_unaligned(place.cast(), value as u32),
                2 => ptr::write_unaligned(place.cast(), value),
                _ => ptr::write_unaligned(place.cast(), u128::from(value) << 37),
            }
        }
    }
    run.hash.bytes(&bytes);
}

#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Packed {
    tag: u8,
    word: u32,
    half: i16,
    long: u64,
    float: f32,
}

fn packed(run: &mut Run) {
    let Run { inputs, hash } = run;
    let mut table = [Packed {
        tag: 0,
        word: 0,
        half: 0,
        long: 0,
        float: 0.0,
    }; 7];
    for _ in 0..200 {
        let entry = &mut table[inputs.below(7) as usize];
        entry.tag = entry.tag.wrapping_add(1);
        entry.word ^= inputs.next() as u32;
        entry.half = entry.half.wrapping_sub(inputs.value::<i16>());
        entry.long = entry.long.rotate_left(9) ^ inputs.next();
        entry.float += f32::from(inputs.value::<u8>());
    }
    for Packed {
        tag,
        word,
        half,
        long,
        float,
    } in black_box(table)
    {
        hash.put(tag);
        hash.put(word);
        hash.put(half);
        hash.put(long);
        hash.put(float);
    }
}

fn byte_order(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..150 {
        let mut bytes = [0u8; 16];
        inputs.fill(&mut bytes);
        let [a, b, c, d, ..] = bytes;
        hash.put(u32::from_be_bytes([a, b, c, d]));
        hash.put(i32::from_le_bytes([d, c, b, a]));
        hash.put(u16::from_be_bytes([b, c]).to_le());
        hash.put(u128::from_be_bytes(bytes));
        hash.bytes(&inputs.next().to_be_bytes());
        hash.bytes(
            &u64::from_le_bytes([a, b, c, d, d, c, b, a])
                .swap_bytes()
                .to_ne_bytes(),
        );
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("unaligned/reads", reads),
    group!("unaligned/writes", writes),
    group!("unaligned/packed", packed),
    group!("unaligned/byte-order", byte_order),
];

#[cfg(test)]
mod tests {
    use super::GROUPS;

    /// What Miri runs: the only `unsafe` of this crate is in this file.
    #[test]
    fn unaligned_accesses_stay_inside_their_objects() {
        for group in GROUPS {
            assert_ne!((group.run)(1), (group.run)(2), "{}", group.name);
        }
    }
}
