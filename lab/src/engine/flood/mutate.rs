//! A message with something wrong in it.

use super::words::may_end_the_run;
use crate::case::message::Message;
use crate::engine::random::Random;

/// Numbers at which comparisons go wrong.
const CORNERS: [u32; 10] = [
    0,
    1,
    2,
    0xFF,
    0x100,
    0xFFFF,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFFE,
    u32::MAX,
];

/// Bits of the primary word that the host may set; the highest is BUSY.
const PRIMARY_BITS: u32 = 31;

/// Changes one to three things.
pub(super) fn mutated(message: &Message, random: &mut Random) -> Message {
    let mut changed = message.clone();
    for _ in 0..=random.below(3) {
        change(&mut changed, random);
    }
    if may_end_the_run(&changed) {
        return message.clone();
    }
    changed
}

fn change(message: &mut Message, random: &mut Random) {
    match random.below(8) {
        0 => message.primary ^= 1 << random.below(PRIMARY_BITS),
        1 => message.extension ^= 1 << random.below(32),
        2 => message.extension = corner(random),
        3 => cut(&mut message.payload, random),
        4 => {
            let more = random.below(64);
            message
                .payload
                .extend((0..more).map(|_| random.word() as u8));
        }
        5 => flip(&mut message.payload, random),
        _ => replace_word(&mut message.payload, random),
    }
}

fn corner(random: &mut Random) -> u32 {
    CORNERS[random.below(CORNERS.len() as u32) as usize]
}

fn cut(payload: &mut Vec<u8>, random: &mut Random) {
    if !payload.is_empty() {
        payload.truncate(random.below(payload.len() as u32) as usize);
    }
}

fn flip(payload: &mut [u8], random: &mut Random) {
    if !payload.is_empty() {
        let at = random.below(payload.len() as u32) as usize;
        payload[at] ^= 1 << random.below(8);
    }
}

fn replace_word(payload: &mut [u8], random: &mut Random) {
    let words = payload.len() / 4;
    if words > 0 {
        let at = 4 * random.below(words as u32) as usize;
        payload[at..at + 4].copy_from_slice(&corner(random).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_mutations_change_something_and_none_rings_busy() {
        let mut random = Random::new(7);
        let message = Message {
            primary: 0x4000_0004,
            extension: 0x10,
            payload: vec![1; 40],
            modules: Vec::new(),
        };
        let changed = (0..1_000).map(|_| mutated(&message, &mut random));
        let different = changed
            .inspect(|changed| assert_eq!(changed.primary >> 31, 0))
            .filter(|changed| *changed != message);
        assert!(different.count() > 900);
    }
}
