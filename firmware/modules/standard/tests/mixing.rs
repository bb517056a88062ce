//! MIXIN, MIXOUT, MICSEL, UPDWMIX and the copier's core against their definitions.

mod common;

use acelab_abi::ipc4::audio_format::ChannelConfig;
use acelab_abi::ipc4::mixer::MixerMode;
use acelab_module_sdk::{Format, Fragment, SampleFormat, Samples, SamplesMut, Sink, Source};
use acelab_modules::{ChannelMap, FrameCopy};
use acelab_reference::{Pcm, Rig, Stage, mixout, up_down_weights};
use common::{any_format, any_layout, any_sample, create, stream, wire};
use proptest::prelude::*;

fn with_layout(format: Format, layout: ChannelConfig, sample: SampleFormat) -> Format {
    let channels = up_down_weights(layout, layout, None).len() as u8;
    let format = Format::new(format.rate(), channels, sample).unwrap();
    format.with_map(layout, format.map())
}

fn with_channels(format: Format, channels: u8, sample: SampleFormat) -> Format {
    Format::new(format.rate(), channels, sample).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn mixin_equals_its_definition(
        (format, words) in any_format().prop_flat_map(|format| (Just(format), stream(format, 120))),
        outputs in proptest::collection::vec((any_sample(), 1..=8u8), 1..=3),
        modes in proptest::collection::vec((0..2u32, 1..=8u32, any::<u32>(), any::<u16>()), 3),
        configured in any::<bool>(),
        seed: u64,
    ) {
        let input = Pcm { format, words };
        let modes: Vec<MixerMode> = (0u32..).zip(modes).map(|(output, (mode, channels, channel_map, gain))| MixerMode {
            output, mode, channels, channel_map, gain, reserved: 0,
        }).collect();
        let plain = |output| MixerMode { output, gain: 1024, ..MixerMode::default() };
        let mut module = create("MIXIN", format, &[]).unwrap();
        if configured {
            let records: Vec<u8> = modes.iter().flat_map(wire).collect();
            let data = [&3u32.to_le_bytes()[..], &records].concat();
            module.set_config(1, Fragment::Whole, &data).unwrap();
            let mut back = [0; 64];
            prop_assert_eq!(module.get_config(1, &mut back), Ok(64));
            prop_assert_eq!(&back[..], &data);
        }
        let formats: Vec<Format> = outputs.iter().map(|(sample, channels)| with_channels(format, *channels, *sample)).collect();
        let found = Rig::new(seed, 70).run(&mut *module, std::slice::from_ref(&input), &formats, |_, _| usize::MAX);
        for (output, (found, buffer)) in found.iter().zip(&formats).enumerate() {
            let mode = if configured { modes[output] } else { plain(output as u32) };
            let expected = Stage::Mixin(mode).run(&input, *buffer);
            prop_assert_eq!(found.difference(&expected), None);
        }
    }

    #[test]
    fn mixout_equals_its_definition(
        (format, streams) in any_format().prop_flat_map(|format| {
            let one = any_sample().prop_flat_map(move |sample| {
                let format = format.with_sample(sample);
                stream(format, 120).prop_map(move |words| Pcm { format, words })
            });
            (Just(format), proptest::collection::vec(one, 1..=8))
        }),
        seed: u64,
    ) {
        let shortest = streams.iter().map(|pcm| pcm.words.len()).min().unwrap();
        let streams: Vec<Pcm> = streams.into_iter().map(|mut pcm| {
            pcm.words.truncate(shortest);
            pcm
        }).collect();
        let mut module = create("MIXOUT", format, &[]).unwrap();
        let found = Rig::new(seed, 70).in_lockstep().run(&mut *module, &streams, &[format], |_, _| usize::MAX);
        prop_assert_eq!(found[0].difference(&mixout(&streams, format.sample())), None);
    }

    #[test]
    fn selector_equals_its_definition(
        (format, words) in any_format().prop_flat_map(|format| (Just(format), stream(format, 120))),
        sample in any_sample(), channels in 1..=8u8, weights in proptest::option::of(proptest::collection::vec(any::<i16>(), 64)),
        seed: u64,
    ) {
        let input = Pcm { format, words };
        let mut module = create("MICSEL", format, &[]).unwrap();
        if let Some(weights) = &weights {
            let data: Vec<u8> = [0u8; 4].into_iter().chain(weights.iter().flat_map(|weight| weight.to_le_bytes())).collect();
            module.set_config(0, Fragment::Whole, &data).unwrap();
        }
        let rows = (0..channels.into()).map(|output: usize| (0..8).map(|input| match &weights {
            Some(weights) => weights[8 * output + input].into(),
            None => if input == output { 1024 } else { 0 },
        }).collect()).collect();
        let buffer = with_channels(format, channels, sample);
        let expected = Stage::Weights { rows, places: 10 }.run(&input, buffer);
        let found = Rig::new(seed, 70).run(&mut *module, &[input], &[buffer], |_, _| usize::MAX);
        prop_assert_eq!(found[0].difference(&expected), None);
    }

    #[test]
    fn up_down_mixer_equals_its_definition(
        (format, words, from) in (any_format(), any_layout()).prop_flat_map(|(format, layout)| {
            let format = with_layout(format, layout, format.sample());
            (Just(format), stream(format, 60), Just(layout))
        }),
        to in any_layout(), sample in any_sample(), custom in proptest::option::of(any::<[i32; 8]>()), seed: u64,
    ) {
        let input = Pcm { format, words };
        let mut specific = vec![to.code(), u32::from(custom.is_some())];
        if let Some(weights) = custom {
            specific.extend(weights.map(|weight| weight as u32));
            specific.push(0);
        }
        let specific: Vec<u8> = specific.into_iter().flat_map(u32::to_le_bytes).collect();
        let mut module = create("UPDWMIX", format, &specific).unwrap();
        let buffer = with_layout(format, to, sample);
        let rows = up_down_weights(from, to, custom);
        let expected = Stage::Weights { rows, places: 28 }.run(&input, buffer);
        let found = Rig::new(seed, 70).run(&mut *module, &[input], &[buffer], |_, _| usize::MAX);
        prop_assert_eq!(found[0].difference(&expected), None);
    }

    #[test]
    fn mapped_copies_equal_their_definition(
        values in proptest::collection::vec(any::<i32>(), 0..100), from in 1..=8u8, to in 1..=8u8,
        map: u32, identity: bool, attenuation in 0..32u8,
    ) {
        let input = Format::new(48_000, from, SampleFormat::S32).unwrap();
        let output = Format::new(48_000, to, SampleFormat::S24).unwrap();
        let map = if identity { ChannelMap::IDENTITY } else { ChannelMap(map) };
        let values = &values[..values.len() / input.channels() * input.channels()];
        let frames = values.len() / input.channels();
        let mut out = vec![0; frames * output.channels()];
        let (first, second) = out.split_at_mut(frames / 2 * output.channels());
        let copied = FrameCopy { map, attenuation }.move_frames(
            &mut Source::new(0, input.channels(), Samples::S32([values, &[]]), true),
            &mut Sink::new(0, output.channels(), SamplesMut::S24([first, second]), true),
            usize::MAX,
        );
        prop_assert_eq!(copied, frames);
        let input = Pcm { format: input, words: values.to_vec() };
        let stage = Stage::MappedCopy { map: map.0, attenuation: attenuation.into() };
        let found = Pcm { format: output, words: out };
        prop_assert_eq!(found.difference(&stage.run(&input, output)), None);
    }
}

