//! Memory of loadable modules, for kernel threads: the kernel's steps, one after
//! another, with interrupts in between.

use acelab_kernel::arch::xtensa::cache;
use acelab_kernel::arch::xtensa::mmu::draft_words;
use acelab_kernel::ids::DomainId;
use acelab_kernel::memory::{Draft, MemoryError, ModuleRange, Segment, SegmentRights, Taker};

use crate::background;
use crate::kernel::{enter_from_thread, renew_free_pages};

/// Takes zeroed pages for a segment, of which no core's caches have anything.
///
/// # Errors
/// [`MemoryError::NoPages`].
pub fn take(range: ModuleRange, rights: SegmentRights) -> Result<Draft, MemoryError> {
    let mut draft = finish(|| {
        enter_from_thread(|kernel, port| kernel.memory_mut().segments(port).take(range, rights))
    })?;
    renew_free_pages();
    // Another core may have written back just now what the page held before.
    words(&mut draft).fill(0);
    Ok(draft)
}

/// The words of a segment that is being filled.
pub fn words(draft: &mut Draft) -> &mut [u32] {
    draft_words(draft)
}

/// A segment is complete.
pub fn seal(draft: Draft) -> Segment {
    cache::write_back(draft.kernel_address().get(), draft.range().size());
    let mut draft = draft;
    loop {
        match enter_from_thread(|kernel, port| kernel.memory_mut().segments(port).seal(draft)) {
            Ok(segment) => return segment,
            Err(rest) => draft = rest,
        }
        background::pause();
    }
}

/// Maps a segment into a domain; nothing has changed when that fails.
///
/// # Errors
/// [`MemoryError::Attached`], [`MemoryError::BadDomain`].
pub fn map(id: DomainId, segment: &Segment) -> Result<(), MemoryError> {
    let mut begun = false;
    finish(|| {
        let mapped =
            enter_from_thread(|kernel, port| kernel.memory_mut().segments(port).map(id, segment));
        begun |= mapped == Err(MemoryError::Unfinished);
        mapped
    })
    .inspect_err(|_| {
        if begun {
            // The domain may be gone, and the pages with it.
            let _ = unmap(id, segment);
        }
    })
}

/// Takes a segment out of a domain: no core reaches it there any more.
///
/// # Errors
/// [`MemoryError::NotAttached`], [`MemoryError::BadDomain`].
pub fn unmap(id: DomainId, segment: &Segment) -> Result<(), MemoryError> {
    finish(|| {
        enter_from_thread(|kernel, port| kernel.memory_mut().segments(port).unmap(id, segment))
    })
}

/// How many domains have a segment.
pub fn domains(segment: &Segment) -> usize {
    enter_from_thread(|kernel, port| kernel.memory_mut().segments(port).domains(segment))
}

/// Gives the pages of a segment back.
///
/// # Errors
/// The segment, when a domain still has it.
pub fn free(segment: Segment) -> Result<(), Segment> {
    let mut segment = segment;
    loop {
        if domains(&segment) > 0 {
            return Err(segment);
        }
        match enter_from_thread(|kernel, port| kernel.memory_mut().segments(port).free(segment)) {
            Ok(()) => return Ok(()),
            Err(rest) => segment = rest,
        }
        background::pause();
    }
}

/// Gives a domain of one core a heap: see
/// [`Memory::create_private_heap`](acelab_kernel::memory::Memory::create_private_heap).
///
/// # Errors
/// As there, but for [`MemoryError::Unfinished`].
pub fn create_private_heap(id: DomainId, pages: usize) -> Result<(), MemoryError> {
    finish(|| {
        enter_from_thread(|kernel, port| {
            kernel
                .memory_mut()
                .create_private_heap(port, id, pages, Taker::User)
        })
    })
}

fn finish<T>(mut step: impl FnMut() -> Result<T, MemoryError>) -> Result<T, MemoryError> {
    loop {
        match step() {
            Err(MemoryError::Unfinished) => background::pause(),
            finished => return finished,
        }
    }
}
