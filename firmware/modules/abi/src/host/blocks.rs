//! Frames on their way to a module through an area, and back: as many at a time as
//! there is room for.

use core::array::from_fn;
use core::ffi::c_void;

use acelab_abi::ipc4::module_config::MAX_PINS;

use super::area::Area;
use super::bounce::{Bounce, FULL, Runner};
use super::{Fault, WRONG_ANSWER};
use crate::record::{Head, Part, Process, View, sample_format};
use crate::status::Status;
use crate::table::Entry;

/// What came of a call with some of the frames.
pub(super) enum Step {
    /// The module has refused.
    Refused(u32),
    /// There is nothing more to do.
    Done,
    /// There are more frames.
    More,
    /// Frames wait and have room, and there are more; the module has moved none.
    Stuck,
}

/// Runs the module with the next frames of each view; those before are counted in
/// `moved`.
///
/// # Safety
/// The views are of the caller's buffers.
pub(super) unsafe fn step<R: Runner>(
    bounce: &mut Bounce<R>,
    entry: Entry,
    instance: *mut c_void,
    own: &mut Head,
    sources: &mut [View],
    sinks: &mut [View],
) -> Result<Step, Fault> {
    let (Some(head), Some(from), Some(to)) = (
        bounce.head(own),
        bounce.area.put_all(&[View::NONE; MAX_PINS]),
        bounce.area.put_all(&[View::NONE; MAX_PINS]),
    ) else {
        return Ok(Step::Refused(FULL));
    };
    let limit = limit(&bounce.area, sources, sinks);
    let mut views = sources.iter().chain(&*sinks);
    let whole = views.all(|view| left(view) <= limit);
    let mut views = sources.iter().chain(&*sinks);
    let waits = views.any(|view| left(view) == 0);
    let mut all = [[View::NONE; MAX_PINS]; 2];
    for (inner, views) in all.iter_mut().zip([&*sources, &*sinks]) {
        for (place, view) in inner.iter_mut().zip(views) {
            let Some(inner) = block(&mut bounce.area, view, left(view).min(limit)) else {
                return Ok(Step::Refused(FULL));
            };
            *place = inner;
        }
    }
    let [inner_sources, inner_sinks] = &all;
    for (inner, view) in inner_sources.iter().zip(&*sources) {
        // SAFETY: the block has room for the frames of the view that it names.
        unsafe {
            each_part(view, inner, |own, inner, bytes| {
                inner.copy_from_nonoverlapping(own, bytes)
            })
        };
    }
    // SAFETY: both places are in the area, for so many views.
    unsafe {
        from.copy_from_nonoverlapping(inner_sources.as_ptr(), MAX_PINS);
        to.copy_from_nonoverlapping(inner_sinks.as_ptr(), MAX_PINS);
    }
    let record = Process {
        head,
        sources: from,
        source_count: sources.len().min(MAX_PINS),
        sinks: to,
        sink_count: sinks.len().min(MAX_PINS),
    };
    // SAFETY: the caller's record.
    let answer = unsafe { bounce.run(entry, instance, (record, head), own) };
    let (code, _) = answer?;
    if code != Status::DONE.0 {
        return Ok(Step::Refused(code));
    }
    // Each number is read once: whoever has written it may go on writing.
    // SAFETY: the places are in the area.
    let [taken, put]: [[usize; MAX_PINS]; 2] = unsafe {
        [from, to].map(|views| from_fn(|pin| (&raw const (*views.add(pin)).moved).read_volatile()))
    };
    let mut progress = false;
    for ((view, inner), moved) in sources.iter_mut().zip(inner_sources).zip(taken) {
        progress |= count(view, inner, moved)?;
    }
    for ((view, inner), moved) in sinks.iter_mut().zip(inner_sinks).zip(put) {
        let mut done = *inner;
        done.parts[0].samples = moved.min(frames(inner)) * inner.channels;
        // SAFETY: as above.
        unsafe {
            each_part(view, &done, |own, inner, bytes| {
                own.copy_from_nonoverlapping(inner, bytes)
            })
        };
        progress |= count(view, inner, moved)?;
    }
    Ok(match (whole, progress) {
        (true, _) => Step::Done,
        (false, true) => Step::More,
        (false, false) if waits => Step::Done,
        (false, false) => Step::Stuck,
    })
}

/// Frames of a view.
fn frames(view: &View) -> usize {
    let [a, b] = &view.parts;
    (a.samples + b.samples) / view.channels.max(1)
}

/// Frames of a view that were not moved yet.
fn left(view: &View) -> usize {
    frames(view).saturating_sub(view.moved)
}

/// Size of a sample in bytes.
fn sample_bytes(view: &View) -> usize {
    sample_format(view.sample as u8).map_or(1, |format| format.bytes())
}

/// How many frames of each view there is room for: as many of one as of another, so
/// that mixers see what they would see of the whole.
fn limit(area: &Area, sources: &[View], sinks: &[View]) -> usize {
    // The record comes behind the blocks, and each block is padded.
    let reserve = 2 * size_of::<Process>() + 2 * MAX_PINS * 8;
    let room = area.free().saturating_sub(reserve);
    let frame: usize = sources
        .iter()
        .chain(sinks)
        .map(|view| sample_bytes(view) * view.channels)
        .sum();
    room / frame.max(1)
}

/// A block in the area for `frames` frames of a view.
fn block(area: &mut Area, view: &View, frames: usize) -> Option<View> {
    let samples = frames * view.channels;
    let start = area.take(samples * sample_bytes(view))?;
    Some(View {
        parts: [
            Part {
                start: start.cast(),
                samples,
            },
            Part {
                start: start.cast(),
                samples: 0,
            },
        ],
        frames,
        moved: 0,
        ..*view
    })
}

/// Calls `copy` with the places of the samples of `inner`: where they are in `view`,
/// behind those that were moved, where they are in the block, and their bytes.
///
/// # Safety
/// `view` has so many samples more, and `inner` is a block in the area.
unsafe fn each_part(view: &View, inner: &View, copy: impl Fn(*mut u8, *mut u8, usize)) {
    let size = sample_bytes(view);
    let mut skip = view.moved * view.channels;
    let mut count = inner.parts[0].samples;
    let mut block = inner.parts[0].start.cast::<u8>();
    for part in &view.parts {
        let skipped = skip.min(part.samples);
        skip -= skipped;
        let now = count.min(part.samples - skipped);
        let start = part.start.cast::<u8>().wrapping_add(skipped * size);
        if now > 0 {
            copy(start, block, now * size);
        }
        block = block.wrapping_add(now * size);
        count -= now;
    }
}

/// Counts the frames that the module says it has moved; whether there were any.
fn count(view: &mut View, inner: &View, moved: usize) -> Result<bool, Fault> {
    if moved > frames(inner) {
        return Err(WRONG_ANSWER);
    }
    view.moved += moved;
    Ok(moved > 0)
}
