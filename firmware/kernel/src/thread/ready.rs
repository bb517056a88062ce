//! Threads that can run on one core, most urgent first.

use acelab_abi::syscall::PRIORITIES;

use crate::ids::{MAX_THREADS, ThreadId};
use crate::lowest_bit::lowest_bit;

const LEVELS: usize = PRIORITIES as usize;
const _: () = assert!(LEVELS == 32);

/// The neighbours of each thread in the ring of its queue. A thread is in one
/// queue at most, so all cores share these.
#[derive(Debug)]
pub struct Links {
    next: [Option<ThreadId>; MAX_THREADS],
    previous: [Option<ThreadId>; MAX_THREADS],
}

impl Links {
    /// Nobody is in any queue.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            next: [None; MAX_THREADS],
            previous: [None; MAX_THREADS],
        }
    }

    fn join(&mut self, first: ThreadId, second: ThreadId) {
        self.next[first.index()] = Some(second);
        self.previous[second.index()] = Some(first);
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
    /// A bit per priority.
    used: u32,
    /// The most urgent ring that is not empty, or that of the idle thread.
    top: u8,
    /// The heads of the rings, and the idle thread, which is in none.
    head: [Option<ThreadId>; LEVELS + 1],
}

impl ReadyQueue {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            used: 0,
            top: LEVELS as u8,
            head: [None; LEVELS + 1],
        }
    }

    /// Sets the thread that comes first when nobody else can run.
    pub const fn set_idle(&mut self, idle: Option<ThreadId>) {
        self.head[LEVELS] = idle;
    }

    /// The thread that comes first when nobody else can run.
    #[must_use]
    pub const fn idle(&self) -> Option<ThreadId> {
        self.head[LEVELS]
    }

    /// The thread that comes first.
    #[inline(always)]
    #[must_use]
    pub const fn first(&self) -> Option<ThreadId> {
        self.head[self.top as usize]
    }

    /// Puts a thread behind the others of its priority.
    pub fn push_back(&mut self, links: &mut Links, thread: ThreadId, priority: u8) {
        let head = &mut self.head[usize::from(priority)];
        if let Some(first) = *head {
            let last = links.previous[first.index()].unwrap_or(first);
            links.join(last, thread);
            links.join(thread, first);
        } else {
            *head = Some(thread);
            links.join(thread, thread);
            self.used |= 1 << priority;
            self.top = self.top.min(priority);
        }
    }

    /// Puts a thread before the others of its priority.
    pub fn push_front(&mut self, links: &mut Links, thread: ThreadId, priority: u8) {
        self.push_back(links, thread, priority);
        self.head[usize::from(priority)] = Some(thread);
    }

    /// Takes a thread out that is in, at this priority.
    pub fn remove(&mut self, links: &mut Links, thread: ThreadId, priority: u8) {
        let head = &mut self.head[usize::from(priority)];
        let next = links.next[thread.index()].filter(|next| *next != thread);
        let Some(next) = next else {
            *head = None;
            self.used &= !(1 << priority);
            if self.top == priority {
                self.top = match self.used {
                    0 => LEVELS as u8,
                    used => lowest_bit(used) as u8,
                };
            }
            return;
        };
        if *head == Some(thread) {
            *head = Some(next);
        }
        let previous = links.previous[thread.index()].unwrap_or(next);
        links.join(previous, next);
    }

    /// If a thread comes first among those of its priority, it goes behind
    /// them.
    #[inline(always)]
    pub fn rotate(&mut self, links: &Links, thread: ThreadId, priority: u8) {
        let head = &mut self.head[usize::from(priority)];
        if *head == Some(thread) {
            // The idle thread has no neighbours.
            *head = links.next[thread.index()].or(*head);
        }
    }

    /// If `running` comes first, it goes behind the others of its priority;
    /// answers who comes first then, which may be the same. Else `None`, also
    /// for the idle thread, and nothing has changed.
    ///
    /// Without a way to panic, so that a port can have it in a function that
    /// calls none.
    #[inline(always)]
    pub fn rotate_first(&mut self, links: &Links, running: Option<ThreadId>) -> Option<ThreadId> {
        let head = self.head.get_mut(usize::from(self.top))?;
        if *head != running {
            return None;
        }
        let next = (*links.next.get(running?.index())?)?;
        *head = Some(next);
        Some(next)
    }

    /// Whether nobody can run but the idle thread.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// Everybody who is in, in order.
    #[cfg(test)]
    pub(crate) fn threads(&self, links: &Links) -> std::vec::Vec<ThreadId> {
        let mut all = std::vec::Vec::new();
        for (priority, head) in self.head[..LEVELS].iter().enumerate() {
            assert_eq!(head.is_some(), self.used & 1 << priority != 0);
            let mut at = *head;
            while let Some(thread) = at {
                let next = links.next[thread.index()].unwrap();
                assert_eq!(links.previous[next.index()], Some(thread));
                all.push(thread);
                at = (Some(next) != *head).then_some(next);
            }
        }
        all
    }
}

impl Default for ReadyQueue {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
