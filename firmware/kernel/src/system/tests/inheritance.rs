//! Only threads and mutexes, many of them: after every step each effective
//! priority is what the definition says (see [`invariants`](super::invariants)),
//! and no thread waits for itself.

use std::vec::Vec;

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::{SysError, Syscall};
use proptest::prelude::*;

use super::world::{NEVER, World, at};
use crate::ids::ThreadId;
use crate::object::Object;
use crate::system::{Fate, Outcome};
use crate::thread::{State, Wait};

#[derive(Debug, Clone)]
enum Step {
    Lock(usize, usize, Option<u64>),
    Unlock(usize, usize),
    SetPriority(usize, u32),
    Advance(u64),
    End(usize),
    Close(usize),
}

const THREADS: usize = 10;
const MUTEXES: usize = 6;

fn step() -> impl Strategy<Value = Step> {
    let until = prop::option::of(1u64..30);
    prop_oneof![
        12 => (0..THREADS, 0..MUTEXES, until).prop_map(|(t, m, u)| Step::Lock(t, m, u)),
        6 => (0..THREADS, 0..MUTEXES).prop_map(|(t, m)| Step::Unlock(t, m)),
        3 => (0..THREADS, 0u32..32).prop_map(|(t, p)| Step::SetPriority(t, p)),
        2 => (1u64..10).prop_map(Step::Advance),
        1 => (0..THREADS).prop_map(Step::End),
        1 => (0..MUTEXES).prop_map(Step::Close),
    ]
}

struct Scene {
    world: World,
    threads: Vec<ThreadId>,
    mutexes: Vec<u32>,
}

impl Scene {
    fn new() -> Self {
        let mut world = World::new(2);
        let root = world.root;
        let threads = (0..THREADS)
            .map(|index| world.kernel_thread(CoreId::ALL[index % 2], 3 + 2 * index as u32))
            .collect();
        let mutexes = (0..MUTEXES)
            .map(|_| world.create(root, Syscall::MutexCreate, &[]))
            .collect();
        Self {
            world,
            threads,
            mutexes,
        }
    }

    fn can_run(&self, index: usize) -> bool {
        self.world.kernel.thread(self.threads[index]).state == State::Ready
    }

    /// Whom a thread waits for, found out by looking at the mutexes.
    fn waits_for(&self, thread: ThreadId) -> Option<ThreadId> {
        let Wait::Mutex(id) = self.world.kernel.thread(thread).wait else {
            return None;
        };
        match &self.world.kernel.objects.get(id).object {
            Object::Mutex(mutex) => mutex.holder,
            _ => None,
        }
    }

    fn lock(&mut self, thread: ThreadId, mutex: u32, until: Option<u64>) {
        let now = self.world.port.now;
        let [low, high] = until.map_or(NEVER, |ticks| at(now + ticks));
        let outcome = self
            .world
            .call(thread, Syscall::MutexLock, &[mutex, low, high]);
        let deadlock = outcome == Outcome::Return([SysError::Deadlock.code(), 0, 0]);
        let Ok(id) = self.world.kernel.objects.find(mutex) else {
            return;
        };
        if let Object::Mutex(mutex) = &self.world.kernel.objects.get(id).object
            && mutex.holder != Some(thread)
        {
            // It is refused if, and only if, it would have closed a circle.
            let mut at = mutex.holder;
            while let Some(next) = at.filter(|at| *at != thread) {
                at = self.waits_for(next);
            }
            let blocked = outcome == Outcome::Blocked;
            assert!(deadlock != blocked, "{outcome:?}");
            assert_eq!(deadlock, at.is_some() && !blocked);
        } else {
            assert!(!deadlock);
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Lock(thread, mutex, until) if self.can_run(thread) => {
                self.lock(self.threads[thread], self.mutexes[mutex], until);
            }
            Step::Unlock(thread, mutex) if self.can_run(thread) => {
                let args = [self.mutexes[mutex]];
                let _ = self
                    .world
                    .call(self.threads[thread], Syscall::MutexUnlock, &args);
            }
            Step::SetPriority(thread, priority) => {
                let handle = self.world.kernel.thread_handle(self.threads[thread]);
                let args = [handle, priority];
                let _ = self
                    .world
                    .call(self.world.root, Syscall::ThreadSetPriority, &args);
            }
            Step::Advance(ticks) => self.world.advance(self.world.port.now + ticks),
            Step::End(thread) => {
                let thread = self.threads[thread];
                let fate = Fate::faulted(0, 0, 0);
                self.world.kernel.stop(&mut self.world.port, thread, fate);
                self.world.check();
            }
            Step::Close(mutex) => {
                let _ = self
                    .world
                    .kernel
                    .close(&mut self.world.port, self.mutexes[mutex]);
                self.world.check();
            }
            Step::Lock(..) | Step::Unlock(..) => {}
        }
        for index in 0..THREADS {
            // Answers are taken by who runs next.
            let record = &mut self.world.kernel.threads[self.threads[index].index()];
            record.pending = crate::thread::Pending::None;
            let mut at = self.waits_for(self.threads[index]);
            for _ in 0..THREADS {
                at = at.and_then(|thread| self.waits_for(thread));
            }
            assert_eq!(at, None, "a circle");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn priorities_are_what_the_definition_says(steps in prop::collection::vec(step(), 0..120)) {
        let mut scene = Scene::new();
        for step in &steps {
            scene.step(step);
        }
    }
}
