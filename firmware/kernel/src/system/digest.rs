//! One number for the whole state of the kernel, to see that something has left
//! it as it was.

use crate::ids::{DomainId, MAX_DOMAINS, ThreadId};
use crate::memory::Space;
use crate::object::{Entry, Object, ObjectId};
use crate::port::Port;
use crate::sync::Slot;
use crate::thread::{Limits, State, Thread, ThreadSet, Wait};

use super::{Fate, Kernel};

/// FNV-1a, a word at a time.
struct Digest(u64);

impl Digest {
    const fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    fn word(&mut self, word: u32) {
        self.0 = (self.0 ^ u64::from(word)).wrapping_mul(0x100_0000_01B3);
    }

    fn flag(&mut self, flag: bool) {
        self.word(u32::from(flag));
    }

    fn set(&mut self, set: ThreadSet) {
        for word in set.words() {
            self.word(word);
        }
    }

    /// A number from 1, or 0 for none.
    fn option(&mut self, index: Option<usize>) {
        self.word(index.map_or(0, |index| index as u32 + 1));
    }

    fn object(&mut self, object: Option<ObjectId>) {
        self.option(object.map(ObjectId::index));
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u32);
        for byte in bytes {
            self.word(u32::from(*byte));
        }
    }
}

impl Kernel {
    /// A number that is the same as long as objects, handles, permissions,
    /// threads, domains and page tables are the same. What goes on by itself
    /// does not count: times, the order of queues, statistics, generations of
    /// free indices, and how far threads of the system and `except` have come.
    #[must_use]
    pub fn digest(&self, port: &impl Port, except: Option<ThreadId>) -> u64 {
        let mut digest = Digest::new();
        for id in ObjectId::all() {
            self.digest_object(&mut digest, id);
        }
        for thread in self.thread_ids() {
            if Some(thread) != except {
                digest_thread(&mut digest, self.thread(thread));
            }
        }
        for core in &self.cores {
            digest.option(core.ready.idle().map(ThreadId::index));
            digest.flag(core.closed);
        }
        for word in self.dma.words() {
            digest.word(word);
        }
        digest.word(self.memory.pool().in_use());
        self.digest_tables(&mut digest, port, Space::Kernel);
        for domain in (0..MAX_DOMAINS).filter_map(DomainId::new) {
            digest.flag(self.memory.page_table(domain).is_some());
            self.digest_tables(&mut digest, port, Space::Domain(domain));
            if let Ok(account) = self.memory.heap_account(domain) {
                digest.word(account.size);
                digest.word(account.in_use);
                digest.word(account.blocks);
            }
        }
        digest.0
    }

    fn digest_tables(&self, digest: &mut Digest, port: &impl Port, space: Space) {
        for page in self.memory.mapped(port, space) {
            digest.word(page.va);
            digest.word(page.mapping.pa);
            digest.word(page.mapping.ring as u32);
            digest.word(page.mapping.rights as u32);
        }
    }

    fn digest_object(&self, digest: &mut Digest, id: ObjectId) {
        let entry = self.objects.get(id);
        let Some(kind) = entry.object.kind() else {
            digest.word(0);
            return;
        };
        digest.word(kind.code());
        digest.word(self.objects.handle(id));
        let Entry {
            object,
            owner,
            permitted,
            ..
        } = entry;
        digest.option(owner.map(ThreadId::index));
        digest.set(*permitted);
        match object {
            Object::Free => {}
            Object::Thread(thread) => digest.word(thread.index() as u32),
            Object::Semaphore(semaphore) => {
                digest.word(semaphore.count);
                digest.word(semaphore.limit);
                digest.set(semaphore.waiters);
            }
            Object::Mutex(mutex) => {
                digest.option(mutex.holder.map(ThreadId::index));
                digest.word(u32::from(mutex.depth));
                digest.flag(mutex.abandoned);
                digest.object(mutex.next_held);
                digest.set(mutex.waiters);
            }
            Object::Event(event) => {
                // The kernel's own events come and go with its work.
                if owner.is_some() {
                    digest.word(event.bits);
                    digest.set(event.waiters);
                }
            }
            Object::Timer(timer) => {
                digest.flag(timer.next.is_some());
                digest.word(timer.period);
                digest.set(timer.waiters);
            }
            Object::Slot(slot) => digest_slot(digest, slot),
            Object::Domain(domain) => digest.word(domain.index() as u32),
            Object::Channel(gateway) => digest.word(gateway.number() as u32),
            Object::Partition(partition) => {
                digest.word(partition.kernel_address().get());
                digest.word(partition.size());
            }
        }
    }
}

fn digest_slot(digest: &mut Digest, slot: &Slot) {
    digest.flag(slot.message.is_some());
    digest.bytes(slot.message.as_ref().map_or(&[], |message| message.bytes()));
    digest.option(slot.reserved.map(ThreadId::index));
    digest.set(slot.senders);
    digest.set(slot.receivers);
}

fn digest_thread(digest: &mut Digest, thread: &Thread) {
    digest.flag(thread.state == State::Free);
    if thread.state == State::Free {
        return;
    }
    digest.word(u32::from(thread.core.get()));
    digest.word(u32::from(thread.base));
    digest.word(thread.ring as u32);
    digest.flag(thread.may_spawn);
    digest.flag(thread.may_open);
    digest.flag(thread.system);
    digest.word(match thread.limits {
        Limits::None => 0,
        Limits::Confined => 1,
        Limits::Guarded(guard) => guard.entry,
    });
    digest.option(thread.domain.map(DomainId::index));
    digest.object(Some(thread.object));
    digest.word(thread.entry);
    digest.word(thread.arg);
    digest.bytes(thread.name.as_str().as_bytes());
    if let Some(stack) = &thread.stack {
        digest.word(stack.bottom());
        digest.word(stack.top());
    }
    digest.flag(thread.is_alive());
    if thread.system {
        return;
    }
    digest.word(thread.state as u32);
    digest.word(u32::from(thread.priority));
    digest.object(thread.held);
    digest.set(thread.joiners);
    digest_wait(digest, thread.wait);
    let Fate {
        reason,
        value,
        pc,
        address,
        argument,
    } = thread.fate;
    for word in [reason.code(), value, pc, address, argument as u32] {
        digest.word(word);
    }
}

fn digest_wait(digest: &mut Digest, wait: Wait) {
    digest.object(wait.object());
    let words = match wait {
        Wait::None => [0, 0, 0],
        Wait::Sleep => [1, 0, 0],
        Wait::Semaphore(_) => [2, 0, 0],
        Wait::Mutex(_) => [3, 0, 0],
        Wait::Event { mask, mode, .. } => [4, mask, mode],
        Wait::Timer(_) => [5, 0, 0],
        Wait::Send(_) => [6, 0, 0],
        Wait::Receive { buffer, len, .. } => [7, buffer, len],
        Wait::Join(_) => [8, 0, 0],
        Wait::Again(call) => [9, call.number, 0],
        Wait::Report => [10, 0, 0],
    };
    for word in words {
        digest.word(word);
    }
}
