//! The standard modules through the interface give what they give when they are
//! called directly: samples, errors, parameters and meters.

mod common;

use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::volume::{UNITY, VolumeRecord};
use acelab_abi::ipc4::wire::{Wire, Writer};
use acelab_module_sdk::{
    CreateError, Format, Fragment, InitPayload, Meters, Module, Pin, SampleFormat, Sink, Source,
};
use acelab_modules::MODULES;
use acelab_reference::{Pcm, Rig};
use common::{TABLES, bounced, guest};
use proptest::prelude::*;

fn wire<T: Wire>(value: &T) -> Vec<u8> {
    let mut bytes = vec![0; T::BYTES];
    Writer::new(&mut bytes).put(value).unwrap();
    bytes
}

/// A payload of INIT_INSTANCE that the module takes, mostly.
fn any_payload(module: usize) -> impl Strategy<Value = (Format, Vec<u8>)> {
    let usual = match MODULES[module].name() {
        "GAIN" | "PEAKVOL" => wire(&VolumeRecord::all(UNITY / 3)),
        "SRC" => 44_100u32.to_le_bytes().to_vec(),
        "UPDWMIX" => vec![0; 8],
        "TONE" => vec![0, 1, 0, 0, 0, 1, 0, 0],
        _ => Vec::new(),
    };
    let specific = prop_oneof![
        6 => Just(usual),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
    ];
    (any_format(), specific).prop_map(|(format, specific)| {
        let base = wire(&BaseConfig::of(format.to_ipc4()));
        (format, [base, specific].concat())
    })
}

fn any_format() -> impl Strategy<Value = Format> {
    (
        prop_oneof![Just(48_000), Just(44_100), 8_000..=192_000u32],
        1..=8u8,
        0..4usize,
    )
        .prop_map(|(rate, channels, sample)| {
            Format::new(rate, channels, SampleFormat::ALL[sample]).unwrap()
        })
}

fn any_fragment() -> impl Strategy<Value = Fragment> {
    prop_oneof![
        4 => Just(Fragment::Whole),
        1 => (0..64u32).prop_map(|total| Fragment::First { total }),
        1 => (0..64u32, any::<bool>()).prop_map(|(offset, last)| Fragment::Next { offset, last }),
    ]
}

/// What is done to a module besides processing.
#[derive(Clone, Debug)]
enum Step {
    Set(u32, Fragment, Vec<u8>),
    Get(u32, usize),
    Reset,
}

fn any_step() -> impl Strategy<Value = Step> {
    let id = prop_oneof![0..6u32, Just(200), any::<u32>()];
    let value = prop_oneof![
        2 => proptest::collection::vec(any::<u8>(), 0..70),
        2 => (0..4u32, 0..=UNITY, 0..6u32).prop_map(|(channel, target, curve)| wire(&VolumeRecord {
            channel, target, curve, reserved: 0, duration: 0,
        })),
        1 => any::<u32>().prop_map(|word| (word & 0xF).to_le_bytes().to_vec()),
    ];
    prop_oneof![
        4 => (id.clone(), any_fragment(), value).prop_map(|(id, part, data)| Step::Set(id, part, data)),
        3 => (id, 0..80usize).prop_map(|(id, size)| Step::Get(id, size)),
        1 => Just(Step::Reset),
    ]
}

/// A module that does all with two, and sees that both do the same.
struct Both {
    direct: Box<dyn Module>,
    through: Box<dyn Module>,
}

impl Both {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Set(id, fragment, data) => assert_eq!(
                self.direct.set_config(*id, *fragment, data),
                self.through.set_config(*id, *fragment, data)
            ),
            Step::Get(id, size) => {
                let (mut one, mut other) = (vec![0x55; *size], vec![0x55; *size]);
                let found = self.direct.get_config(*id, &mut one);
                assert_eq!(self.through.get_config(*id, &mut other), found);
                if found.is_ok() {
                    assert_eq!(one, other);
                }
            }
            Step::Reset => {
                self.direct.reset();
                self.through.reset();
            }
        }
        self.compare_meters();
    }

    fn compare_meters(&self) -> Option<&Meters> {
        assert_eq!(self.direct.meters(), self.through.meters());
        self.direct.meters()
    }
}

