//! TEMPLATE on the host, on random cuts of a stream.

use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::wire::{Wire, Writer};
use acelab_module_sdk::{ConfigError, Format, Fragment, InitPayload, Module, SampleFormat};
use acelab_reference::{Pcm, Rig};
use template_library::{PARAM_SHIFT, TEMPLATE};

fn format() -> Format {
    Format::new(48_000, 2, SampleFormat::S32).unwrap()
}

/// Makes an instance as the engine does.
fn instance() -> Box<dyn Module> {
    let mut payload = vec![0; BaseConfig::BYTES];
    let base = BaseConfig::of(format().to_ipc4());
    Writer::new(&mut payload).put(&base).unwrap();
    (TEMPLATE.create)(&InitPayload::parse(&payload).unwrap()).unwrap()
}

/// What the module makes of a stream.
fn output(module: &mut dyn Module, words: &[i32], seed: u64) -> Vec<i32> {
    let input = Pcm {
        format: format(),
        words: words.to_vec(),
    };
    let recorded = Rig::new(seed, 16).run(module, &[input], &[format()], |_, _| usize::MAX);
    recorded[0].words.clone()
}

#[test]
fn samples_are_halved_however_the_stream_is_cut() {
    let words = [0, 1, -1, 1000, i32::MAX, i32::MIN, 7, -8];
    let halves = words.map(|word| word >> 1);
    for seed in 0..50 {
        assert_eq!(output(&mut *instance(), &words, seed), halves);
    }
}

#[test]
fn the_shift_is_a_parameter_and_a_wrong_one_changes_nothing() {
    let mut module = instance();
    let mut set = |data: &[u8]| module.set_config(PARAM_SHIFT, Fragment::Whole, data);
    assert_eq!(set(&8u32.to_le_bytes()), Ok(()));
    assert_eq!(set(&32u32.to_le_bytes()), Err(ConfigError::Value));
    assert_eq!(set(&[1]), Err(ConfigError::Length));
    let mut value = [0; 4];
    assert_eq!(module.get_config(PARAM_SHIFT, &mut value), Ok(4));
    assert_eq!(u32::from_le_bytes(value), 8);
    assert_eq!(output(&mut *module, &[256, -256], 1), [1, -1]);
}
