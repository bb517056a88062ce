//! Threads that can run on one core, most urgent first.

use acelab_abi::syscall::PRIORITIES;

use crate::ids::{MAX_THREADS, ThreadId};

const _: () = assert!(PRIORITIES == 32 && MAX_THREADS < u8::MAX as usize);
const NOBODY: u8 = u8::MAX;

/// The neighbours of each thread in the ring of its queue. A thread is in one
/// queue at most, so all cores share these.
#[derive(Debug)]
pub struct Links {
    next: [u8; MAX_THREADS],
    previous: [u8; MAX_THREADS],
}

impl Links {
    /// Nobody is in any queue.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            next: [0; MAX_THREADS],
            previous: [0; MAX_THREADS],
        }
    }
}

impl Default for Links {
    fn default() -> Self {
        Self::new()
    }
}

/// One ring of threads per priority, and a word that says which rings are not
/// empty. The thread that runs stays in its ring, at the head.
#[derive(Debug)]
pub struct ReadyQueue {
    /// Bit 31 is priority 0, so that one instruction (NSAU) finds the most
    /// urgent ring.
    used: u32,
    head: [u8; PRIORITIES as usize],
}

impl ReadyQueue {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            used: 0,
            head: [NOBODY; PRIORITIES as usize],
        }
    }

    /// The thread that comes first.
    #[inline]
    #[must_use]
    pub fn first(&self) -> Option<ThreadId> {
        let head = self.head.get(self.used.leading_zeros() as usize)?;
        ThreadId::new(usize::from(*head))
    }

    /// Puts a thread behind the others of its priority.
    pub fn push_back(&mut self, links: &mut Links, thread: ThreadId, priority: u8) {
        let level = usize::from(priority);
        let own = thread.index();
        let head = self.head[level];
        if head == NOBODY {
            self.head[level] = own as u8;
            self.used |= bit(priority);
            links.next[own] = own as u8;
            links.previous[own] = own as u8;
        } else {
            let last = links.previous[usize::from(head)];
            links.next[usize::from(last)] = own as u8;
            links.previous[own] = last;
            links.next[own] = head;
            links.previous[usize::from(head)] = own as u8;
        }
    }

    /// Puts a thread before the others of its priority.
    pub fn push_front(&mut self, links: &mut Links, thread: ThreadId, priority: u8) {
        self.push_back(links, thread, priority);
        self.head[usize::from(priority)] = thread.index() as u8;
    }

    /// Takes a thread out that is in, at this priority.
    pub fn remove(&mut self, links: &mut Links, thread: ThreadId, priority: u8) {
        let level = usize::from(priority);
        let own = thread.index() as u8;
        let next = links.next[thread.index()];
        if next == own {
            self.head[level] = NOBODY;
            self.used &= !bit(priority);
            return;
        }
        let previous = links.previous[thread.index()];
        links.next[usize::from(previous)] = next;
        links.previous[usize::from(next)] = previous;
        if self.head[level] == own {
            self.head[level] = next;
        }
    }

    /// If a thread comes first among those of its priority, it goes behind
    /// them.
    #[inline]
    pub fn rotate(&mut self, links: &Links, thread: ThreadId, priority: u8) {
        let head = &mut self.head[usize::from(priority)];
        if usize::from(*head) == thread.index() {
            *head = links.next[thread.index()];
        }
    }

    /// Everybody who is in, in order.
    #[cfg(test)]
    pub(crate) fn threads(&self, links: &Links) -> std::vec::Vec<ThreadId> {
        let mut all = std::vec::Vec::new();
        for (priority, head) in self.head.iter().enumerate() {
            assert_eq!(*head != NOBODY, self.used & bit(priority as u8) != 0);
            let mut at = *head;
            while at != NOBODY {
                let next = links.next[usize::from(at)];
                assert_eq!(links.previous[usize::from(next)], at);
                all.push(ThreadId::new(usize::from(at)).unwrap());
                at = if next == *head { NOBODY } else { next };
            }
        }
        all
    }

    /// Whether nobody can run.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.used == 0
    }
}

impl Default for ReadyQueue {
    fn default() -> Self {
        Self::new()
    }
}

const fn bit(priority: u8) -> u32 {
    (1 << (PRIORITIES - 1)) >> priority
}

#[cfg(test)]
mod tests;
