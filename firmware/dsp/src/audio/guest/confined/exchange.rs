//! The pages that a module's thread shares with the core's audio.

use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, Ordering};

use acelab_module_abi::ModuleTable;
use acelab_module_abi::host::Area;
use acelab_user::{Object, Semaphore};

/// Bytes before the area for records.
const HEAD_BYTES: usize = 64;
/// Words of a module's table.
const TABLE_WORDS: usize = size_of::<ModuleTable>() / 4;

/// What is at the start. The module can write all of it at any time; what the firmware
/// needs to know for itself it keeps elsewhere.
#[repr(C)]
pub struct Request {
    /// Given when there is a request.
    work: AtomicU32,
    /// Given when it is done.
    done: AtomicU32,
    /// The function to be called; 0 asks for the words of the table at `record`.
    entry: AtomicU32,
    instance: AtomicU32,
    record: AtomicU32,
    result: AtomicU32,
}

const _: () = assert!(size_of::<Request>() <= HEAD_BYTES);

impl Request {
    /// That at an address.
    ///
    /// # Safety
    /// The pages of an exchange are mapped there as long as it is used.
    pub unsafe fn at(address: u32) -> &'static Self {
        let request: *const Self = core::ptr::with_exposed_provenance(address as usize);
        // SAFETY: the caller's promise; pages are aligned, and any words are a request.
        unsafe { &*request }
    }

    /// The module's thread: its semaphores, for work and for what is done.
    pub fn semaphores(&self) -> Option<(Semaphore, Semaphore)> {
        let load = |word: &AtomicU32| Semaphore::from_word(word.load(Ordering::Acquire));
        Some((load(&self.work)?, load(&self.done)?))
    }

    /// The module's thread: the function, the instance, the record.
    pub fn load(&self) -> [u32; 3] {
        let [entry, instance, record] = [&self.entry, &self.instance, &self.record];
        [
            entry.load(Ordering::Acquire),
            instance.load(Ordering::Relaxed),
            record.load(Ordering::Relaxed),
        ]
    }

    /// The module's thread: what the function has returned.
    pub fn finish(&self, result: u32) {
        self.result.store(result, Ordering::Release);
    }

    /// The module's thread: where the words of a table go.
    pub fn table_words(&self) -> NonNull<[u32; TABLE_WORDS]> {
        let start = NonNull::from(self).cast::<[u8; HEAD_BYTES]>();
        // SAFETY: the exchange has more than one page.
        unsafe { start.add(1) }.cast()
    }
}

/// The exchange, as the firmware uses it.
pub struct Exchange {
    address: u32,
    bytes: usize,
}

impl Exchange {
    /// The pages at `address`.
    ///
    /// # Safety
    /// They are mapped there, for reading and writing, as long as it is used, and
    /// hold nothing else.
    pub unsafe fn new(address: u32, bytes: usize, work: Semaphore, done: Semaphore) -> Self {
        let exchange = Self { address, bytes };
        let request = exchange.request();
        request.work.store(work.word(), Ordering::Release);
        request.done.store(done.word(), Ordering::Release);
        exchange
    }

    fn request(&self) -> &Request {
        // SAFETY: the promise of `new`.
        unsafe { Request::at(self.address) }
    }

    /// Where records go.
    pub fn area(&self) -> Area {
        let start = core::ptr::with_exposed_provenance_mut::<u8>(self.address as usize);
        // SAFETY: the promise of `new`; the head is in front of it.
        unsafe {
            Area::new(
                NonNull::new_unchecked(start.add(HEAD_BYTES)),
                self.bytes - HEAD_BYTES,
            )
        }
    }

    /// Writes a request.
    pub fn ask(&self, [entry, instance, record]: [u32; 3]) {
        let request = self.request();
        request.instance.store(instance, Ordering::Relaxed);
        request.record.store(record, Ordering::Relaxed);
        request.entry.store(entry, Ordering::Release);
    }

    /// What the function has returned.
    pub fn result(&self) -> u32 {
        self.request().result.load(Ordering::Acquire)
    }

    /// The table that was asked for.
    pub fn table(&self) -> ModuleTable {
        let words = self.request().table_words();
        // SAFETY: the words are in the exchange; any words are a table.
        unsafe { words.cast::<ModuleTable>().read_volatile() }
    }
}
