//! What the tests of all modules need.

#![allow(dead_code, reason = "not every test needs all of it")]

use acelab_abi::ipc4::audio_format::ChannelConfig;
use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::wire::{Wire, Writer};
use acelab_module_sdk::{CreateError, Format, InitPayload, Module, SampleFormat};
use proptest::prelude::*;

/// A structure as bytes.
pub fn wire<T: Wire>(value: &T) -> Vec<u8> {
    let mut bytes = vec![0; T::BYTES];
    Writer::new(&mut bytes).put(value).unwrap();
    bytes
}

/// The payload of INIT_INSTANCE.
pub fn payload(format: Format, specific: &[u8]) -> Vec<u8> {
    [wire(&BaseConfig::of(format.to_ipc4())), specific.to_vec()].concat()
}

/// Makes an instance as the engine does.
pub fn create(name: &str, format: Format, specific: &[u8]) -> Result<Box<dyn Module>, CreateError> {
    let payload = payload(format, specific);
    let descriptor = acelab_modules::find(name).expect("the module is in the table");
    (descriptor.create)(&InitPayload::parse(&payload)?)
}

/// Formats of all kinds.
pub fn any_format() -> impl Strategy<Value = Format> {
    let rate = prop_oneof![Just(48_000), Just(44_100), 8_000..=192_000u32];
    (rate, 1..=8u8, 0..4usize).prop_map(|(rate, channels, sample)| {
        Format::new(rate, channels, SampleFormat::ALL[sample]).unwrap()
    })
}

/// Samples of any size, as words of the format, up to so many frames.
pub fn stream(format: Format, frames: usize) -> impl Strategy<Value = Vec<i32>> {
    let value = prop_oneof![
        1 => prop_oneof![Just(0), Just(i32::MAX), Just(i32::MIN)],
        4 => any::<i32>(),
        4 => (any::<i32>(), 0..31u32).prop_map(|(value, shift)| value >> shift),
    ];
    let channels = format.channels();
    proptest::collection::vec(value, 0..=frames * channels).prop_map(move |mut values| {
        values.truncate(values.len() / channels * channels);
        acelab_reference::Pcm::from_q31(format, &values).words
    })
}

/// Sample formats of all kinds.
pub fn any_sample() -> impl Strategy<Value = SampleFormat> {
    (0..4usize).prop_map(|sample| SampleFormat::ALL[sample])
}

/// Arrangements of speakers.
pub fn any_layout() -> impl Strategy<Value = ChannelConfig> {
    (0..=12u32)
        .prop_filter("not speakers", |code| !matches!(code, 10 | 11))
        .prop_map(|code| ChannelConfig::from_code(code).unwrap())
}
