//! A kernel on a machine, with a few threads to begin with.

use std::boxed::Box;
use std::vec::Vec;

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::{TEXT_AREA, USER_DISTANCE};
use acelab_abi::syscall::{FOREVER, MAX_ARGS, SysError, Syscall, ThreadParams};

use super::machine::Machine;
use crate::ids::{DomainId, MAX_DOMAINS, ThreadId};
use crate::object::Object;
use crate::system::{Idle, Kernel, Outcome, Resume, Ring, Spawn};
use crate::thread::{Pending, State};

pub const ENTRY: u32 = TEXT_AREA.base + 0x400;

/// The words of a deadline.
pub const fn at(deadline: u64) -> [u32; 2] {
    [deadline as u32, (deadline >> 32) as u32]
}

pub const NEVER: [u32; 2] = at(FOREVER);

pub struct World {
    pub kernel: Box<Kernel>,
    pub port: Machine,
    /// A kernel thread of priority 1 on core 0.
    pub root: ThreadId,
}

impl World {
    /// Cores 0 and up, each with its idle thread.
    pub fn new(cores: usize) -> Self {
        let (port, memory) = Machine::booted();
        let mut kernel = Box::new(Kernel::new());
        *kernel.memory_mut() = memory;
        for core in &CoreId::ALL[..cores] {
            let idle = Idle {
                entry: ENTRY,
                stack_top: 0xA00D_C000,
            };
            kernel.add_core(*core, idle).unwrap();
        }
        let mut world = Self {
            kernel,
            port,
            root: ThreadId::new(0).unwrap(),
        };
        world.root = world.kernel_thread(CoreId::PRIMARY, 1);
        world
    }

    fn spawn(&mut self, core: CoreId, priority: u32, domain: Option<DomainId>) -> ThreadId {
        let spawn = Spawn {
            core,
            entry: ENTRY,
            arg: 7,
            stack_pages: 1,
            priority,
            ring: if domain.is_some() {
                Ring::User
            } else {
                Ring::Kernel
            },
            domain,
            may_spawn: false,
            system: false,
            name: "t",
        };
        let thread = self.kernel.spawn(&mut self.port, spawn).unwrap();
        self.check();
        thread
    }

    pub fn kernel_thread(&mut self, core: CoreId, priority: u32) -> ThreadId {
        self.spawn(core, priority, None)
    }

    pub fn user_thread(&mut self, core: CoreId, priority: u32, domain: DomainId) -> ThreadId {
        self.spawn(core, priority, Some(domain))
    }

    /// A domain of the root thread's: its handle and its number.
    pub fn domain(&mut self) -> (u32, DomainId) {
        let handle = self.create(self.root, Syscall::DomainCreate, &[]);
        let id = self.kernel.objects.find(handle).unwrap();
        match self.kernel.objects.get(id).object {
            Object::Domain(domain) => (handle, domain),
            _ => panic!("not a domain"),
        }
    }

    /// A system call, on the caller's core.
    pub fn call(&mut self, caller: ThreadId, syscall: Syscall, args: &[u32]) -> Outcome {
        let mut words = [0; MAX_ARGS];
        words[..args.len()].copy_from_slice(args);
        self.raw(caller, syscall.number(), words)
    }

    pub fn raw(&mut self, caller: ThreadId, number: u32, words: [u32; MAX_ARGS]) -> Outcome {
        let record = &mut self.kernel.threads[caller.index()];
        self.port.core = record.core;
        if matches!(record.pending, Pending::Start(_)) {
            // Who calls has been chosen before.
            record.pending = Pending::None;
        }
        let outcome = self.kernel.syscall(&mut self.port, caller, number, &words);
        if number == Syscall::DomainCreate.number() {
            // What was in the page of a new table is in no TLB.
            for domain in (0..MAX_DOMAINS).filter_map(DomainId::new) {
                if let Some(table) = self.kernel.memory().page_table(domain) {
                    self.port.memory.new_table(table);
                }
            }
        }
        self.check();
        outcome
    }

    /// A system call that answers at once.
    pub fn answer(
        &mut self,
        caller: ThreadId,
        syscall: Syscall,
        args: &[u32],
    ) -> Result<[u32; 2], SysError> {
        match self.call(caller, syscall, args) {
            Outcome::Return(words) => decode(words),
            outcome => panic!("{syscall:?}: {outcome:?}"),
        }
    }

