//! GAIN and PEAKVOL against their definition.

mod common;

use acelab_abi::ipc4::control::{ControlHead, ControlValue};
use acelab_abi::ipc4::module_config::param::SWITCH_CONTROL;
use acelab_abi::ipc4::volume::{ALL_CHANNELS, UNITY, VolumeRecord};
use acelab_module_sdk::{ConfigError, Fragment, Module};
use acelab_reference::{Change, Pcm, Rig, VolumeStage};
use common::{any_format, create, stream, wire};
use proptest::prelude::*;

fn set(module: &mut dyn Module, id: u32, data: &[u8]) -> Result<(), ConfigError> {
    module.set_config(id, Fragment::Whole, data)
}

fn mute(channel: usize, muted: bool) -> Vec<u8> {
    let head = ControlHead {
        id: 0,
        count: 1,
        reserved: [0; 4],
    };
    let value = ControlValue {
        channel: channel as u32,
        value: u32::from(!muted),
    };
    [wire(&head), wire(&value)].concat()
}

fn apply(module: &mut dyn Module, change: &Change) {
    match change {
        Change::Volume(record) => set(module, 0, &wire(record)),
        Change::Attenuation(bits) => set(module, 1, &bits.to_le_bytes()),
        Change::Duration(duration) => set(module, 2, &duration.to_le_bytes()),
        Change::Mute(channel, muted) => set(module, SWITCH_CONTROL, &mute(*channel, *muted)),
    }
    .unwrap();
}

fn any_record(channels: usize) -> impl Strategy<Value = VolumeRecord> {
    let channel = prop_oneof![Just(ALL_CHANNELS), 0..channels as u32];
    let target = prop_oneof![
        Just(0),
        Just(UNITY),
        0..=UNITY,
        (0..31u32).prop_map(|n| 1 << n)
    ];
    (channel, target, 0..6u32, prop_oneof![Just(0), 0..40_000u64]).prop_map(
        |(channel, target, curve, duration)| VolumeRecord {
            channel,
            target,
            curve,
            reserved: 0,
            duration,
        },
    )
}

fn any_change(channels: usize) -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => any_record(channels).prop_map(Change::Volume),
        1 => (0..32u32).prop_map(Change::Attenuation),
        1 => (0..30_000u64).prop_map(Change::Duration),
        2 => (0..channels, any::<bool>()).prop_map(|(channel, muted)| Change::Mute(channel, muted)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn equals_its_definition(
        (format, out, words, init, changes, peaks) in (any_format(), any_format()).prop_flat_map(|(format, out)| {
            let channels = format.channels();
            (
                Just(format),
                Just(format.with_sample(out.sample())),
                stream(format, 120),
                proptest::collection::vec(any_record(channels), 1..4),
                proptest::collection::vec((0..120usize, any_change(channels)), 0..5),
                any::<bool>(),
            )
        }),
        seed: u64,
    ) {
        let input = Pcm { format, words };
        let mut changes = changes;
        changes.sort_by_key(|(at, _)| *at);
        let stage = VolumeStage { init: init.clone(), changes: changes.clone() };
        let expected = stage.run(&input.to_q31(), format.channels(), format.rate());
        let expected = Pcm::from_q31(out, &expected);

        let specific: Vec<u8> = init.iter().flat_map(wire).collect();
        let mut module = create(if peaks { "PEAKVOL" } else { "GAIN" }, format, &specific).unwrap();
        let mut changes = changes.into_iter().peekable();
        let outputs = Rig::new(seed, 70).run(&mut *module, &[input], &[out], |module, taken| {
            while let Some((_, change)) = changes.next_if(|(at, _)| *at == taken) {
                apply(module, &change);
            }
            changes.peek().map_or(usize::MAX, |(at, _)| at - taken)
        });
        prop_assert_eq!(outputs[0].difference(&expected), None);
    }
}
