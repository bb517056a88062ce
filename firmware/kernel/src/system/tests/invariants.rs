//! What is true of a kernel after every step, computed from scratch.

use std::vec::Vec;

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::USER_DISTANCE;
use acelab_abi::object::ObjectKind;
use acelab_abi::syscall::EVENT_ALL;

use super::world::World;
use crate::dma::Buffer;
use crate::ids::{DomainId, MAX_DOMAINS, ThreadId};
use crate::object::{DOMAIN_QUOTA, Object, ObjectId};
use crate::sync::{DeadlineKey, Mutex};
use crate::system::Kernel;
use crate::thread::{Pending, State, ThreadSet, Wait};

impl World {
    /// Checks everything.
    pub fn check(&self) {
        let kernel = &*self.kernel;
        for thread in kernel.thread_ids() {
            check_thread(kernel, thread);
        }
        for id in ObjectId::all() {
            check_object(kernel, id);
        }
        self.check_queues();
        check_counts(kernel);
        check_domains(kernel);
        check_buffers(kernel);
        assert!(!self.port.memory.has_stale_entries());
    }

    fn check_queues(&self) {
        for core in CoreId::ALL {
            let queue = self.queue(core);
            let mut expected: Vec<_> = self
                .kernel
                .thread_ids()
                .filter(|thread| {
                    let record = self.kernel.thread(*thread);
                    record.state == State::Ready && record.core == core && !record.idle
                })
                .collect();
            let priorities: Vec<_> = queue.iter().map(|t| self.priority(*t)).collect();
            assert!(priorities.is_sorted(), "{queue:?} {priorities:?}");
            let mut found = queue.clone();
            found.sort();
            expected.sort();
            assert_eq!(found, expected);
            if self.kernel.is_active(core) {
                let first = queue.first().copied().or(self.kernel.idle_of(core));
                assert_eq!(
                    self.kernel.next_differs(core),
                    first != self.kernel.running_on(core)
                );
            } else {
                assert!(queue.is_empty());
            }
        }
    }
}

/// The effective priority, by the definition and nothing else.
fn effective(kernel: &Kernel, thread: ThreadId) -> u8 {
    let held = mutexes(kernel).filter(|(_, mutex)| mutex.holder == Some(thread));
    held.flat_map(|(_, mutex)| mutex.waiters)
        .map(|waiter| effective(kernel, waiter))
        .fold(kernel.thread(thread).base, u8::min)
}

fn mutexes(kernel: &Kernel) -> impl Iterator<Item = (ObjectId, &Mutex)> {
    ObjectId::all().filter_map(|id| match &kernel.objects.get(id).object {
        Object::Mutex(mutex) => Some((id, mutex)),
        _ => None,
    })
}

fn check_thread(kernel: &Kernel, thread: ThreadId) {
    let record = kernel.thread(thread);
    let waits = record.state == State::Waiting;
    assert_eq!(record.wait != Wait::None, waits, "{record:?}");
    let deadline = kernel.deadlines.get(DeadlineKey::thread(thread));
    assert_eq!(
        record.reaped.is_some(),
        record.state == State::Stopped && deadline.is_some()
    );
    assert!(deadline.is_none() || waits || record.reaped.is_some());
    if record.pending != Pending::None {
        assert_eq!(record.state, State::Ready);
    }
    if record.state == State::Free {
        return;
    }
    assert_eq!(kernel.thread_of(record.object), Some(thread));
    assert_eq!(
        record.priority,
        if record.is_alive() {
            effective(kernel, thread)
        } else {
            record.priority
        }
    );
    // The list of what it holds is what says it holds it.
    let mut held = Vec::new();
    let mut at = record.held;
    while let Some(id) = at {
        held.push(id);
        match &kernel.objects.get(id).object {
            Object::Mutex(mutex) => at = mutex.next_held,
            other => panic!("{other:?} is held"),
        }
    }
    held.sort();
    let holds: Vec<_> = mutexes(kernel)
        .filter(|(_, mutex)| mutex.holder == Some(thread))
        .map(|(id, _)| id)
        .collect();
    assert_eq!(held, holds);
    if !record.is_alive() {
        let leaving = kernel.cores[record.core.index()].leaving == Some(thread);
        assert!(held.is_empty() || leaving);
    }
    let ended = record.state == State::Ended;
    assert_eq!(
        record.stack.is_none(),
        ended || record.idle || record.reaped.is_some()
    );
    assert!(!ended || record.domain.is_none());
    assert!(!ended || record.joiners.is_empty());
    // The record of an ended thread waits for its owner only.
    assert!(!ended || kernel.objects.get(record.object).owner.is_some());
    if let Some(domain) = record.domain {
        assert!(kernel.memory().page_table(domain).is_some());
    }
    assert!(ended || kernel.is_active(record.core));
    for joiner in record.joiners {
        assert_eq!(kernel.thread(joiner).wait, Wait::Join(record.object));
    }
}

/// Everybody in a set waits for just this, and nobody else does.
fn check_set(kernel: &Kernel, set: ThreadSet, matches: impl Fn(Wait) -> bool) {
    for thread in kernel.thread_ids() {
        let wait = kernel.thread(thread).wait;
        assert_eq!(set.contains(thread), matches(wait), "{thread:?} {wait:?}");
    }
}

