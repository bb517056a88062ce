//! The page that the kernel writes and every thread of the domain reads: by what
//! names a core's threads know their objects, and which faults are planted.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};
#[cfg(feature = "debug-ipc")]
use acelab_abi::debug_ipc::Disturbance;
use acelab_abi::memory::{PAGE_SIZE, USER_DISTANCE, USER_UNCACHED_DISTANCE, to_uncached};
#[cfg(feature = "debug-ipc")]
use acelab_user::Duration;
use acelab_user::{Domain, Mutex, Object, Semaphore, Slot, Thread, Timer};

/// What the threads of one core need to know.
#[repr(C)]
pub struct CoreWords {
    /// The LL lock: who has it may look at the core's engine.
    lock: AtomicU32,
    /// The timer of the LL tick.
    timer: AtomicU32,
    /// Given when there is work for an LL thread that has none.
    wake: AtomicU32,
    /// Commands for the core.
    commands: AtomicU32,
    /// What came of them.
    answers: AtomicU32,
    /// The address of the engine, from the IPC thread to the LL thread.
    engine: AtomicU32,
    /// Given once by each of the core's threads when it is ready, and by the LL
    /// thread at its end.
    ready: AtomicU32,
    /// Given by a tick when a trigger that was delayed is done.
    trigger: AtomicU32,
    /// The LL thread, which is permitted what the IPC thread makes.
    ll: AtomicU32,
    /// The IPC thread, which is permitted what ring 0 makes for an instance.
    ipc: AtomicU32,
    /// Notifications for the host; one slot for all cores.
    notifications: AtomicU32,
    /// The domain that the threads are in.
    domain: AtomicU32,
    /// Where the threads see the page of the core's replies.
    reply: AtomicU32,
    /// A [`Disturbance`], for tests.
    disturbance: AtomicU32,
    /// Its time in µs.
    disturbance_micros: AtomicU32,
}

/// The objects of one core, as its threads name them.
#[derive(Clone, Copy, Debug)]
pub struct Objects {
    pub lock: Mutex,
    pub timer: Timer,
    pub wake: Semaphore,
    pub commands: Slot,
    pub answers: Slot,
    pub engine: Slot,
    pub ready: Semaphore,
    pub trigger: Semaphore,
    pub ll: Thread,
    pub ipc: Thread,
    pub notifications: Slot,
    pub domain: Domain,
    pub reply: u32,
}

impl CoreWords {
    fn words(&self, objects: &Objects) -> [(&AtomicU32, u32); 13] {
        [
            (&self.lock, objects.lock.word()),
            (&self.timer, objects.timer.word()),
            (&self.wake, objects.wake.word()),
            (&self.commands, objects.commands.word()),
            (&self.answers, objects.answers.word()),
            (&self.engine, objects.engine.word()),
            (&self.ready, objects.ready.word()),
            (&self.trigger, objects.trigger.word()),
            (&self.ll, objects.ll.word()),
            (&self.ipc, objects.ipc.word()),
            (&self.notifications, objects.notifications.word()),
            (&self.domain, objects.domain.word()),
            (&self.reply, objects.reply),
        ]
    }

    /// Ring 0: tells the core's threads their objects.
    pub fn tell(&self, objects: &Objects) {
        for (word, value) in self.words(objects) {
            word.store(value, Ordering::Release);
        }
    }

    /// Ring 0: has the core's threads do what they should not.
    #[cfg(feature = "debug-ipc")]
    pub fn disturb(&self, kind: Disturbance, micros: u32) {
        self.disturbance_micros.store(micros, Ordering::Relaxed);
        self.disturbance.store(kind.code(), Ordering::Release);
    }

    /// What the core's threads are to do that they should not, and for how long.
    #[cfg(feature = "debug-ipc")]
    pub fn disturbance(&self) -> (Disturbance, Duration) {
        let kind = Disturbance::from_code(self.disturbance.load(Ordering::Acquire));
        let micros = self.disturbance_micros.load(Ordering::Relaxed);
        (
            kind.unwrap_or(Disturbance::None),
            Duration::from_micros(micros),
        )
    }

