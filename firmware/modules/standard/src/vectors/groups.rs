//! The list of groups.

use acelab_abi::ipc4::mixer::{MixMode, MixerMode, PARAM_MODE};
use acelab_abi::ipc4::volume::{Curve, UNITY, VolumeRecord};
use acelab_abi::ipc4::wire::Writer;
use acelab_module_sdk::{Descriptor, Format, Fragment, SampleFormat};

use super::Group;
use super::bench::{Bench, Buffer, create};
use crate::copy::{ChannelMap, FrameCopy};
use crate::{dc_block, eq, matrix, mixer, rate, tone, volume};

macro_rules! groups {
    ($($name:literal => $body:expr),* $(,)?) => {
        &[$(Group { name: $name, run: |seed| Bench::run(core::hint::black_box(seed), $body) }),*]
    };
}

/// All groups.
pub const GROUPS: &[Group] = groups! {
    "convert/s16" => |bench| convert(bench, SampleFormat::S16),
    "convert/s24" => |bench| convert(bench, SampleFormat::S24),
    "convert/s32" => |bench| convert(bench, SampleFormat::S32),
    "convert/f32" => |bench| convert(bench, SampleFormat::F32),
    "copy/mapped" => mapped,
    "volume/none" => |bench| ramp(bench, Curve::None),
    "volume/fade" => |bench| ramp(bench, Curve::WindowsFade),
    "volume/linear" => |bench| ramp(bench, Curve::Linear),
    "volume/log" => |bench| ramp(bench, Curve::Log),
    "volume/linear-zc" => |bench| ramp(bench, Curve::LinearZeroCross),
    "volume/log-zc" => |bench| ramp(bench, Curve::LogZeroCross),
    "mixer/mixin" => mixin,
    "mixer/mixout" => mixout,
    "matrix/micsel" => micsel,
    "matrix/updwmix" => updwmix,
    "src/44100-48000" => |bench| src(bench, 44_100, 48_000),
    "src/48000-44100" => |bench| src(bench, 48_000, 44_100),
    "src/8000-48000" => |bench| src(bench, 8_000, 48_000),
    "src/96000-16000" => |bench| src(bench, 96_000, 16_000),
    "src/12345-23456" => |bench| src(bench, 12_345, 23_456),
    "eq/iir" => eqiir,
    "eq/fir" => eqfir,
    "tone/sine" => sine,
    "dcblock/usual" => dcblock,
};

fn format(rate: u32, channels: u8, sample: SampleFormat) -> Option<Format> {
    Format::new(rate, channels, sample).ok()
}

fn convert(bench: &mut Bench, from: SampleFormat) -> Option<()> {
    for to in SampleFormat::ALL {
        let input = bench.stream(format(48_000, 3, from)?)?;
        let mut output = Buffer::new(format(48_000, 3, to)?, 150)?;
        input
            .source(0, 0, 47, 150)
            .copy_to(&mut output.sink(0, 101, 150), 150);
        bench.put(&output, 150);
    }
    Some(())
}

fn mapped(bench: &mut Bench) -> Option<()> {
    for (from, to) in [(2, 2), (1, 8), (8, 1), (6, 2)] {
        let input = bench.stream(format(48_000, from, SampleFormat::S24)?)?;
        let mut output = Buffer::new(format(48_000, to, SampleFormat::S32)?, 150)?;
        let copy = FrameCopy {
            map: ChannelMap(bench.random.next() as u32),
            attenuation: bench.random.below(32) as u8,
        };
        let (mut source, mut sink) = (input.source(0, 0, 47, 150), output.sink(0, 101, 150));
        copy.move_frames(&mut source, &mut sink, 150);
        bench.put(&output, 150);
    }
    Some(())
}

