//! EQIIR and EQFIR against their definitions.

mod common;

use acelab_module_sdk::{ConfigError, CreateError, Format, Fragment, Module, SampleFormat};
use acelab_reference::{Biquad, Pcm, Rig, Stage, expected as by_payload, fir_blob, iir_blob};
use common::{any_format, any_sample, create, stream};
use proptest::prelude::*;

fn any_biquad() -> impl Strategy<Value = Biquad> {
    let stable = (
        any::<[i32; 3]>(),
        -(1i32 << 30)..1 << 30,
        -(1i32 << 29)..1 << 29,
    );
    let stable = stable.prop_map(|([b2, b1, b0], a1, a2)| [a2, a1, b2 >> 2, b1 >> 2, b0 >> 1]);
    let coefficients = prop_oneof![3 => stable, 1 => any::<[i32; 5]>()];
    let gain = prop_oneof![Just(0x4000), any::<i16>()];
    (coefficients, prop_oneof![Just(0), -13..32i32], gain).prop_map(
        |(coefficients, shift, gain)| Biquad {
            coefficients,
            shift,
            gain,
        },
    )
}

/// Which response each of 8 channels gets when the blob names so many.
fn spread(assignment: &[i32]) -> Vec<Option<usize>> {
    let last = assignment[assignment.len() - 1];
    (0..8)
        .map(|channel| usize::try_from(*assignment.get(channel).unwrap_or(&last)).ok())
        .collect()
}

/// Sends the blob in fragments of so many bytes.
fn configure(module: &mut dyn Module, blob: &[u8], fragment: usize) {
    let count = blob.len().div_ceil(fragment);
    for (index, part) in blob.chunks(fragment).enumerate() {
        let which = match (index, index + 1 == count) {
            (0, true) => Fragment::Whole,
            (0, false) => Fragment::First {
                total: blob.len() as u32,
            },
            (index, last) => Fragment::Next {
                offset: (index * fragment) as u32,
                last,
            },
        };
        module.set_config(0, which, part).unwrap();
    }
}

