//! Threads of modules that have a period of their own (DP).
//!
//! A module and its data travel: the tick puts them on the worker's desk, and
//! takes them back when the worker is done. The shorter the time a job has, the
//! more urgent is its thread.

use core::cell::UnsafeCell;
use core::fmt::Write as _;
use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::clock::ticks_from_micros;
use acelab_abi::core_id::CoreId;
use acelab_abi::memory::PAGE_SIZE;
use acelab_audio::DpJob;
use acelab_user::heap::HeapBox;
use acelab_user::{
    AnyObject, Builder, Deadline, Duration, Object, Owned, Result, Semaphore, Thread, now,
};

use super::name::Name;

/// The most urgent priority of a DP thread.
const PRIORITY: u32 = 8;
/// Of one whose jobs have time: more urgent than all threads of loaded modules, which
/// it watches over.
const LEAST_URGENT: u32 = super::guest::MODULE_PRIORITY - 1;
/// Pages of its stack unless it asks for more.
const PAGES: u32 = 2;
const MAX_PAGES: u32 = 16;
/// Time that a job may take to end when its module is deleted.
const PATIENCE: Duration = Duration::from_millis(100);
const MILLI: u64 = ticks_from_micros(1000);

/// Nothing is to be done.
const IDLE: u32 = 0;
/// The worker has a job.
const BUSY: u32 = 1;
/// The job is done.
const DONE: u32 = 2;

/// Where a job lies.
struct Desk {
    state: AtomicU32,
    job: UnsafeCell<Option<DpJob>>,
    /// Given when there is a job, and at the end.
    work: Semaphore,
    /// Given when the job is done.
    done: Semaphore,
}

/// A DP thread, as those see it who give it jobs.
pub struct Worker {
    desk: HeapBox<Desk>,
    thread: Owned<Thread>,
    work: Owned<Semaphore>,
    done: Owned<Semaphore>,
    /// Its priority now.
    priority: AtomicU32,
}

impl Worker {
    /// A thread on `core`, the executing one, for component `key`, with at least
    /// `stack` bytes of stack. The LL thread gives it jobs.
    pub fn spawn(core: CoreId, key: u32, stack: u32, ll: Thread) -> Option<Self> {
        Self::create(core, key, stack, ll).ok()
    }

    fn create(core: CoreId, key: u32, stack: u32, ll: Thread) -> Result<Self> {
        let work = Semaphore::create(0, 1)?;
        let done = Semaphore::create(0, 1)?;
        let desk = HeapBox::new(Desk {
            state: AtomicU32::new(IDLE),
            job: UnsafeCell::new(None),
            work: *work,
            done: *done,
        })?;
        let mut name = Name::default();
        // A name that is too long is cut.
        let _ = write!(name, "DP:{key:#x}");
        let thread = Builder::new(name.as_str(), run)
            .core(core)
            .priority(PRIORITY)
            .stack_pages(stack.div_ceil(PAGE_SIZE).clamp(PAGES, MAX_PAGES))
            .arg((&raw const *desk).expose_provenance() as u32)
            .create()?;
        work.grant(*thread)?;
        done.grant(*thread)?;
        work.grant(ll)?;
        done.grant(ll)?;
        thread.grant(ll)?;
        thread.start()?;
        Ok(Self {
            desk,
            thread,
            work,
            done,
            priority: AtomicU32::new(PRIORITY),
        })
    }

    /// Lets it use an object.
    pub fn grant(&self, object: AnyObject) -> Result<()> {
        object.grant(*self.thread)
    }

    /// Gives it a job.
    pub fn submit(&self, job: DpJob, deadline: u64) {
        let millis = deadline.saturating_sub(now().ticks()) / MILLI;
        let priority = PRIORITY + (millis as u32).min(LEAST_URGENT - PRIORITY);
        if self.priority.swap(priority, Ordering::Relaxed) != priority {
            let _ = self.thread.set_priority(priority);
        }
        // SAFETY: the worker is not busy, so the desk is the engine's; that is in
        // a tick.
        unsafe { *self.desk.job.get() = Some(job) };
        self.desk.state.store(BUSY, Ordering::Release);
        let _ = self.work.give();
    }

    /// Takes the job back if it is done.
    pub fn collect(&self) -> Option<DpJob> {
        if self.desk.state.load(Ordering::Acquire) != DONE {
            return None;
        }
        self.desk.state.store(IDLE, Ordering::Relaxed);
        // SAFETY: the worker is done with it.
        unsafe { (*self.desk.job.get()).take() }
    }

    /// Waits until the worker has nothing to do; whether that is so.
    pub fn wait(&self, deadline: Deadline) -> bool {
        while self.desk.state.load(Ordering::Acquire) == BUSY {
            if self.done.take(deadline).is_err() {
                return false;
            }
        }
        true
    }

    /// Ends the thread, and gives back the job that it had.
    pub fn end(self) -> Option<DpJob> {
        self.wait(Deadline::after(PATIENCE));
        let _ = self.thread.abort();
        // It is gone after this, whatever it was doing.
        let _ = self.thread.join(Deadline::FOREVER);
        // SAFETY: the thread is gone, and the engine has no other way to the desk.
        unsafe { (*self.desk.job.get()).take() }
    }
}

/// The thread. Its argument is the address of the desk.
extern "C" fn run(argument: u32) -> u32 {
    let desk: *const Desk = core::ptr::with_exposed_provenance(argument as usize);
    // SAFETY: the desk is there until this thread has ended.
    let desk = unsafe { &*desk };
    while desk.work.take(Deadline::FOREVER).is_ok() {
        if desk.state.load(Ordering::Acquire) != BUSY {
            continue;
        }
        // SAFETY: the desk is the worker's while it is busy.
        if let Some(job) = unsafe { (*desk.job.get()).as_mut() } {
            job.run();
        }
        desk.state.store(DONE, Ordering::Release);
        let _ = desk.done.give();
    }
    0
}
