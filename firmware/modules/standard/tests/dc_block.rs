//! DCBLOCK against its definition.

mod common;

use acelab_module_sdk::{CreateError, Format, SampleFormat};
use acelab_reference::{Pcm, Rig, expected};
use common::{any_format, any_sample, create, stream};
use proptest::prelude::*;

proptest! {
    #[test]
    fn equals_its_definition(
        (format, words) in any_format().prop_flat_map(|format| (Just(format), stream(format, 120))),
        weights in proptest::option::of(proptest::collection::vec(0..=1 << 30, 8)),
        sample in any_sample(), seed: u64,
    ) {
        let weights: Vec<i32> = weights.unwrap_or_default();
        let specific: Vec<u8> = weights.iter().flat_map(|weight| weight.to_le_bytes()).collect();
        let (input, buffer) = (Pcm { format, words }, format.with_sample(sample));
        let expected = expected("DCBLOCK", &specific, &input, buffer);
        let mut module = create("DCBLOCK", format, &specific).unwrap();
        let found = Rig::new(seed, 70).run(&mut *module, &[input], &[buffer], |_, _| usize::MAX);
        prop_assert_eq!(found[0].difference(&expected), None);
    }
}

#[test]
fn wrong_payloads_are_refused() {
    let format = Format::new(48_000, 2, SampleFormat::S32).unwrap();
    let refused = |specific: &[u8]| create("DCBLOCK", format, specific).err();
    assert_eq!(refused(&[0; 31]), Some(CreateError::Length(31)));
    assert_eq!(refused(&[0; 33]), Some(CreateError::Length(33)));
    assert_eq!(refused(&[0x7F; 32]), Some(CreateError::Value("weight")));
    assert_eq!(refused(&[0; 32]), None);
}
