//! Records of the views of buffers, and what a module says of them.

use acelab_module_sdk::{Samples, SamplesMut, Sink, Source};

use crate::record::{Part, View, sample_number};

/// The record of an input.
pub(super) fn of_source(source: &Source<'_>) -> View {
    let parts = match source.samples() {
        Samples::S16(parts) => parts.map(part),
        Samples::S24(parts) | Samples::S32(parts) | Samples::F32(parts) => parts.map(part),
    };
    View {
        parts,
        queue: source.queue(),
        channels: source.channels() as u8,
        sample: sample_number(source.format()),
        active: source.is_active().into(),
        moved: 0,
    }
}

/// The record of an output.
pub(super) fn of_sink(sink: &mut Sink<'_>) -> View {
    let (queue, channels) = (sink.queue(), sink.channels());
    let (sample, active) = (sample_number(sink.format()), sink.is_active());
    let parts = match sink.room() {
        SamplesMut::S16(parts) => parts.map(part_mut),
        SamplesMut::S24(parts) | SamplesMut::S32(parts) | SamplesMut::F32(parts) => {
            parts.map(part_mut)
        }
    };
    View {
        parts,
        queue,
        channels: channels as u8,
        sample,
        active: active.into(),
        moved: 0,
    }
}

/// Samples that the module only reads, though the record says nothing of it.
fn part<T>(samples: &[T]) -> Part {
    Part {
        start: samples.as_ptr().cast_mut().cast(),
        samples: samples.len(),
    }
}

fn part_mut<T>(places: &mut [T]) -> Part {
    Part {
        start: places.as_mut_ptr().cast(),
        samples: places.len(),
    }
}

/// Whether no more was moved than there was.
pub(super) fn are_possible(
    sources: &[Source<'_>],
    taken: &[View],
    sinks: &[Sink<'_>],
    put: &[View],
) -> bool {
    let taken_are = sources
        .iter()
        .zip(taken)
        .all(|(source, view)| view.moved <= source.frames());
    let put_are = sinks
        .iter()
        .zip(put)
        .all(|(sink, view)| view.moved <= sink.frames());
    taken_are && put_are
}
