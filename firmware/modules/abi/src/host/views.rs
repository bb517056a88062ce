//! Records of the views of buffers, and what a module says of them.

use acelab_module_sdk::{Samples, SamplesMut, Sink, Source};

use crate::record::{Part, View, sample_number};

/// Makes `view` the record of an input.
#[inline]
pub(super) fn show_source(view: &mut View, source: &Source<'_>) {
    // Field by field: a record is too large to be copied without a call.
    match source.samples() {
        Samples::S16([a, b]) => {
            view.parts[0] = part(a);
            view.parts[1] = part(b);
        }
        Samples::S24([a, b]) | Samples::S32([a, b]) | Samples::F32([a, b]) => {
            view.parts[0] = part(a);
            view.parts[1] = part(b);
        }
    }
    view.queue = source.queue();
    view.channels = source.channels() as u8;
    view.sample = sample_number(source.format());
    view.active = source.is_active().into();
    view.moved = 0;
}

/// Makes `view` the record of an output.
#[inline]
pub(super) fn show_sink(view: &mut View, sink: &mut Sink<'_>) {
    view.queue = sink.queue();
    view.channels = sink.channels() as u8;
    view.sample = sample_number(sink.format());
    view.active = sink.is_active().into();
    view.moved = 0;
    match sink.room() {
        SamplesMut::S16([a, b]) => {
            view.parts[0] = part_mut(a);
            view.parts[1] = part_mut(b);
        }
        SamplesMut::S24([a, b]) | SamplesMut::S32([a, b]) | SamplesMut::F32([a, b]) => {
            view.parts[0] = part_mut(a);
            view.parts[1] = part_mut(b);
        }
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

/// Counts what the module has taken; `false` if that is more than there was.
#[inline]
pub(super) fn count_source(source: &mut Source<'_>, view: &View) -> bool {
    let possible = view.moved <= source.frames();
    source.finish(view.moved);
    possible
}

/// Counts what the module has put; `false` if there was no room for so much.
#[inline]
pub(super) fn count_sink(sink: &mut Sink<'_>, view: &View) -> bool {
    let possible = view.moved <= sink.frames();
    sink.finish(view.moved);
    possible
}
