//! Modules with a domain and a thread of their own.
//!
//! The module's thread reaches its library, its heap, its stack, and some pages that
//! it shares with the core's audio: the *exchange*. There lie a request, the record
//! that belongs to it, and all that the record names.

mod exchange;
mod thread;

use core::ffi::c_void;
use core::fmt::Write as _;

use acelab_abi::memory::PAGE_SIZE;
use acelab_abi::syscall::MAX_PRIORITY;
use acelab_audio::{InstanceKey, LoadedModule};
use acelab_module_abi::host::{Bounce, Fault, Kind, Runner};
use acelab_module_abi::{Entry, ModuleTable};
use acelab_module_sdk::CreateError;
use acelab_user::{
    Builder, Deadline, Domain, Duration, ExitReason, Instant, Object, Owned, Partition, Result,
    Semaphore, SysError, Thread, now, rights,
};

use super::word;
use crate::audio::name::Name;
use crate::audio::platform::System;
use exchange::Exchange;

/// Pages of the exchange: blocks of several milliseconds.
const EXCHANGE_PAGES: u32 = 4;
/// Less urgent than the DP threads of the firmware's own modules.
pub const PRIORITY: u32 = MAX_PRIORITY - 2;
/// Of a thread that has used up its turn. Long work of the system is as urgent.
pub const PRIORITY_BEHIND: u32 = MAX_PRIORITY - 1;
/// Of a thread that has no request, and that nobody looks at.
const PRIORITY_DONE: u32 = MAX_PRIORITY;
/// Pages of the thread's stack.
const MIN_PAGES: u32 = 2;
const MAX_PAGES: u32 = 16;
/// How long a block may take, with all that is more urgent, in however many pieces it
/// goes through the exchange.
const IN_BLOCK: Duration = Duration::from_millis(50);
/// How long a call for a command may take, much less than the command.
const IN_COMMAND: Duration = Duration::from_millis(10);
/// How often it is looked whether the thread is still there; so long is its turn.
const LOOK: Duration = Duration::from_millis(1);

/// The thread of a module, as the core's audio threads see it.
pub struct Confined {
    thread: Owned<Thread>,
    work: Owned<Semaphore>,
    done: Owned<Semaphore>,
    exchange: Exchange,
    /// When the call that is being made is over.
    end: Instant,
    /// When the thread has used up its turn.
    turn: Instant,
    /// Whether it has used one up in this call.
    behind: bool,
    _pages: Pages,
}

/// Starts the thread of an instance in its domain: the way to it, and the functions of
/// the module.
pub fn start(
    system: &System,
    key: InstanceKey,
    module: &LoadedModule,
    domain: Domain,
) -> core::result::Result<(Bounce<Confined>, ModuleTable), CreateError> {
    let confined = Confined::new(system, key, module, domain);
    let mut confined = confined.map_err(|_| CreateError::Memory)?;
    let table = confined.table(module.table);
    let table = table.map_err(|fault| CreateError::Fault(fault.0))?;
    system.will_call([
        confined.work.any(),
        confined.done.any(),
        confined.thread.any(),
    ]);
    let area = confined.exchange.area();
    Ok((Bounce::new(area, confined), table))
}

impl Confined {
    fn new(
        system: &System,
        key: InstanceKey,
        module: &LoadedModule,
        domain: Domain,
    ) -> Result<Self> {
        let work = Semaphore::create(0, 1)?;
        let done = Semaphore::create(0, 1)?;
        let (pages, address) = Pages::new([system.domain(), domain])?;
        let bytes = (EXCHANGE_PAGES * PAGE_SIZE) as usize;
        // SAFETY: the pages were made for this, and are kept.
        let exchange = unsafe { Exchange::new(address, bytes, *work, *done) };
        let mut name = Name::default();
        // A name that is too long is cut.
        let _ = write!(name, "MOD:{:#x}", key.word());
        let stack_pages = module.stack_bytes.div_ceil(PAGE_SIZE);
        let thread = Builder::new(name.as_str(), thread::run)
            .core(system.core_id())
            .domain(domain)
            .confined()
            .priority(PRIORITY_DONE)
            .stack_pages(stack_pages.clamp(MIN_PAGES, MAX_PAGES))
            .arg(address)
            .create()?;
        work.grant(*thread)?;
        done.grant(*thread)?;
        thread.start()?;
        Ok(Self {
            thread,
            work,
            done,
            exchange,
            end: Instant::default(),
            turn: Instant::default(),
            behind: false,
            _pages: pages,
        })
    }

