//! Random threads that do random things, valid and invalid, on three cores: the
//! kernel never panics, every step leaves it consistent, and in the end nothing
//! is left.

use std::vec::Vec;

use acelab_abi::core_id::CoreId;
use acelab_abi::object::ObjectKind;
use acelab_abi::syscall::guard::GuardWord;
use acelab_abi::syscall::{
    Argument, Buffer, FOREVER, MAX_ARGS, SYSCALLS, Syscall, ThreadParams, flags,
};
use proptest::prelude::*;

use super::world::{ENTRY, World};
use crate::ids::ThreadId;
use crate::object::ObjectId;
use crate::system::{Fate, Idle, Outcome, Ring};
use crate::thread::{State, Wait};

const CORES: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    /// The thread of a core does a system call, with arguments made of these.
    Call(usize, u32, [u32; MAX_ARGS]),
    /// Time passes.
    Advance(u64),
    /// The thread of a core does something forbidden.
    Fault(usize),
    /// The thread of a core writes a serial and a limit where the kernel looks for
    /// them.
    Guard(usize, u32, u32),
    /// The thread of a core has run for the time between two samples.
    Sample(usize),
    /// A core's work thread writes its reports.
    Report(usize),
    /// A core is taken out, or comes back.
    Power(usize),
}

/// What makes threads wait for each other.
const WAITING: &[Syscall] = &[
    Syscall::MutexLock,
    Syscall::MutexUnlock,
    Syscall::SlotSend,
    Syscall::SlotReceive,
    Syscall::ThreadStart,
    Syscall::ThreadCreate,
    Syscall::ObjectGrant,
    Syscall::EventWait,
    Syscall::SemTake,
    Syscall::ThreadJoin,
    Syscall::TimerWait,
    Syscall::TimerStart,
    Syscall::ThreadSetPriority,
    Syscall::ThreadAbort,
    Syscall::GuardRegister,
];

fn step() -> impl Strategy<Value = Step> {
    let number = prop_oneof![
        8 => 0..SYSCALLS.len() as u32,
        8 => proptest::sample::select(WAITING).prop_map(Syscall::number),
    ];
    prop_oneof![
        30 => (0..CORES, number, any::<[u32; MAX_ARGS]>()).prop_map(|(c, n, a)| Step::Call(c, n, a)),
        4 => (1u64..40).prop_map(Step::Advance),
        1 => (0..CORES).prop_map(Step::Fault),
        2 => (0..CORES, any::<u32>(), 0u32..2).prop_map(|(c, s, l)| Step::Guard(c, s, l)),
        2 => (0..CORES).prop_map(Step::Sample),
        2 => (0..CORES).prop_map(Step::Report),
        1 => (1..CORES).prop_map(Step::Power),
    ]
}

impl World {
    /// Handles of everything of a kind.
    fn handles(&self, kind: Option<ObjectKind>) -> Vec<u32> {
        ObjectId::all()
            .filter(|id| {
                let found = self.kernel.objects.get(*id).object.kind();
                found.is_some() && (kind.is_none() || found == kind)
            })
            .map(|id| self.kernel.objects.handle(id))
            .collect()
    }

    /// A word for an argument, made of a random one: good in most cases.
    fn word_for(&mut self, caller: ThreadId, argument: Argument, random: u32) -> u32 {
        let wild = random >> 28 == 0;
        let value = random & 0xFFFF;
        match argument {
            Argument::Handle(kind) if !wild => pick(&self.handles(Some(kind)), value),
            Argument::AnyHandle if !wild => pick(&self.handles(None), value),
            Argument::Range(least, most) if !wild => {
                least + value % (most - least).saturating_add(1).max(1)
            }
            Argument::Bits(mask) if !wild => mask & (value & 7),
            Argument::DeadlineLow if wild => FOREVER as u32,
            Argument::DeadlineLow => self.port.now as u32 + value % 64,
            Argument::DeadlineHigh => 0,
            Argument::Length(most) if !wild => (value % 80).min(most),
            Argument::In(_) | Argument::Out(_) if !wild => self.buffer(caller),
            Argument::Word if random & 3 == 0 => ENTRY,
            Argument::Word | Argument::HeapAddress => value % 256,
            _ => random,
        }
    }

    fn write_params(&mut self, caller: ThreadId, random: &[u32; MAX_ARGS]) {
        let domains = self.handles(Some(ObjectKind::Domain));
        let kernel = random[1] & 7 == 0;
        let params = ThreadParams {
            entry: ENTRY,
            arg: 0,
            stack_pages: 1 + random[0] % 2,
            priority: random[1] % 32,
            core: random[2] % CORES as u32,
            domain: if kernel || random[3] & 1 == 0 {
                0
            } else {
                pick(&domains, random[3] >> 1)
            },
            flags: if kernel {
                flags::KERNEL
            } else if random[4] & 15 == 8 {
                flags::CONFINED
            } else {
                random[4] & (flags::SPAWN | flags::DEVICES)
            },
            name: [0x6C6C6548; 4],
        };
        self.put_params(caller, &params);
    }

