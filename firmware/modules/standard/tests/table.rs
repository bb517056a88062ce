//! What holds for all modules.

mod common;

use std::collections::BTreeSet;

use acelab_abi::ipc4::volume::{UNITY, VolumeRecord};
use acelab_module_sdk::{
    CreateError, Format, FormatError, Fragment, InitPayload, Module, Pin, PrepareError,
    SampleFormat,
};
use acelab_modules::{MODULES, find};
use common::{create, payload, wire};
use proptest::prelude::*;

/// A payload behind the base configuration that each module takes.
fn specific(name: &str) -> Vec<u8> {
    match name {
        "GAIN" | "PEAKVOL" => wire(&VolumeRecord::all(UNITY)),
        "SRC" => 44_100u32.to_le_bytes().to_vec(),
        "UPDWMIX" => vec![0; 8],
        "TONE" => vec![0, 1, 0, 0, 0, 1, 0, 0],
        _ => Vec::new(),
    }
}

fn stereo() -> Format {
    Format::new(48_000, 2, SampleFormat::S32).unwrap()
}

fn instance(name: &str) -> Box<dyn Module> {
    create(name, stereo(), &specific(name)).unwrap()
}

#[test]
fn names_and_uuids_are_unique() {
    let names: BTreeSet<&str> = MODULES.iter().map(|module| module.name()).collect();
    let uuids: BTreeSet<_> = MODULES.iter().map(|module| module.uuid).collect();
    assert_eq!((names.len(), uuids.len()), (MODULES.len(), MODULES.len()));
    for module in MODULES {
        assert_eq!(
            find(module.name()).map(|found| found.uuid),
            Some(module.uuid)
        );
        assert!(module.name().bytes().all(|byte| byte.is_ascii_uppercase()));
        assert!(module.inputs <= 8 && module.outputs <= 8);
    }
    assert!(find("").is_none());
}

#[test]
fn a_uuid_lies_in_memory_as_hosts_write_it() {
    let expected = [
        0xA8, 0xA9, 0xBC, 0x61, 0xD0, 0x18, 0x18, 0x4A, 0x8E, 0x7B, 0x26, 0x39, 0x21, 0x98, 0x04,
        0xB7,
    ];
    assert_eq!(find("GAIN").unwrap().uuid.0, expected);
}

#[test]
fn every_module_refuses_impossible_formats_and_short_payloads() {
    for module in MODULES {
        let create = |payload: &[u8]| {
            InitPayload::parse(payload)
                .and_then(|payload| (module.create)(&payload))
                .err()
        };
        let good = payload(stereo(), &specific(module.name()));
        assert!(create(&good).is_none(), "{}", module.name());
        for length in 0..40 {
            assert_eq!(create(&good[..length]), Some(CreateError::Length(length)));
        }
        for channels in [0, 9, 255] {
            let mut bad = good.clone();
            bad[36] = channels;
            let expected = CreateError::Format(FormatError::Channels(channels));
            assert_eq!(create(&bad), Some(expected));
        }
        for rate in [0, 7_999, 192_001, u32::MAX] {
            let mut bad = good.clone();
            bad[16..20].copy_from_slice(&rate.to_le_bytes());
            let expected = CreateError::Format(FormatError::Rate(rate));
            assert_eq!(create(&bad), Some(expected));
        }
    }
}

#[test]
fn every_module_refuses_pins_that_it_cannot_have() {
    let pin = |queue, format| Pin { queue, format };
    let good = stereo();
    let slow = Format::new(32_000, 2, SampleFormat::S32).unwrap();
    for module in MODULES {
        let mut instance = instance(module.name());
        let inputs: Vec<Pin> = (0..=module.inputs).map(|queue| pin(queue, good)).collect();
        let outputs: Vec<Pin> = (0..=module.outputs).map(|queue| pin(queue, good)).collect();
        let most = |pins: &[Pin], count: u8| pins[..count.into()].to_vec();
        let few = most(&outputs, module.outputs);
        if module.name() != "PROBE" {
            let refused = instance.prepare(&inputs, &few);
            assert_eq!(refused, Err(PrepareError::Pins), "{}", module.name());
            let refused = instance.prepare(&most(&inputs, module.inputs), &outputs);
            assert_eq!(refused, Err(PrepareError::Pins), "{}", module.name());
            let slow: Vec<Pin> = few.iter().map(|few| pin(few.queue, slow)).collect();
            let refused = instance.prepare(&most(&inputs, module.inputs), &slow);
            assert_eq!(refused, Err(PrepareError::Format), "{}", module.name());
        }
    }
}

#[test]
fn process_without_pins_does_nothing() {
    for module in MODULES {
        let mut instance = instance(module.name());
        assert_eq!(
            instance.process(&mut [], &mut []),
            Ok(()),
            "{}",
            module.name()
        );
        instance.reset();
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_module_panic(
        base in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..60)),
        behind in proptest::collection::vec(prop_oneof![Just(0u8), any::<u8>()], 0..150),
        id in prop_oneof![0..4u32, Just(200), any::<u32>()],
        fragment in prop_oneof![
            Just(Fragment::Whole), any::<u32>().prop_map(|total| Fragment::First { total }),
            (any::<u32>(), any::<bool>()).prop_map(|(offset, last)| Fragment::Next { offset, last }),
        ],
    ) {
        for module in MODULES {
            let bytes = match &base {
                Some(base) => [&base[..], &behind].concat(),
                None => payload(stereo(), &behind),
            };
            if let Ok(payload) = InitPayload::parse(&bytes) {
                drop((module.create)(&payload));
            }
            let mut instance = instance(module.name());
            let mut before = [0; 600];
            let length = instance.get_config(id, &mut before);
            let changed = instance.set_config(id, fragment, &behind);
            let mut after = [0; 600];
            prop_assert_eq!(instance.get_config(id, &mut after).is_ok(), length.is_ok() || changed.is_ok() && length.is_ok());
            if changed.is_err() {
                prop_assert_eq!(before, after);
            }
            let mut short = [0; 3];
            prop_assert!(instance.get_config(id, &mut short).unwrap_or(0) <= 3);
        }
    }
}