/// Runs both on the same streams; what each has put out.
fn run(both: &mut Both, inputs: &[Pcm], outputs: &[Format], seed: u64, steps: &[Step]) {
    let mut halves = [Vec::new(), Vec::new()];
    for (half, recorded) in halves.iter_mut().enumerate() {
        let module = match half {
            0 => &mut both.direct,
            _ => &mut both.through,
        };
        let mut left = steps.iter();
        *recorded =
            Rig::new(seed, 120)
                .in_lockstep()
                .run(&mut **module, inputs, outputs, |module, _| {
                    match left.next() {
                        Some(Step::Set(id, fragment, data)) => {
                            let _ = module.set_config(*id, *fragment, data);
                        }
                        Some(Step::Reset) => module.reset(),
                        Some(Step::Get(..)) | None => {}
                    }
                    100
                });
    }
    for (direct, through) in halves[0].iter().zip(&halves[1]) {
        assert_eq!(direct.difference(through), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn every_module_is_the_same_through_the_interface(
        (module, (format, payload)) in (0..MODULES.len()).prop_flat_map(|module| (Just(module), any_payload(module))),
        pins in (0..3usize, 0..3usize),
        steps in proptest::collection::vec(any_step(), 0..8),
        more in proptest::collection::vec(any_step(), 0..8),
        samples in proptest::collection::vec(any::<i32>(), 0..1500),
        seed: u64,
        copies in proptest::option::of(4_000..16_000usize),
    ) {
        let descriptor = &MODULES[module];
        let direct = InitPayload::parse(&payload).and_then(|payload| (descriptor.create)(&payload));
        let pin_counts = (descriptor.inputs, descriptor.outputs);
        let table = &TABLES[module];
        let through = match copies {
            None => guest(table, pin_counts, &payload).map(|guest| Box::new(guest) as Box<dyn Module>),
            Some(bytes) => {
                bounced(table, pin_counts, &payload, bytes).map(|guest| Box::new(guest) as Box<dyn Module>)
            }
        };
        let (direct, through) = match (direct, through) {
            (Ok(direct), Ok(through)) => (direct, through),
            (Err(direct), Err(through)) => {
                prop_assert_eq!(direct.to_string(), through.to_string());
                if !matches!(direct, CreateError::Value(_)) {
                    prop_assert_eq!(direct, through);
                }
                return Ok(());
            }
            (direct, through) => panic!("{:?} but {:?}", direct.err(), through.err()),
        };
        let mut both = Both { direct, through };
        for step in &steps {
            both.step(step);
        }
        let inputs = pins.0.min(descriptor.inputs.into());
        let outputs = pins.1.min(descriptor.outputs.into());
        let rate = if descriptor.name() == "SRC" { 44_100 } else { format.rate() };
        let out = Format::new(rate, format.channels() as u8, format.sample()).unwrap();
        let bound = |count, format| -> Vec<Pin> {
            (0..count as u8).map(|queue| Pin { queue, format }).collect()
        };
        let direct = both.direct.prepare(&bound(inputs, format), &bound(outputs, out));
        let through = both.through.prepare(&bound(inputs, format), &bound(outputs, out));
        prop_assert_eq!(direct, through);
        both.compare_meters();
        // A source of sound has no end, and what goes nowhere may not be taken.
        if direct.is_ok() && inputs > 0 && outputs > 0 {
            let whole = samples.len() / format.channels() * format.channels();
            let input = Pcm::from_q31(format, &samples[..whole]);
            // How much a call moves may depend on the pieces; so where a change comes would.
            let changes = if copies.is_none() { &more[..] } else { &[] };
            run(&mut both, &vec![input; inputs], &vec![out; outputs], seed, changes);
        }
        both.compare_meters();
    }
}

#[test]
fn a_module_with_meters_shows_them() {
    let format = Format::new(48_000, 2, SampleFormat::S32).unwrap();
    let payload = [
        wire(&BaseConfig::of(format.to_ipc4())),
        wire(&VolumeRecord::all(UNITY)),
    ]
    .concat();
    let at = MODULES.iter().position(|module| module.name() == "PEAKVOL");
    let table = &TABLES[at.unwrap()];
    let mut module = guest(table, (1, 1), &payload).unwrap();
    let pin = [Pin { queue: 0, format }];
    module.prepare(&pin, &pin).unwrap();
    let (input, mut output) = ([1 << 30, -(1 << 29)], [0; 2]);
    let source = acelab_module_sdk::Samples::S32([&input, &[]]);
    let sink = acelab_module_sdk::SamplesMut::S32([&mut output, &mut []]);
    module
        .process(
            &mut [Source::new(0, 2, source, true)],
            &mut [Sink::new(0, 2, sink, true)],
        )
        .unwrap();
    let meters = module.meters().unwrap();
    assert_eq!(meters.peak[..3], [1 << 30, 1 << 29, 0]);
    assert_eq!(output, input);
}