    fn random_call(&mut self, caller: ThreadId, number: u32, random: [u32; MAX_ARGS]) {
        let Some(syscall) = Syscall::from_number(number) else {
            return;
        };
        if let Some((_, Argument::In(Buffer::Words(_)))) = syscall.info().args.first() {
            self.write_params(caller, &random);
        }
        let mut words = random;
        for (index, (_, argument)) in syscall.info().args.iter().enumerate() {
            words[index] = self.word_for(caller, *argument, random[index]);
        }
        let fate = match self.raw(caller, number, words) {
            Outcome::Return(_) | Outcome::Blocked => return,
            Outcome::Ended => {
                assert!(!self.kernel.thread(caller).is_alive());
                return;
            }
            Outcome::BadPointer { argument, address } => {
                Fate::bad_pointer(number, ENTRY, argument, address)
            }
            Outcome::Forbidden => Fate::forbidden(number, ENTRY),
            Outcome::Panic => Fate::panicked(ENTRY),
        };
        self.fail(caller, fate);
    }

    /// A thread that runs does something wrong.
    fn fail(&mut self, thread: ThreadId, fate: Fate) {
        self.kernel.fail(&mut self.port, thread, fate);
        let record = self.kernel.thread(thread);
        assert!(!record.is_alive() || record.wait == Wait::Report);
        self.check();
    }

    /// A thread that runs enters a guarded call, or leaves it.
    fn write_guard(&mut self, thread: ThreadId, serial: u32, limit: u32) {
        let block = self.kernel.thread(thread).local_block();
        for (word, value) in [(GuardWord::Serial, serial), (GuardWord::Limit, limit)] {
            let to = self.bytes(thread, block + word.offset(), 4);
            to.copy_from_slice(&value.to_le_bytes());
        }
    }

    fn random_step(&mut self, step: Step) {
        let core = |index: usize| CoreId::ALL[index];
        match step {
            Step::Call(index, ..)
            | Step::Fault(index)
            | Step::Guard(index, ..)
            | Step::Sample(index)
            | Step::Report(index)
                if !self.kernel.is_active(core(index)) => {}
            Step::Call(index, number, random) => {
                let (thread, _) = self.choose(core(index));
                if Some(thread) == self.kernel.idle_of(core(index)) {
                    self.advance(self.port.now + 7);
                } else {
                    self.random_call(thread, number, random);
                }
            }
            Step::Advance(ticks) => self.advance(self.port.now + ticks),
            Step::Fault(index) => {
                let (thread, _) = self.choose(core(index));
                if Some(thread) != self.kernel.idle_of(core(index)) {
                    self.fail(thread, Fate::faulted(28, ENTRY, 0x10));
                }
            }
            Step::Guard(index, serial, limit) => {
                let (thread, _) = self.choose(core(index));
                if Some(thread) != self.kernel.idle_of(core(index)) {
                    self.write_guard(thread, serial, limit);
                }
            }
            Step::Sample(index) => {
                let (thread, _) = self.choose(core(index));
                self.kernel.sample(&mut self.port, thread, ENTRY);
                self.check();
            }
            Step::Report(index) => self.report(core(index)),
            Step::Power(index) => self.power(core(index)),
        }
    }

    fn report(&mut self, core: CoreId) {
        self.port.core = core;
        while let Some(thread) = self.kernel.next_report(core) {
            self.kernel.reap(&mut self.port, thread);
            self.check();
        }
    }

    fn power(&mut self, core: CoreId) {
        if self.kernel.is_active(core) {
            self.choose(core);
            let _ = self.kernel.remove_core(&mut self.port, core);
        } else {
            let idle = Idle {
                entry: ENTRY,
                stack_top: 0xA00D_C000,
            };
            // Every record may be taken.
            let _ = self.kernel.add_core(core, idle);
        }
        self.check();
    }

    /// Ends everybody; answers how many cores are left.
    fn end_all(&mut self) -> u32 {
        self.port.core = CoreId::PRIMARY;
        for thread in self.kernel.thread_ids() {
            self.kernel
                .stop(&mut self.port, thread, Fate::faulted(0, 0, 0));
            self.check();
        }
        let mut active = 0;
        for core in CoreId::ALL {
            if self.kernel.is_active(core) {
                active += 1;
                self.choose(core);
                self.report(core);
                self.choose(core);
            }
        }
        // Who owned much is reaped in steps.
        while self.kernel.next_deadline().is_some() {
            self.advance(self.port.now + 1);
        }
        active
    }
}

fn pick(words: &[u32], random: u32) -> u32 {
    words
        .get(random as usize % words.len().max(1))
        .copied()
        .unwrap_or(0)
}

fn run(steps: Vec<Step>) -> World {
    let mut world = World::new(CORES);
    let (_, first) = world.domain();
    let (_, second) = world.domain();
    for (core, priority, domain) in [(0, 3, first), (1, 2, first), (2, 9, second)] {
        let thread = world.user_thread(CoreId::ALL[core], priority, domain);
        world.kernel.threads[thread.index()].may_spawn = true;
        world.kernel.threads[thread.index()].may_open = true;
    }
    for core in [1, 2] {
        world.kernel_thread(CoreId::ALL[core], 4);
    }
    world.port.drift = 1;
    for step in steps {
        world.random_step(step);
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_and_nothing_is_left(steps in prop::collection::vec(step(), 0..250)) {
        let mut world = run(steps);
        let cores = world.end_all();
        let account = world.kernel.account();
        prop_assert_eq!(account.objects, cores, "{:?}", account);
        prop_assert_eq!(account.threads, cores);
        prop_assert_eq!(account.pages, 0);
        prop_assert_eq!(account.deadlines, 0);
        prop_assert_eq!(account.heap_bytes, 0);
        for thread in world.kernel.live_threads() {
            prop_assert_eq!(world.kernel.thread(thread).state, State::Ready);
            prop_assert_eq!(world.kernel.thread(thread).ring, Ring::Kernel);
        }
    }
}
