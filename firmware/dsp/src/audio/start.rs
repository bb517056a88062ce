//! What a thread of the domain knows when it begins.

use core::sync::atomic::AtomicU32;

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::{INBOX, PAGE_SIZE};
use acelab_user::local;

use super::shared::{Objects, Shared};

/// The objects of its core, and the domain's pages.
#[derive(Clone, Copy)]
pub struct Start {
    /// Its core.
    pub core: CoreId,
    /// The core's objects.
    pub objects: Objects,
    /// The page that the kernel writes.
    pub shared: &'static Shared,
}

impl Start {
    /// From the argument of an audio thread.
    pub fn of(argument: u32) -> Option<Self> {
        let core = local::core()?;
        // SAFETY: the kernel starts the threads that call this with the address
        // of the shared page.
        let shared = unsafe { Shared::of_user(argument) };
        let objects = shared.core(core).objects()?;
        Some(Self {
            core,
            objects,
            shared,
        })
    }

    /// The page for the payload of replies.
    pub fn reply(&self) -> &'static [AtomicU32] {
        page_words(self.objects.reply, PAGE_SIZE)
    }

    /// The inbox, which the host writes at any time.
    pub fn inbox(&self) -> &'static [AtomicU32] {
        page_words(self.shared.inbox(), INBOX.size)
    }

    /// The firmware registers.
    pub fn registers(&self) -> &'static [AtomicU32] {
        page_words(self.shared.registers(), PAGE_SIZE)
    }
}

/// Pages that the kernel has told of in the shared page.
fn page_words(address: u32, bytes: u32) -> &'static [AtomicU32] {
    let start = core::ptr::with_exposed_provenance(address as usize);
    // SAFETY: the shared page, which the kernel alone writes, has addresses of
    // pages that are mapped as long as the core's threads live and hold nothing
    // but words, which everybody accesses by atomics.
    unsafe { core::slice::from_raw_parts(start, bytes as usize / 4) }
}
