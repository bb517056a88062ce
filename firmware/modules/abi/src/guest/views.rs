//! Views of buffers from their records.

use core::array::from_fn;
use core::slice;

use acelab_abi::ipc4::module_config::MAX_PINS;
use acelab_module_sdk::{Module, ProcessError, SampleFormat, Samples, SamplesMut, Sink, Source};

use crate::record::{Part, View, sample_format};

/// Lets `module` process with one pin on each side, as most modules have, and counts
/// in the records what it has moved.
///
/// # Safety
/// See [`process_many`].
#[inline]
pub(super) unsafe fn process_one(
    module: &mut dyn Module,
    from: &mut View,
    to: &mut View,
) -> Result<(), ProcessError> {
    // SAFETY: the caller's promise.
    let (mut readers, mut writers) = unsafe { ([source(from)], [sink(to)]) };
    module.process(&mut readers, &mut writers)?;
    from.moved = readers[0].consumed();
    to.moved = writers[0].produced();
    Ok(())
}

/// Lets `module` process, and counts in the records what it has moved.
///
/// # Safety
/// Each view's pieces are samples of its format, those of `sinks` used by nobody else
/// meanwhile.
pub(super) unsafe fn process_many(
    module: &mut dyn Module,
    sources: &mut [View],
    sinks: &mut [View],
) -> Result<(), ProcessError> {
    // SAFETY: the caller's promise, for all of them.
    unsafe {
        match (sources.len(), sinks.len()) {
            (0..=1, 0..=1) => run::<1, 1>(module, sources, sinks),
            (_, 0..=1) => run::<MAX_PINS, 1>(module, sources, sinks),
            (0..=1, _) => run::<1, MAX_PINS>(module, sources, sinks),
            _ => run::<MAX_PINS, MAX_PINS>(module, sources, sinks),
        }
    }
}

/// # Safety
/// See [`process_many`].
#[inline(never)]
unsafe fn run<const I: usize, const O: usize>(
    module: &mut dyn Module,
    sources: &mut [View],
    sinks: &mut [View],
) -> Result<(), ProcessError> {
    let (source_count, sink_count) = (sources.len().min(I), sinks.len().min(O));
    let mut readers: [Source<'_>; I] = from_fn(|pin| {
        // SAFETY: the caller's promise.
        unsafe { source(sources.get(pin).unwrap_or(&View::NONE)) }
    });
    let mut writers: [Sink<'_>; O] = from_fn(|pin| {
        // SAFETY: the caller's promise.
        unsafe { sink(sinks.get(pin).unwrap_or(&View::NONE)) }
    });
    module.process(&mut readers[..source_count], &mut writers[..sink_count])?;
    for (view, reader) in sources.iter_mut().zip(&readers) {
        view.moved = reader.consumed();
    }
    for (view, writer) in sinks.iter_mut().zip(&writers) {
        view.moved = writer.produced();
    }
    Ok(())
}

/// # Safety
/// The pieces are samples of the view's format.
unsafe fn source<'a>(view: &View) -> Source<'a> {
    let [a, b] = &view.parts;
    // SAFETY: the caller's promise, for all of them.
    let samples = unsafe {
        match sample_format(view.sample) {
            Some(SampleFormat::S16) => Samples::S16([read(a), read(b)]),
            Some(SampleFormat::S24) => Samples::S24([read(a), read(b)]),
            Some(SampleFormat::F32) => Samples::F32([read(a), read(b)]),
            Some(SampleFormat::S32) => Samples::S32([read(a), read(b)]),
            None => Samples::S16([&[], &[]]),
        }
    };
    Source::new(view.queue, view.channels.into(), samples, view.active != 0)
}

/// # Safety
/// The pieces are places for samples of the view's format, which nobody else uses.
unsafe fn sink<'a>(view: &View) -> Sink<'a> {
    let [a, b] = &view.parts;
    // SAFETY: the caller's promise, for all of them.
    let samples = unsafe {
        match sample_format(view.sample) {
            Some(SampleFormat::S16) => SamplesMut::S16([write(a), write(b)]),
            Some(SampleFormat::S24) => SamplesMut::S24([write(a), write(b)]),
            Some(SampleFormat::F32) => SamplesMut::F32([write(a), write(b)]),
            Some(SampleFormat::S32) => SamplesMut::S32([write(a), write(b)]),
            None => SamplesMut::S16([&mut [], &mut []]),
        }
    };
    Sink::new(view.queue, view.channels.into(), samples, view.active != 0)
}

/// # Safety
/// The piece is samples of type `T`, or empty.
unsafe fn read<'a, T>(part: &Part) -> &'a [T] {
    if part.samples == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(part.start.cast(), part.samples) }
}

/// # Safety
/// The piece is samples of type `T` that nobody else uses, or empty.
unsafe fn write<'a, T>(part: &Part) -> &'a mut [T] {
    if part.samples == 0 {
        return &mut [];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts_mut(part.start.cast(), part.samples) }
}
