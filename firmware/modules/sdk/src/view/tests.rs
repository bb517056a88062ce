//! Views against plain vectors.

use super::*;
use crate::convert::{Encoding, F32, S16, S24, S32};
use proptest::prelude::*;

#[test]
fn both_pieces_are_one_stream() {
    let (a, b) = ([1i16, 2, 3, 4], [5i16, 6]);
    let mut source = Source::new(0, 2, Samples::S16([&a, &b]), true);
    assert_eq!(source.frames(), 3);
    let mut block = [0; 5];
    assert_eq!(source.read(&mut block), 2);
    assert_eq!(block, [1 << 16, 2 << 16, 3 << 16, 4 << 16, 0]);
    assert_eq!((source.frames(), source.consumed()), (1, 2));
    assert_eq!(source.read(&mut block), 1);
    assert_eq!(block[..2], [5 << 16, 6 << 16]);
    assert_eq!(source.read(&mut block), 0);
    assert_eq!(source.skip(9), 0);
}

#[test]
fn another_number_of_channels_is_not_copied() {
    let mut places = [7; 4];
    let mut source = Source::new(0, 2, Samples::S32([&[1, 2], &[]]), true);
    let mut sink = Sink::new(0, 1, SamplesMut::S32([&mut places, &mut []]), true);
    assert_eq!(source.copy_to(&mut sink, 9), 0);
    assert_eq!((source.frames(), sink.frames()), (1, 4));
    assert_eq!(places, [7; 4]);
}

proptest! {
    #[test]
    fn copies_do_not_depend_on_pieces(
        values in proptest::collection::vec(any::<i32>(), 0..120),
        from in 0..120usize, to in 0..120usize, take in 0..20usize, channels in 1..=8usize,
        format in 0..16u8,
    ) {
        let whole = values.len() / channels * channels;
        let values = &values[..whole];
        let cut = |at: usize| at.min(whole) / channels * channels;
        let narrow: Vec<i16> = values.iter().map(|value| *value as i16).collect();
        let (halves, words) = (narrow.split_at(cut(from)), values.split_at(cut(from)));
        let samples = match format / 4 {
            0 => Samples::S16([halves.0, halves.1]),
            1 => Samples::S24([words.0, words.1]),
            2 => Samples::S32([words.0, words.1]),
            _ => Samples::F32([words.0, words.1]),
        };
        let mut out16 = vec![0i16; whole];
        let mut out32 = vec![0i32; whole];
        let (half, word) = (out16.split_at_mut(cut(to)), out32.split_at_mut(cut(to)));
        let places = match format % 4 {
            0 => SamplesMut::S16([half.0, half.1]),
            1 => SamplesMut::S24([word.0, word.1]),
            2 => SamplesMut::S32([word.0, word.1]),
            _ => SamplesMut::F32([word.0, word.1]),
        };
        let mut source = Source::new(1, channels, samples, true);
        let mut sink = Sink::new(2, channels, places, false);
        let first = source.copy_to(&mut sink, take);
        prop_assert_eq!(first, take.min(whole / channels));
        source.copy_to(&mut sink, usize::MAX / 16);
        prop_assert_eq!((source.consumed(), sink.produced()), (whole / channels, whole / channels));

        let expected = |value: i32| match format / 4 {
            0 => S16::decode(value as i16),
            1 => S24::decode(value),
            2 => S32::decode(value),
            _ => F32::decode(value),
        };
        for (index, value) in values.iter().enumerate() {
            let same = format / 4 == format % 4;
            match format % 4 {
                0 if same => prop_assert_eq!(out16[index], *value as i16),
                0 => prop_assert_eq!(out16[index], S16::encode(expected(*value))),
                _ if same => prop_assert_eq!(out32[index], *value),
                1 => prop_assert_eq!(out32[index], S24::encode(expected(*value))),
                2 => prop_assert_eq!(out32[index], expected(*value)),
                _ => prop_assert_eq!(out32[index], F32::encode(expected(*value))),
            }
        }
    }
}

#[test]
fn what_others_have_moved_is_counted_and_no_more_can_be() {
    let (input, mut output) = ([1, 2, 3, 4], [0; 4]);
    for (moved, counted) in [(0, 0), (1, 1), (2, 2), (3, 2), (usize::MAX, 2)] {
        let mut source = Source::new(0, 2, Samples::S32([&input, &[]]), true);
        source.finish(moved);
        assert_eq!((source.consumed(), source.frames()), (counted, 0));
        assert_eq!((source.read(&mut [0; 4]), source.skip(1)), (0, 0));
        let mut sink = Sink::new(0, 2, SamplesMut::S32([&mut output, &mut []]), true);
        sink.finish(moved);
        assert_eq!((sink.produced(), sink.frames()), (counted, 0));
        assert_eq!((sink.write(&[7; 4]), sink.silence(1)), (0, 0));
        let mut fresh = Source::new(0, 2, Samples::S32([&input, &[]]), true);
        assert_eq!(fresh.copy_to(&mut sink, 2), 0);
        assert_eq!(sink.produced(), counted);
    }
    assert_eq!(output, [0; 4]);
}