    /// The table at an address of the module's domain.
    fn table(&mut self, address: u32) -> core::result::Result<ModuleTable, Fault> {
        self.begin_call(IN_COMMAND);
        self.ask([0, 0, address])?;
        Ok(self.exchange.table())
    }

    /// Whatever the thread has done before, it gets time, and a turn, for a new call.
    fn begin_call(&mut self, patience: Duration) {
        let now = now();
        self.end = now + patience;
        self.turn = now + LOOK;
        self.behind = false;
    }

    /// Has the thread do something, and waits until it is done.
    fn ask(&mut self, request: [u32; 3]) -> core::result::Result<(), Fault> {
        // The module can give it as often as it likes.
        let _ = self.done.take(Deadline::NOW);
        self.exchange.ask(request);
        let priority = match self.behind {
            true => PRIORITY_BEHIND,
            false => PRIORITY,
        };
        // What fails here fails with the request.
        let _ = self.thread.set_priority(priority);
        if self.work.give().is_err() {
            return Err(self.end());
        }
        loop {
            let look = self.turn.min(self.end);
            match self.done.take(Deadline::at(look)) {
                Ok(()) => {
                    // What it still does, others do not wait for.
                    let _ = self.thread.set_priority(PRIORITY_DONE);
                    return Ok(());
                }
                Err(SysError::Timeout) if now() < self.end => {
                    if let Ok(exit) = self.thread.join(Deadline::NOW) {
                        return Err(word::of(exit));
                    }
                    self.end_turn();
                }
                Err(_) => return Err(self.end()),
            }
        }
    }

    /// Puts the thread behind all others of its core that have a request. The kernel
    /// does not slice time, and a thread that never waits must not have all of it.
    fn end_turn(&mut self) {
        if self.behind {
            // A change of priority is what moves it behind its equals.
            let _ = self.thread.set_priority(PRIORITY);
        }
        // One that has ended has no turn to lose.
        let _ = self.thread.set_priority(PRIORITY_BEHIND);
        self.behind = true;
        self.turn = now() + LOOK;
    }

    /// Ends the thread, if it has not ended by itself: why it is of no use.
    fn end(&self) -> Fault {
        // One that has ended cannot be ended.
        let _ = self.thread.abort();
        match self.thread.join(Deadline::FOREVER) {
            Ok(exit) if exit.reason != ExitReason::Aborted => word::of(exit),
            _ => word::late(),
        }
    }
}

impl Runner for Confined {
    fn begin(&mut self, kind: Kind) {
        self.begin_call(match kind {
            Kind::Process => IN_BLOCK,
            _ => IN_COMMAND,
        });
    }

    fn run(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        record: *mut c_void,
    ) -> core::result::Result<u32, Fault> {
        let entry = (entry as *const ()).expose_provenance();
        let [instance, record] = [instance, record].map(|at| at.expose_provenance());
        self.ask([entry, instance, record].map(|word| word as u32))?;
        Ok(self.exchange.result())
    }
}

impl Drop for Confined {
    fn drop(&mut self) {
        self.end();
    }
}

/// The pages of an exchange in both domains.
struct Pages {
    partition: Owned<Partition>,
    domains: [Domain; 2],
}

impl Pages {
    fn new(domains: [Domain; 2]) -> Result<(Self, u32)> {
        let (partition, address) = Partition::create(EXCHANGE_PAGES)?;
        // What is attached already is taken back with the rest.
        let pages = Self { partition, domains };
        for domain in domains {
            domain.attach(*pages.partition, rights::READ | rights::WRITE)?;
        }
        Ok((pages, address))
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        for domain in self.domains {
            // Where it was not attached there is nothing to take back.
            let _ = domain.detach(*self.partition);
        }
    }
}
