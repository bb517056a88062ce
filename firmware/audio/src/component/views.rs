//! Calls a module with views of its buffers.

use core::array::from_fn;

use acelab_module_sdk::{Module, ProcessError, Samples, SamplesMut, Sink, Source};

/// Frames that a call has moved, by bound pin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moved<const I: usize, const O: usize> {
    pub(crate) consumed: [usize; I],
    pub(crate) produced: [usize; O],
}

/// Lets `module` process; of more sources than `I`, or sinks than `O`, it sees
/// the first. A module that is bypassed passes on what comes.
pub(crate) fn process<'a, const I: usize, const O: usize>(
    module: &mut dyn Module,
    bypassed: bool,
    mut sources: impl Iterator<Item = Source<'a>>,
    mut sinks: impl Iterator<Item = Sink<'a>>,
) -> Result<Moved<I, O>, ProcessError> {
    let (mut source_count, mut sink_count) = (0, 0);
    let mut sources: [Source<'_>; I] = from_fn(|_| match sources.next() {
        Some(source) => {
            source_count += 1;
            source
        }
        None => Source::new(0, 1, Samples::S16([&[], &[]]), false),
    });
    let mut sinks: [Sink<'_>; O] = from_fn(|_| match sinks.next() {
        Some(sink) => {
            sink_count += 1;
            sink
        }
        None => Sink::new(0, 1, SamplesMut::S16([&mut [], &mut []]), false),
    });
    match (&mut sources[..source_count], &mut sinks[..sink_count]) {
        ([source], [sink]) if bypassed => {
            source.copy_to(sink, usize::MAX);
        }
        (sources, sinks) => module.process(sources, sinks)?,
    }
    Ok(Moved {
        consumed: from_fn(|pin| sources[pin].consumed()),
        produced: from_fn(|pin| sinks[pin].produced()),
    })
}
