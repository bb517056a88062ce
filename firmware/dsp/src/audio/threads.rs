//! The threads of one core, and the objects by which they work together.

use acelab_abi::core_id::CoreId;
use acelab_kernel::ids::{MAX_THREADS, ThreadId};
use acelab_kernel::system::Fate;
use acelab_user::{
    Builder, Deadline, Duration, Entry, Mutex, Object, Owned, Partition, Result, Semaphore, Slot,
    SysError, Thread, Timer, rights,
};

use super::domain::{clean, domain, id, shared, shared_argument};
use super::shared::{Objects, user_address};
use super::{ipc, ll, notify};
use crate::kernel;
use crate::klog::log;

/// Below the kernel's reports only.
const LL_PRIORITY: u32 = 1;
/// Below the LL thread, and the kernel thread that hands out commands.
const IPC_PRIORITY: u32 = 3;
/// Pages of the stack of `ll_thread<n>`.
const LL_PAGES: u32 = 4;
/// Pages of the stack of `ipc_user<n>`.
const IPC_PAGES: u32 = 4;
/// Time that the threads of a core may take to be ready, and to end.
const PATIENCE: Duration = Duration::from_millis(5);
/// Threads that say when they are ready.
const THREADS: u32 = 2;

/// Whether the domain's threads have ring 0. Code of libraries is not run there.
pub const IN_KERNEL: bool = cfg!(feature = "ll-kernel");

/// What one core has, owned by its kernel thread `work`.
pub struct CoreAudio {
    core: CoreId,
    threads: [Owned<Thread>; THREADS as usize],
    reply: Owned<Partition>,
    reply_address: u32,
    lock: Owned<Mutex>,
    timer: Owned<Timer>,
    wake: Owned<Semaphore>,
    commands: Owned<Slot>,
    answers: Owned<Slot>,
    engine: Owned<Slot>,
    ready: Owned<Semaphore>,
    trigger: Owned<Semaphore>,
}

impl CoreAudio {
    /// The threads of `core`, the executing one; all of them are ready to work.
    pub fn start(core: CoreId) -> Result<Self> {
        let (reply, reply_address) = Partition::create(1)?;
        let audio = Self {
            core,
            threads: [
                thread("ipc_user", ipc::run, core, IPC_PRIORITY, IPC_PAGES)?,
                thread("ll_thread", ll::run, core, LL_PRIORITY, LL_PAGES)?,
            ],
            reply,
            reply_address,
            lock: Mutex::create()?,
            timer: Timer::create()?,
            wake: Semaphore::create(0, 1)?,
            commands: Slot::create()?,
            answers: Slot::create()?,
            engine: Slot::create()?,
            ready: Semaphore::create(0, THREADS)?,
            trigger: Semaphore::create(0, 1)?,
        };
        match audio.run() {
            Ok(()) => Ok(audio),
            Err(error) => {
                audio.kill();
                Err(error)
            }
        }
    }

    fn run(&self) -> Result<()> {
        // From here on the page is given back by `kill` only.
        let writable = rights::READ | rights::WRITE | rights::UNCACHED;
        domain(self.core).attach(*self.reply, writable)?;
        let objects = self.objects();
        let [ipc, ll] = &self.threads;
        for thread in &self.threads {
            for object in [
                objects.lock.any(),
                objects.timer.any(),
                objects.wake.any(),
                objects.engine.any(),
                objects.ready.any(),
                objects.trigger.any(),
                objects.notifications.any(),
            ] {
                object.grant(**thread)?;
            }
        }
        objects.commands.grant(**ipc)?;
        objects.answers.grant(**ipc)?;
        // For the pages that the IPC thread shares with modules in domains of their own.
        objects.domain.grant(**ipc)?;
        // The IPC thread passes objects that it makes on to the LL thread.
        ll.grant(**ipc)?;
        let shared = shared().ok_or(SysError::BadState)?;
        shared.core(self.core).tell(&objects);
        #[cfg(feature = "debug-ipc")]
        self.share_timers(shared)?;
        for thread in &self.threads {
            thread.start()?;
        }
        let deadline = Deadline::after(PATIENCE);
        for _ in 0..THREADS {
            self.ready.take(deadline)?;
        }
        Ok(())
    }

    /// For the planted fault [`acelab_abi::audio_fault::AudioFault::TimerStoppedForAll`]:
    /// the LL threads of all cores may stop each other's timers.
    #[cfg(feature = "debug-ipc")]
    fn share_timers(&self, shared: &super::shared::Shared) -> Result<()> {
        let own = self.objects();
        for other in CoreId::ALL.into_iter().filter(|core| super::is_up(*core)) {
            if let Some(other) = shared.core(other).objects() {
                own.timer.grant(other.ll)?;
                other.timer.grant(own.ll)?;
            }
        }
        Ok(())
    }

    fn objects(&self) -> Objects {
        Objects {
            lock: *self.lock,
            timer: *self.timer,
            wake: *self.wake,
            commands: *self.commands,
            answers: *self.answers,
            engine: *self.engine,
            ready: *self.ready,
            trigger: *self.trigger,
            ll: *self.threads[1],
            ipc: *self.threads[0],
            notifications: notify::slot(),
            domain: domain(self.core),
            reply: user_address(self.reply_address),
        }
    }

    /// Has the core's threads end by themselves, after giving back what they
    /// have.
    pub fn stop(self) {
        // A core that is late with a command finds it afterwards.
        let _ = self.commands.send(&ipc::END, Deadline::NOW);
        let deadline = Deadline::after(PATIENCE);
        let ended = self
            .threads
            .iter()
            .all(|thread| thread.join(deadline).is_ok());
        if !ended {
            log!(
                Warning,
                "audio",
                "core {} does not end its audio",
                self.core
            );
        }
        let core = self.core;
        let blocks = self.kill();
        if ended && blocks > 0 {
            log!(
                Warning,
                "audio",
                "core {core} has left {blocks} blocks on the heap"
            );
        }
    }

    /// Ends the core's threads, those that they have made too, and takes back
    /// what all of them had; how many blocks of the heap that were.
    pub fn kill(self) -> u32 {
        end_threads(self.core);
        for thread in &self.threads {
            // It ends in steps if it had many objects.
            let _ = thread.join(Deadline::after(PATIENCE));
        }
        let _ = domain(self.core).detach(*self.reply);
        clean(self.core)
    }
}

/// Ends what threads the domain has on `core`.
fn end_threads(core: CoreId) {
    let Some(domain) = id(core) else { return };
    for thread in (0..MAX_THREADS).filter_map(ThreadId::new) {
        kernel::enter_from_thread(|kernel, port| {
            let record = kernel.thread(thread);
            if record.domain == Some(domain) && record.core == core {
                kernel.stop(port, thread, Fate::aborted());
            }
        });
    }
}

/// A thread that waits for its start.
fn thread(
    name: &str,
    entry: Entry,
    core: CoreId,
    priority: u32,
    pages: u32,
) -> Result<Owned<Thread>> {
    let mut text = [0; 16];
    let len = name.len().min(text.len() - 1);
    text[..len].copy_from_slice(&name.as_bytes()[..len]);
    text[len] = b'0' + core.get();
    let name = core::str::from_utf8(&text[..=len]).unwrap_or(name);
    let builder = Builder::new(name, entry)
        .core(core)
        .domain(domain(core))
        .priority(priority)
        .stack_pages(pages)
        .spawner()
        .devices()
        .arg(shared_argument());
    if IN_KERNEL {
        builder.kernel().create()
    } else {
        builder.create()
    }
}
