//! What a stream should sound like: its signal through the reference implementations
//! of its components.

use acelab_abi::ipc4::mixer::{MixerMode, UNITY_GAIN};
use acelab_abi::ipc4::volume::VolumeRecord;
use acelab_module_sdk::{Format as SdkFormat, SampleFormat};
use acelab_reference::{Chain, Pcm as Reference, Stage, VolumeStage, up_down_weights};
use acelab_signal::{Format, Pcm, Sample};

use crate::case::stream::{Component, ModuleUse, Options};
use crate::stream::{Instance, Planned};

/// Places behind the point of the up/down mixer's weights.
const WEIGHT_PLACES: u32 = 28;

/// The chain of a stream's components; `None` if one of them has no reference.
pub fn chain(planned: &Planned) -> Option<Chain> {
    let stages = planned.instances.iter().map(|instance| {
        let output = sdk(instance.hop.output)?;
        Some((stage(instance)?, output))
    });
    Some(Chain {
        stages: stages.collect::<Option<_>>()?,
    })
}

/// The output of `chain` for `input`, as the modules see it.
pub fn run_words(chain: &Chain, input: &Pcm) -> Option<Reference> {
    let input = Reference::from_bytes(sdk(input.format())?, input.bytes());
    Some(chain.run(&input))
}

/// The output of `chain` for `input`.
pub fn run(chain: &Chain, input: &Pcm, output: Format) -> Option<Pcm> {
    Some(Pcm::new(output, run_words(chain, input)?.to_bytes()))
}

fn stage(instance: &Instance) -> Option<Stage> {
    match &instance.component {
        Component::Host(_) | Component::Port(_) => Some(Stage::Copy),
        Component::Module(module) => of_module(module, instance),
    }
}

fn of_module(module: &ModuleUse, instance: &Instance) -> Option<Stage> {
    match (module.name.as_str(), &module.options) {
        ("COPIER", _) => Some(Stage::Copy),
        ("GAIN" | "PEAKVOL", Options::Volume { target, ramp, .. }) => {
            let mut volume = VolumeStage::constant(*target);
            if let (Some(ramp), [record]) = (ramp, &mut volume.init[..]) {
                *record = VolumeRecord {
                    curve: ramp.curve.code(),
                    duration: ramp.duration(),
                    ..*record
                };
            }
            Some(Stage::Volume(volume))
        }
        ("GAIN" | "PEAKVOL", _) => Some(Stage::Volume(VolumeStage::default())),
        ("MIXIN", _) => Some(Stage::Mixin(MixerMode {
            gain: UNITY_GAIN,
            ..MixerMode::default()
        })),
        // What comes in is mixed before the chain.
        ("MIXOUT", _) => Some(Stage::Copy),
        ("SRC", _) => Some(Stage::Rate),
        ("UPDWMIX", _) => {
            let (from, to) = (sdk(instance.hop.input)?, sdk(instance.hop.output)?);
            Some(Stage::Weights {
                rows: up_down_weights(from.layout(), to.layout(), None),
                places: WEIGHT_PLACES,
            })
        }
        (name, options) => {
            let specific = match options {
                Options::Bytes(bytes) => &bytes[..],
                _ => &[],
            };
            let (input, output) = (sdk(instance.hop.input)?, sdk(instance.hop.output)?);
            acelab_reference::stage(name, specific, input, output)
        }
    }
}

/// A format in the words of the modules.
fn sdk(format: Format) -> Option<SdkFormat> {
    let sample = match format.sample {
        Sample::S16 => SampleFormat::S16,
        Sample::S24 => SampleFormat::S24,
        Sample::S32 => SampleFormat::S32,
        Sample::F32 => SampleFormat::F32,
    };
    SdkFormat::new(format.rate, format.channels, sample).ok()
}
