//! TONE and PROBE against their definitions.

mod common;

use acelab_module_sdk::{CreateError, Format, Fragment, Pin, SampleFormat, SamplesMut, Sink};
use acelab_reference::{Pcm, Rig, probe, tone};
use common::{any_format, create, stream};
use proptest::prelude::*;

fn sound(frequency: u32, amplitude: u32) -> Vec<u8> {
    [frequency.to_le_bytes(), amplitude.to_le_bytes()].concat()
}

proptest! {
    #[test]
    fn tone_equals_its_definition(
        rate in 8_000..=192_000u32, part in 0..1000u32, amplitude in 0..=i32::MAX as u32,
        channels in 1..=8u8, calls in proptest::collection::vec(0..100usize, 0..6),
    ) {
        let frequency = (u64::from(rate) * 499 * u64::from(part) / 1000) as u32;
        let format = Format::new(rate, channels, SampleFormat::S32).unwrap();
        let mut module = create("TONE", format, &sound(frequency, amplitude)).unwrap();
        module.prepare(&[], &[Pin { queue: 0, format }]).unwrap();
        let expected = tone(frequency, amplitude, rate, calls.iter().sum());
        let mut at = 0;
        for frames in calls {
            let mut out = vec![0; frames * format.channels()];
            let mut sinks = [Sink::new(0, format.channels(), SamplesMut::S32([&mut out, &mut []]), true)];
            module.process(&mut [], &mut sinks).unwrap();
            prop_assert_eq!(sinks[0].produced(), frames);
            for frame in out.chunks_exact(format.channels()) {
                prop_assert!(frame.iter().all(|sample| *sample == expected[at]), "frame {}", at);
                at += 1;
            }
        }
    }

    #[test]
    fn probe_equals_its_definition(
        (format, words) in any_format().prop_flat_map(|format| (Just(format), stream(format, 120))),
        bound: bool, seed: u64,
    ) {
        let input = Pcm { format, words };
        let mut module = create("PROBE", format, &[]).unwrap();
        let outputs = if bound { vec![format] } else { vec![] };
        let found = Rig::new(seed, 70).run(&mut *module, std::slice::from_ref(&input), &outputs, |_, _| usize::MAX);
        if let [found] = &found[..] {
            let expected = Pcm::from_q31(format, &input.to_q31());
            prop_assert_eq!(found.difference(&expected), None);
        }
        let (hash, peak) = probe(&input.to_q31());
        let mut seen = [0; 16];
        prop_assert_eq!(module.get_config(0, &mut seen), Ok(16));
        let expected = [&(input.frames() as u64).to_le_bytes()[..], &hash.to_le_bytes(), &peak.to_le_bytes()].concat();
        prop_assert_eq!(&seen[..], &expected);
        module.set_config(1, Fragment::Whole, &[]).unwrap();
        module.get_config(0, &mut seen).unwrap();
        prop_assert_eq!(seen, [0; 16]);
    }
}

#[test]
fn impossible_tones_are_refused() {
    let format = Format::new(48_000, 2, SampleFormat::S32).unwrap();
    let refused = |data: &[u8]| create("TONE", format, data).err();
    assert_eq!(refused(&[0; 7]), Some(CreateError::Length(7)));
    let wrong = Some(CreateError::Value("module configuration"));
    assert_eq!(refused(&sound(24_000_000, 1)), wrong);
    assert_eq!(refused(&sound(1_000_000, 1 << 31)), wrong);
    assert_eq!(refused(&sound(23_999_999, i32::MAX as u32)), None);
}
