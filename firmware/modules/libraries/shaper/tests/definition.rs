//! SHAPER against its definition, with the curves as they are on the host.

use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::wire::{Wire, Writer};
use acelab_module_sdk::{Format, InitPayload, SampleFormat};
use acelab_reference::{Pcm, Rig, expected};
use proptest::prelude::*;
use shaper_library::SHAPER;

fn any_sample() -> impl Strategy<Value = i32> {
    prop_oneof![
        Just(0),
        Just(i32::MAX),
        Just(i32::MIN),
        Just(1 << 30),
        Just(-(1 << 30)),
        any::<i32>(),
    ]
}

proptest! {
    #[test]
    fn equals_its_definition(
        words in proptest::collection::vec(any_sample(), 0..64),
        sample in 0..4usize,
        seed: u64,
    ) {
        let format = Format::new(48_000, 1, SampleFormat::ALL[sample]).unwrap();
        let input = Pcm::from_q31(format, &words);
        let mut payload = vec![0; BaseConfig::BYTES];
        let base = BaseConfig::of(format.to_ipc4());
        Writer::new(&mut payload).put(&base).unwrap();
        let mut module = (SHAPER.create)(&InitPayload::parse(&payload).unwrap()).unwrap();
        let expected = expected("SHAPER", &[], &input, format);
        let found = Rig::new(seed, 30).run(&mut *module, &[input], &[format], |_, _| usize::MAX);
        prop_assert_eq!(found[0].difference(&expected), None);
    }
}