/// A view of stereo frames.
fn source(queue: u8, words: &[i32], active: bool) -> Source<'_> {
    Source::new(queue, 2, Samples::S32([words, &[]]), active)
}

/// Calls a mixout once with a sink of 8 stereo frames; what it has written.
fn mix_once(sources: &mut [Source<'_>]) -> Vec<i32> {
    let format = Format::new(8_000, 2, SampleFormat::S32).unwrap();
    let mut module = create("MIXOUT", format, &[]).unwrap();
    let pins: Vec<_> = (0..2)
        .map(|queue| acelab_module_sdk::Pin { queue, format })
        .collect();
    module.prepare(&pins, &pins[..1]).unwrap();
    let mut out = [77; 16];
    let mut sinks = [Sink::new(0, 2, SamplesMut::S32([&mut out, &mut []]), true)];
    module.process(sources, &mut sinks).unwrap();
    let produced = sinks[0].produced();
    out[..2 * produced].to_vec()
}

#[test]
fn a_starving_stream_does_not_stop_the_mix() {
    let words = [1, 2, 3, 4];
    assert_eq!(
        mix_once(&mut [source(0, &words, true), source(1, &[], true)]),
        words
    );
    let mut sources = [source(0, &words, true), source(1, &[10, 10], true)];
    assert_eq!(mix_once(&mut sources), [11, 12]);
    assert_eq!(sources[0].frames(), 1);
}

#[test]
fn a_paused_stream_is_silence_and_stays() {
    let words = [1, 2, 3, 4];
    let mut sources = [source(0, &words, true), source(1, &[5, 5], false)];
    assert_eq!(mix_once(&mut sources), words);
    assert_eq!(sources[1].consumed(), 0);
}

#[test]
fn without_any_stream_there_is_a_period_of_silence() {
    assert_eq!(mix_once(&mut [source(0, &[5, 5], false)]), [0; 16]);
    assert_eq!(mix_once(&mut []), [0; 16]);
}