fn check_object(kernel: &Kernel, id: ObjectId) {
    let entry = kernel.objects.get(id);
    let deadline = kernel.deadlines.get(DeadlineKey::timer(id));
    if !matches!(entry.object, Object::Timer(_)) {
        assert_eq!(deadline, None);
    }
    let has_number = |thread: ThreadId| {
        let state = kernel.thread(thread).state;
        state != State::Free && state != State::Ended
    };
    assert!(entry.permitted.into_iter().all(has_number));
    assert!(entry.owner.is_none_or(has_number));
    match &entry.object {
        Object::Free => assert!(entry.permitted.is_empty()),
        Object::Thread(thread) => assert_eq!(kernel.thread(*thread).object, id),
        Object::Semaphore(semaphore) => {
            assert!(semaphore.count <= semaphore.limit);
            assert!(semaphore.count == 0 || semaphore.waiters.is_empty());
            check_set(kernel, semaphore.waiters, |w| w == Wait::Semaphore(id));
        }
        Object::Mutex(mutex) => {
            assert_eq!(mutex.holder.is_some(), mutex.depth > 0);
            assert!(mutex.holder.is_some() || mutex.waiters.is_empty());
            assert!(!(mutex.abandoned && mutex.holder.is_some()));
            check_set(kernel, mutex.waiters, |w| w == Wait::Mutex(id));
        }
        Object::Event(event) => {
            check_set(
                kernel,
                event.waiters,
                |wait| matches!(wait, Wait::Event { object, .. } if object == id),
            );
            for thread in event.waiters {
                if let Wait::Event { mask, mode, .. } = kernel.thread(thread).wait {
                    let found = event.bits & mask;
                    assert!(found == 0 || (mode & EVENT_ALL != 0 && found != mask));
                }
            }
        }
        Object::Timer(timer) => {
            let waits = !timer.waiters.is_empty();
            // One that somebody had waited for may still have its deadline.
            assert!(!waits || deadline == timer.next);
            assert!(deadline.is_none() || deadline == timer.next);
            assert!(!waits || timer.next.is_some() && timer.expiries == 0);
            check_set(kernel, timer.waiters, |w| w == Wait::Timer(id));
        }
        Object::Slot(slot) => {
            check_set(kernel, slot.senders, |w| w == Wait::Send(id));
            check_set(
                kernel,
                slot.receivers,
                |wait| matches!(wait, Wait::Receive { object, .. } if object == id),
            );
            assert!(slot.senders.is_empty() || slot.message.is_some());
            let taken = slot.message.is_none() || slot.reserved.is_some();
            assert!(slot.receivers.is_empty() || taken);
            assert!(slot.reserved.is_none() || slot.message.is_some());
            for thread in kernel.thread_ids() {
                let pending = kernel.thread(thread).pending;
                let reader = matches!(pending, Pending::Message { slot, .. } if slot == id);
                assert_eq!(slot.reserved == Some(thread), reader);
            }
        }
        Object::Domain(domain) => {
            assert!(kernel.memory().page_table(*domain).is_some());
            // A domain without an owner lives as long as its threads.
            assert!(entry.owner.is_some() || !kernel.threads_in(*domain).is_empty());
        }
        Object::Partition(_) => assert!(entry.owner.is_some()),
        Object::Channel(gateway) => {
            assert!(entry.owner.is_some());
            assert!(kernel.dma.is_open(*gateway));
        }
    }
}

fn check_counts(kernel: &Kernel) {
    for kind in ObjectKind::ALL {
        let count = ObjectId::all()
            .filter(|id| kernel.objects.get(*id).object.kind() == Some(*kind))
            .count();
        assert_eq!(kernel.objects.count(*kind) as usize, count);
    }
    let threads = kernel.live_threads().count() as u32;
    assert_eq!(kernel.objects.count(ObjectKind::Thread), threads);
}

/// What a device may use belongs to who may use it.
fn check_buffers(kernel: &Kernel) {
    let open = kernel.dma.open_count();
    assert_eq!(kernel.objects.count(ObjectKind::Channel), open);
    for (_, buffer) in kernel.dma.buffers() {
        let Buffer {
            domain,
            address,
            size,
        } = buffer;
        let memory = kernel.memory();
        let found = memory.device_memory(domain, address - USER_DISTANCE, size);
        assert_eq!(found, Ok(address), "{buffer:?}");
    }
}

fn check_domains(kernel: &Kernel) {
    for domain in (0..MAX_DOMAINS).filter_map(DomainId::new) {
        let used = kernel.objects.quota_used(domain);
        assert!(used <= DOMAIN_QUOTA);
        // What counts in a domain is owned by its threads.
        let owned = ObjectId::all()
            .filter_map(|id| kernel.objects.get(id).owner)
            .filter(|owner| kernel.thread(*owner).domain == Some(domain))
            .count();
        assert_eq!(used as usize, owned);
        let objects = ObjectId::all()
            .filter(|id| matches!(kernel.objects.get(*id).object, Object::Domain(d) if d == domain))
            .count();
        let exists = kernel.memory().page_table(domain).is_some();
        assert_eq!(objects, usize::from(exists));
    }
}
