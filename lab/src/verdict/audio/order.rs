//! Frames whose channels may have been exchanged, each as a whole.

use acelab_signal::{Comparison, Pcm};

/// The recording with each frame that is one of `orders` of what was expected put back
/// into the first order; any other frame is left as it is.
pub fn in_order(expected: &Pcm, recorded: &Pcm, found: &Comparison, orders: &[Vec<u8>]) -> Pcm {
    let sample = recorded.format().sample.bytes();
    let is_order = |came: &[u8], wanted: &[u8], order: &[u8]| {
        came.chunks(sample).zip(order).all(|(came, source)| {
            let from = usize::from(*source) * sample;
            wanted.get(from..from + sample) == Some(came)
        })
    };
    let mut bytes = recorded.slice(0, found.first).to_vec();
    for at in found.first..recorded.frames() {
        let came = recorded.slice(at, at + 1);
        let place = found.first_expected + at - found.first;
        let wanted = expected.slice(place, place + 1);
        let known = orders.iter().any(|order| is_order(came, wanted, order));
        bytes.extend_from_slice(if known { wanted } else { came });
    }
    Pcm::new(recorded.format(), bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use acelab_signal::{Start, compare};

    fn pcm(frames: &[[u8; 2]]) -> Pcm {
        let bytes = frames.iter().flat_map(|[l, r]| [*l, 1, *r, 2]);
        Pcm::new("s16le/48000/2".parse().expect("a format"), bytes.collect())
    }

    #[test]
    fn whole_frames_may_be_exchanged_and_halves_may_not() {
        let frames: Vec<[u8; 2]> = (0..200).map(|n| [n, 255 - n / 2]).collect();
        let expected = pcm(&frames);
        let exchanged = |from: usize, to: usize| {
            let frames = expected.bytes().chunks(4).enumerate();
            let bytes = frames.flat_map(|(at, frame)| match (from..to).contains(&at) {
                true => [frame[2], frame[3], frame[0], frame[1]],
                false => [frame[0], frame[1], frame[2], frame[3]],
            });
            bytes.collect::<Vec<u8>>()
        };
        let glitches = |bytes: Vec<u8>| {
            let recorded = Pcm::new(expected.format(), bytes);
            let found = compare(&expected, &recorded, Start::Beginning).expect("the signal");
            let orders = [vec![0, 1], vec![1, 0]];
            let ordered = in_order(&expected, &recorded, &found, &orders);
            let found = compare(&expected, &ordered, Start::Beginning).expect("the signal");
            found.glitches.len()
        };
        assert_eq!(glitches(exchanged(100, 150)), 0);
        let mut half = exchanged(100, 150);
        half.copy_within(480..482, 482);
        assert_eq!(glitches(half), 1);
    }
}