fn any_assignment(responses: i32) -> impl Strategy<Value = Vec<i32>> {
    proptest::collection::vec(-1..responses, 1..=8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn iir_equals_its_definition(
        (format, words) in any_format().prop_flat_map(|format| (Just(format), stream(format, 120))),
        (responses, assignment) in proptest::collection::vec(proptest::collection::vec(any_biquad(), 1..4), 1..4)
            .prop_flat_map(|responses| { let count = responses.len() as i32; (Just(responses), any_assignment(count)) }),
        sample in any_sample(), fragment in proptest::option::of(1..200usize), seed: u64,
    ) {
        let input = Pcm { format, words };
        let blob = iir_blob(&assignment, &responses);
        let mut module = create("EQIIR", format, if fragment.is_some() { &[] } else { &blob }).unwrap();
        if let Some(fragment) = fragment {
            configure(&mut *module, &blob, fragment);
        }
        let mut back = vec![0; blob.len()];
        prop_assert_eq!(module.get_config(0, &mut back), Ok(blob.len()));
        prop_assert_eq!(&back, &blob);
        let sections = spread(&assignment).into_iter().map(|number| number.map_or(Vec::new(), |n| responses[n].clone())).collect();
        let buffer = format.with_sample(sample);
        let expected = Stage::Iir(sections).run(&input, buffer);
        prop_assert_eq!(by_payload("EQIIR", &blob, &input, buffer).difference(&expected), None);
        let found = Rig::new(seed, 70).run(&mut *module, &[input], &[buffer], |_, _| usize::MAX);
        prop_assert_eq!(found[0].difference(&expected), None);
    }

    #[test]
    fn fir_equals_its_definition(
        (format, words) in any_format().prop_flat_map(|format| (Just(format), stream(format, 120))),
        (responses, assignment) in proptest::collection::vec((proptest::collection::vec(any::<i16>(), 1..80), -14..32i32), 1..4)
            .prop_flat_map(|responses| { let count = responses.len() as i32; (Just(responses), any_assignment(count)) }),
        sample in any_sample(), fragment in proptest::option::of(1..200usize), seed: u64,
    ) {
        let input = Pcm { format, words };
        let narrow: Vec<i16> = assignment.iter().map(|number| *number as i16).collect();
        let blob = fir_blob(&narrow, &responses);
        let mut module = create("EQFIR", format, if fragment.is_some() { &[] } else { &blob }).unwrap();
        if let Some(fragment) = fragment {
            configure(&mut *module, &blob, fragment);
        }
        let taps = spread(&assignment).into_iter().map(|number| number.map(|n| responses[n].clone())).collect();
        let buffer = format.with_sample(sample);
        let expected = Stage::Fir(taps).run(&input, buffer);
        prop_assert_eq!(by_payload("EQFIR", &blob, &input, buffer).difference(&expected), None);
        let found = Rig::new(seed, 70).run(&mut *module, &[input], &[buffer], |_, _| usize::MAX);
        prop_assert_eq!(found[0].difference(&expected), None);
    }

    #[test]
    fn no_blob_makes_a_module_panic(name in 0..2usize, mut blob in proptest::collection::vec(prop_oneof![Just(0u8), Just(1), any::<u8>()], 0..200), sized: bool) {
        if sized && blob.len() >= 4 {
            let size = blob.len() as u32;
            blob[..4].copy_from_slice(&size.to_le_bytes());
        }
        let format = Format::new(48_000, 2, SampleFormat::S32).unwrap();
        if let Ok(mut module) = create(["EQIIR", "EQFIR"][name], format, &blob) {
            let input = Pcm { format, words: vec![i32::MIN; 20] };
            Rig::new(1, 8).run(&mut *module, &[input], &[format], |_, _| usize::MAX);
        }
    }
}

const FLAT: Biquad = Biquad {
    coefficients: [0, 0, 0, 0, 1 << 30],
    shift: 0,
    gain: 0x4000,
};

#[test]
fn wrong_blobs_are_refused() {
    let format = Format::new(48_000, 2, SampleFormat::S32).unwrap();
    let good = iir_blob(&[0, -1], &[vec![FLAT]]);
    assert!(create("EQIIR", format, &good).is_ok());
    let refused = |blob: &[u8]| create("EQIIR", format, blob).err();
    let wrong = Some(CreateError::Value("module configuration"));
    for length in 1..good.len() {
        assert_eq!(refused(&good[..length]), Some(CreateError::Length(length)));
    }
    let longer = [&good[..], &[0]].concat();
    assert_eq!(refused(&longer), Some(CreateError::Length(longer.len())));
    // 0 and 9 channels, 9 responses, response 1 of 1, no section, parallel sections,
    // shift, gain.
    let at = 4 * (7 + 2);
    for (offset, value) in [
        (4, 0),
        (4, 9),
        (8, 9),
        (28, 1),
        (28, -2),
        (at, 0),
        (at, 12),
        (at + 4, 2),
        (at + 44, 32),
        (at + 44, -14),
        (at + 48, 0x8000),
    ] {
        let mut blob = good.clone();
        blob[offset..offset + 4].copy_from_slice(&i32::to_le_bytes(value));
        assert_eq!(refused(&blob), wrong, "{value} at {offset}");
    }
    let fir = |taps: usize| fir_blob(&[0], &[(vec![1; taps], 0)]);
    assert!(create("EQFIR", format, &fir(256)).is_ok());
    assert_eq!(create("EQFIR", format, &fir(257)).err(), wrong);
    assert_eq!(create("EQFIR", format, &fir(0)).err(), wrong);
}

#[test]
fn a_refused_blob_changes_nothing() {
    let format = Format::new(48_000, 1, SampleFormat::S32).unwrap();
    let good = iir_blob(&[0], &[vec![FLAT]]);
    let mut module = create("EQIIR", format, &good).unwrap();
    let half = good.len() / 2;
    let first = Fragment::First {
        total: good.len() as u32,
    };
    let next = |offset, last| Fragment::Next { offset, last };
    let mut set = |fragment, data: &[u8]| module.set_config(0, fragment, data);
    assert_eq!(
        set(Fragment::Whole, &good[..half]),
        Err(ConfigError::Length)
    );
    assert_eq!(set(next(0, true), &good), Err(ConfigError::Sequence));
    assert_eq!(set(first, &good[..half]), Ok(()));
    assert_eq!(
        set(next(half as u32 + 1, true), &good[half..]),
        Err(ConfigError::Sequence)
    );
    assert_eq!(
        set(next(half as u32, true), &good[half..]),
        Err(ConfigError::Sequence)
    );
    assert_eq!(set(first, &good[..half]), Ok(()));
    assert_eq!(
        set(next(half as u32, true), &good[half..good.len() - 1]),
        Err(ConfigError::Length)
    );
    assert_eq!(
        set(Fragment::First { total: u32::MAX }, &[]),
        Err(ConfigError::Length)
    );
    assert_eq!(
        module.set_config(1, Fragment::Whole, &good),
        Err(ConfigError::UnknownParam)
    );
    let mut back = vec![0; good.len()];
    assert_eq!(module.get_config(0, &mut back), Ok(good.len()));
    assert_eq!(back, good);
    assert_eq!(
        module.get_config(0, &mut back[1..]),
        Err(ConfigError::Length)
    );
}