/// One stream through one module, in each sample format.
fn through(
    bench: &mut Bench,
    descriptor: &Descriptor,
    [from, to]: [Format; 2],
    specific: impl Fn(&mut Bench, &mut Writer<'_>) -> Option<()>,
) -> Option<()> {
    for sample in SampleFormat::ALL {
        let (from, to) = (from.with_sample(sample), to.with_sample(sample));
        let input = bench.stream(from)?;
        let mut module = create(descriptor, from, |writer| specific(bench, writer))?;
        let mut output = Buffer::new(to, 1_000)?;
        bench.process(&mut *module, &[input], &mut output)?;
    }
    Some(())
}

fn ramp(bench: &mut Bench, curve: Curve) -> Option<()> {
    let stereo = format(48_000, 2, SampleFormat::S32)?;
    through(bench, &volume::PEAKVOL, [stereo; 2], |bench, writer| {
        for channel in 0..2 {
            let record = VolumeRecord {
                channel,
                target: bench.random.next() as u32 & UNITY,
                curve: curve.code(),
                reserved: 0,
                duration: bench.random.below(40_000) as u64,
            };
            writer.put(&record).ok()?;
        }
        Some(())
    })
}

fn mixin(bench: &mut Bench) -> Option<()> {
    let format = format(48_000, 4, SampleFormat::S24)?;
    for mode in [MixMode::Normal, MixMode::Remap] {
        let input = bench.stream(format)?;
        let mut module = create(&mixer::MIXIN, format, |_| Some(()))?;
        let mut bytes = [0; 24];
        let mut writer = Writer::new(&mut bytes);
        writer.u32(1).ok()?;
        let mode = MixerMode {
            output: 0,
            mode: mode.code(),
            channels: 1 + bench.random.below(8) as u32,
            channel_map: bench.random.next() as u32,
            gain: bench.random.next() as u16,
            reserved: 0,
        };
        writer.put(&mode).ok()?;
        module
            .set_config(PARAM_MODE.into(), Fragment::Whole, &bytes)
            .ok()?;
        let mut output = Buffer::new(format, 150)?;
        bench.process(&mut *module, &[input], &mut output)?;
    }
    Some(())
}

fn mixout(bench: &mut Bench) -> Option<()> {
    for sample in SampleFormat::ALL {
        let format = format(48_000, 2, sample)?;
        let inputs = [
            bench.stream(format)?,
            bench.stream(format)?,
            bench.stream(format)?,
        ];
        let mut module = create(&mixer::MIXOUT, format, |_| Some(()))?;
        let mut output = Buffer::new(format, 150)?;
        bench.process(&mut *module, &inputs, &mut output)?;
    }
    Some(())
}

fn micsel(bench: &mut Bench) -> Option<()> {
    let (from, to) = (
        format(16_000, 6, SampleFormat::S16)?,
        format(16_000, 3, SampleFormat::S16)?,
    );
    let input = bench.stream(from)?;
    let mut module = create(&matrix::MICSEL, from, |_| Some(()))?;
    let mut weights = [0; 132];
    for byte in &mut weights[4..] {
        *byte = bench.random.next() as u8;
    }
    module.set_config(0, Fragment::Whole, &weights).ok()?;
    let mut output = Buffer::new(to, 150)?;
    bench.process(&mut *module, &[input], &mut output)
}

fn updwmix(bench: &mut Bench) -> Option<()> {
    for (from, to, layout) in [(8, 2, 1), (6, 1, 0), (2, 6, 8), (1, 2, 1)] {
        let formats = [
            format(48_000, from, SampleFormat::S32)?,
            format(48_000, to, SampleFormat::S32)?,
        ];
        through(bench, &matrix::UPDWMIX, formats, |_, writer| {
            writer.words(&[layout, 0]).ok()
        })?;
    }
    Some(())
}

fn src(bench: &mut Bench, from: u32, to: u32) -> Option<()> {
    let formats = [
        format(from, 2, SampleFormat::S32)?,
        format(to, 2, SampleFormat::S32)?,
    ];
    through(bench, &rate::SRC, formats, |_, writer| writer.u32(to).ok())
}

fn eqiir(bench: &mut Bench) -> Option<()> {
    let stereo = format(48_000, 2, SampleFormat::S32)?;
    through(bench, &eq::EQIIR, [stereo; 2], |bench, writer| {
        let sections = 3;
        let bytes = 4 * (7 + 1 + 6 + 7 * sections);
        writer.words(&[bytes, 1, 1, 0, 0, 0, 0, 0]).ok()?;
        writer.words(&[sections, sections, 0, 0, 0, 0]).ok()?;
        for _ in 0..sections {
            for _ in 0..5 {
                writer.u32((bench.random.sample() >> 1) as u32).ok()?;
            }
            let shift = bench.random.below(6) as u32;
            writer.words(&[shift, 0x4000]).ok()?;
        }
        Some(())
    })
}

fn eqfir(bench: &mut Bench) -> Option<()> {
    let stereo = format(48_000, 2, SampleFormat::S32)?;
    through(bench, &eq::EQFIR, [stereo; 2], |bench, writer| {
        let taps: u16 = 60;
        writer.u32(24 + 2 + 20 + 2 * u32::from(taps)).ok()?;
        writer.words(&[1 | 1 << 16, 0, 0, 0, 0]).ok()?;
        writer.u16(0).ok()?;
        writer.u16(taps).ok()?;
        writer.u16(bench.random.below(4) as u16).ok()?;
        writer.words(&[0; 4]).ok()?;
        for _ in 0..taps {
            writer.u16(bench.random.next() as u16).ok()?;
        }
        Some(())
    })
}

fn sine(bench: &mut Bench) -> Option<()> {
    let format = format(44_100, 1, SampleFormat::S24)?;
    let mut module = create(&tone::TONE, format, |writer| {
        writer.words(&[997_000, UNITY / 2]).ok()
    })?;
    let mut output = Buffer::new(format, 500)?;
    bench.process(&mut *module, &[], &mut output)
}
fn dcblock(bench: &mut Bench) -> Option<()> {
    let stereo = format(48_000, 2, SampleFormat::S32)?;
    through(bench, &dc_block::DCBLOCK, [stereo; 2], |_, _| Some(()))
}
