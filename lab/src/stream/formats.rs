//! The format of a stream at each place of its chain.

use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_signal::{Format, Sample};

use crate::case::stream::{Component, Direction, Options, Stream};

/// What goes into a component and what comes out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hop {
    /// At its input.
    pub input: Format,
    /// At its output.
    pub output: Format,
}

/// The formats at each component, from the source to the sink. `mixed` is what comes in
/// from the streams that end in this one, if it begins with `mixout`.
pub fn hops(stream: &Stream, mixed: Option<Format>) -> Vec<Hop> {
    let outside = match stream.direction {
        Direction::Playback => stream.format,
        // The rate and channels of what is captured are those at the port.
        Direction::Capture => port_input(stream),
    };
    let mut now = mixed.unwrap_or(outside);
    let last = stream.chain.components().count() - 1;
    let mut hops = Vec::with_capacity(last + 1);
    for (index, component) in stream.chain.components().enumerate() {
        let output = match component {
            Component::Host(_) | Component::Port(_) if index == last => end(stream, now),
            Component::Host(_) | Component::Port(_) => Format {
                sample: stream.internal,
                ..now
            },
            Component::Module(module) => {
                let mut output = now;
                match module.options {
                    Options::Rate(rate) => output.rate = rate,
                    Options::Channels(channels) => output.channels = channels,
                    _ => {}
                }
                output
            }
        };
        hops.push(Hop { input: now, output });
        now = output;
    }
    hops
}

/// What the last copier makes of what arrives there.
fn end(stream: &Stream, arrives: Format) -> Format {
    match stream.direction {
        Direction::Capture => stream.format,
        Direction::Playback => stream.port_format.unwrap_or(Format {
            sample: port_sample(stream.format.sample),
            ..arrives
        }),
    }
}

fn port_input(stream: &Stream) -> Format {
    stream.port_format.unwrap_or(Format {
        sample: port_sample(stream.format.sample),
        ..stream.format
    })
}

/// A port has slots of 16 or 32 bits.
fn port_sample(sample: Sample) -> Sample {
    match sample {
        Sample::F32 => Sample::S32,
        other => other,
    }
}

/// A format as the protocol writes it.
pub fn audio_format(format: Format) -> AudioFormat {
    match format.sample {
        Sample::F32 => AudioFormat::float(format.rate, format.channels),
        sample => {
            let depth = 8 * sample.bytes() as u32;
            AudioFormat::integer(format.rate, format.channels, depth, sample.valid_bits())
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::case::load_text;

    use super::*;

    fn shown(stream: &str) -> Vec<String> {
        let text = format!("summary: x\nstreams:\n  a: {{ {stream} }}\nsteps: [boot]\n");
        let case = load_text("a/b", &text).expect("a case").remove(0);
        let hops = hops(&case.streams[0], None);
        let outputs = hops.iter().map(|hop| hop.output.to_string());
        std::iter::once(hops[0].input.to_string())
            .chain(outputs)
            .collect()
    }

    #[test]
    fn each_component_gets_what_the_one_before_gives() {
        assert_eq!(
            shown("playback: host0 > gain > ssp0"),
            [
                "s16le/48000/2",
                "s32le/48000/2",
                "s32le/48000/2",
                "s16le/48000/2"
            ]
        );
        assert_eq!(
            shown(
                "playback: \"host0 > src(48000) > updwmix(1) > ssp0\", format: s24le/44100/2, port_format: s32le/48000/1"
            ),
            [
                "s24le/44100/2",
                "s32le/44100/2",
                "s32le/48000/2",
                "s32le/48000/1",
                "s32le/48000/1"
            ]
        );
        assert_eq!(
            shown("capture: ssp0 > host0, format: f32le/48000/2, internal: s24le"),
            ["s32le/48000/2", "s24le/48000/2", "f32le/48000/2"]
        );
    }
}