    /// A system call that succeeds at once.
    pub fn ok(&mut self, caller: ThreadId, syscall: Syscall, args: &[u32]) -> [u32; 2] {
        let answer = self.answer(caller, syscall, args);
        answer.unwrap_or_else(|error| panic!("{syscall:?}: {error}"))
    }

    /// A system call that blocks the caller.
    pub fn block(&mut self, caller: ThreadId, syscall: Syscall, args: &[u32]) {
        assert_eq!(self.call(caller, syscall, args), Outcome::Blocked);
        assert_eq!(self.kernel.thread(caller).state, State::Waiting);
    }

    /// Creates an object; answers its handle.
    pub fn create(&mut self, caller: ThreadId, syscall: Syscall, args: &[u32]) -> u32 {
        self.ok(caller, syscall, args)[0]
    }

    pub fn grant(&mut self, thread: ThreadId, object: u32) {
        let handle = self.kernel.thread_handle(thread);
        self.ok(self.root, Syscall::ObjectGrant, &[handle, object]);
    }

    /// What a thread that has been woken will be answered.
    pub fn woken(&mut self, thread: ThreadId) -> Result<[u32; 2], SysError> {
        assert_eq!(self.kernel.thread(thread).state, State::Ready);
        match core::mem::replace(
            &mut self.kernel.threads[thread.index()].pending,
            Pending::None,
        ) {
            Pending::Answer(words) => decode(words),
            pending => panic!("{pending:?}"),
        }
    }

    pub fn is_waiting(&self, thread: ThreadId) -> bool {
        self.kernel.thread(thread).state == State::Waiting
    }

    pub fn priority(&self, thread: ThreadId) -> u8 {
        self.kernel.thread(thread).priority
    }

    /// The clock reaches `now`.
    pub fn advance(&mut self, now: u64) {
        self.port.now = now;
        self.port.core = CoreId::PRIMARY;
        self.kernel.expire(&mut self.port);
        self.check();
    }

    /// A core looks who is next.
    pub fn choose(&mut self, core: CoreId) -> (ThreadId, Resume) {
        self.port.core = core;
        let next = self.kernel.choose(&mut self.port, core);
        assert!(!self.kernel.next_differs(core));
        self.check();
        (next.thread, next.resume)
    }

    /// The lowest address of a thread's stack, as it sees it.
    pub fn buffer(&self, thread: ThreadId) -> u32 {
        self.kernel.thread(thread).stack.as_ref().unwrap().bottom()
    }

    /// Memory as the thread sees it.
    pub fn bytes(&mut self, thread: ThreadId, address: u32, len: u32) -> &mut [u8] {
        let user = self.kernel.thread(thread).domain.is_some();
        let distance = if user { USER_DISTANCE } else { 0 };
        self.port.memory.bytes(address + distance, len)
    }

    /// Writes the parameters of a thread to where `caller` has its stack; answers where, for
    /// `thread_create`.
    pub fn put_params(&mut self, caller: ThreadId, params: &ThreadParams) -> u32 {
        let address = self.buffer(caller);
        let words = params.to_words();
        let bytes = self.bytes(caller, address, 4 * words.len() as u32);
        for (bytes, word) in bytes.chunks_exact_mut(4).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        address
    }

    /// `thread_create` at once; answers the handle.
    pub fn create_thread(
        &mut self,
        caller: ThreadId,
        params: &ThreadParams,
    ) -> Result<u32, SysError> {
        let address = self.put_params(caller, params);
        let [handle, _] = self.answer(caller, Syscall::ThreadCreate, &[address])?;
        Ok(handle)
    }

    /// Everybody that waits in the rings of a core, most urgent first.
    pub fn queue(&self, core: CoreId) -> Vec<ThreadId> {
        self.kernel.cores[core.index()]
            .ready
            .threads(&self.kernel.links)
    }
}

fn decode(words: [u32; 3]) -> Result<[u32; 2], SysError> {
    match SysError::from_code(words[0]) {
        Some(SysError::Ok) => Ok([words[1], words[2]]),
        Some(error) => {
            assert_eq!(words[1..], [0, 0]);
            Err(error)
        }
        None => panic!("{words:?}"),
    }
}