    /// The objects; `None` while there are none.
    pub fn objects(&self) -> Option<Objects> {
        Some(Objects {
            lock: object(&self.lock)?,
            timer: object(&self.timer)?,
            wake: object(&self.wake)?,
            commands: object(&self.commands)?,
            answers: object(&self.answers)?,
            engine: object(&self.engine)?,
            ready: object(&self.ready)?,
            trigger: object(&self.trigger)?,
            ll: object(&self.ll)?,
            ipc: object(&self.ipc)?,
            notifications: object(&self.notifications)?,
            domain: object(&self.domain)?,
            reply: self.reply.load(Ordering::Acquire),
        })
    }
}

fn object<T: Object>(word: &AtomicU32) -> Option<T> {
    T::from_word(word.load(Ordering::Acquire))
}

/// The page.
#[repr(C)]
pub struct Shared {
    cores: [CoreWords; MAX_CORES],
    /// Where threads of the domain see the inbox.
    inbox: AtomicU32,
    /// Where they see the firmware registers.
    registers: AtomicU32,
    /// Bits of NOTIFICATION_MASK: events that the host wants to hear of.
    event_mask: AtomicU32,
    /// Planted faults, a bit each.
    faults: AtomicU32,
}

const _: () = assert!(size_of::<Shared>() <= PAGE_SIZE as usize);

impl Shared {
    /// Ring 0: the page of a partition, by its cached user address.
    ///
    /// # Safety
    /// `address` is that of a partition of one page that is never closed, has an
    /// uncached view, and holds nothing else.
    pub unsafe fn of_kernel(address: u32) -> &'static Self {
        let own = to_uncached(address + USER_DISTANCE);
        let page: *const Self = core::ptr::with_exposed_provenance(own as usize);
        // SAFETY: the caller's promise; the kernel has the whole pool mapped past
        // the cache, pages are aligned, and words of zeros are a value.
        unsafe { &*page }
    }

    /// A thread of the domain: the page at the address that it was started with.
    ///
    /// # Safety
    /// `address` is what [`user_address`] answers for the domain's page, which is
    /// attached to the domain, and is never closed.
    pub unsafe fn of_user(address: u32) -> &'static Self {
        let page: *const Self = core::ptr::with_exposed_provenance(address as usize);
        // SAFETY: the caller's promise; nobody writes but by atomics.
        unsafe { &*page }
    }

    /// What the threads of `core` need to know.
    pub fn core(&self, core: CoreId) -> &CoreWords {
        &self.cores[core.index()]
    }

    /// Where threads of the domain see the inbox.
    pub fn inbox(&self) -> u32 {
        self.inbox.load(Ordering::Relaxed)
    }

    /// Where they see the firmware registers.
    pub fn registers(&self) -> u32 {
        self.registers.load(Ordering::Relaxed)
    }

    /// Ring 0: tells where they see both.
    pub fn tell_windows(&self, inbox: u32, registers: u32) {
        self.inbox.store(inbox, Ordering::Relaxed);
        self.registers.store(registers, Ordering::Relaxed);
    }

    /// Bits of NOTIFICATION_MASK.
    pub fn event_mask(&self) -> u32 {
        self.event_mask.load(Ordering::Relaxed)
    }

    /// Ring 0: the host wants to hear of these.
    pub fn set_event_mask(&self, mask: u32) {
        self.event_mask.store(mask, Ordering::Relaxed);
    }

    /// Planted faults, a bit each.
    pub fn faults(&self) -> u32 {
        self.faults.load(Ordering::Relaxed)
    }

    /// Ring 0: plants faults.
    #[cfg(feature = "debug-ipc")]
    pub fn plant(&self, faults: u32) {
        self.faults.store(faults, Ordering::Relaxed);
    }
}

/// The words of a page of a partition as ring 0 sees them, by its uncached user
/// address.
///
/// # Safety
/// `address` is that of a page of a partition which stays while the words are
/// used, and holds nothing else.
pub unsafe fn kernel_words(address: u32) -> &'static [AtomicU32] {
    let own = to_uncached(address + USER_UNCACHED_DISTANCE + USER_DISTANCE);
    let start = core::ptr::with_exposed_provenance(own as usize);
    // SAFETY: the caller's promise; the kernel has the whole pool mapped past the
    // cache.
    unsafe { core::slice::from_raw_parts(start, PAGE_SIZE as usize / 4) }
}

/// Where threads of the domain see a partition past the cache, by its cached user
/// address.
pub const fn user_address(address: u32) -> u32 {
    address - USER_UNCACHED_DISTANCE
}
