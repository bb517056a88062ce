//! The object table.

use acelab_abi::object::{Handle, MAX_OBJECTS, ObjectKind};
use acelab_abi::syscall::SysError;

use super::{DOMAIN_QUOTA, Object, ObjectId};
use crate::ids::{DomainId, MAX_DOMAINS, RESERVED_OBJECTS, ThreadId};
use crate::thread::ThreadSet;

const KINDS: usize = ObjectKind::ALL.len();

/// One object and who may use it.
#[derive(Debug)]
pub struct Entry {
    /// How often the index was used.
    generation: u32,
    /// The object.
    pub object: Object,
    /// The thread that may close it, and whose death closes it; `None` if it is
    /// the kernel's, or its owner has died and it lives on.
    pub owner: Option<ThreadId>,
    /// The domain whose quota it counts in.
    domain: Option<DomainId>,
    /// Threads that may use it. Those of ring 0 always may.
    pub permitted: ThreadSet,
}

impl Entry {
    const FREE: Self = Self {
        generation: 0,
        object: Object::Free,
        owner: None,
        domain: None,
        permitted: ThreadSet::EMPTY,
    };
}

/// Room that was found for an object.
#[derive(Debug)]
#[must_use]
pub struct Room {
    id: ObjectId,
    domain: Option<DomainId>,
}

/// Objects, their handles and permissions.
#[derive(Debug)]
pub struct Objects {
    entries: [Entry; MAX_OBJECTS],
    /// Where the search for a free index begins, so that indices are used in
    /// turn and generations grow slowly.
    rotor: u8,
    counts: [u32; KINDS],
    high_water: u32,
    quota: [u32; MAX_DOMAINS],
}

impl Objects {
    /// A table without objects.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: [const { Entry::FREE }; MAX_OBJECTS],
            rotor: 0,
            counts: [0; KINDS],
            high_water: 0,
            quota: [0; MAX_DOMAINS],
        }
    }

    /// Finds room for one more object, which will count in the quota of
    /// `domain`. The last few are for the kernel's own: for no domain.
    ///
    /// # Errors
    /// [`SysError::NoMemory`].
    pub fn reserve(&self, domain: Option<DomainId>) -> Result<Room, SysError> {
        if let Some(domain) = domain {
            let spent = self.quota[domain.index()] >= DOMAIN_QUOTA;
            if spent || self.len() as usize + RESERVED_OBJECTS >= MAX_OBJECTS {
                return Err(SysError::NoMemory);
            }
        }
        let id = self.free_index().ok_or(SysError::NoMemory)?;
        Ok(Room { id, domain })
    }

    /// A new object of `owner`, in room that was found just before.
    pub fn fill(&mut self, room: Room, object: Object, owner: Option<ThreadId>) -> ObjectId {
        let Room { id, domain } = room;
        self.rotor = id.get().wrapping_add(1);
        if let Some(domain) = domain {
            self.quota[domain.index()] += 1;
        }
        if let Some(kind) = object.kind() {
            self.counts[kind_index(kind)] += 1;
        }
        let entry = &mut self.entries[id.index()];
        *entry = Entry {
            generation: entry.generation + 1,
            object,
            owner,
            domain,
            permitted: owner.map_or(ThreadSet::EMPTY, ThreadSet::of),
        };
        self.high_water = self.high_water.max(self.len());
        id
    }

    /// A new object of `owner`, which counts in the quota of `domain`.
    ///
    /// # Errors
    /// [`SysError::NoMemory`].
    pub fn create(
        &mut self,
        object: Object,
        owner: Option<ThreadId>,
        domain: Option<DomainId>,
    ) -> Result<ObjectId, SysError> {
        let room = self.reserve(domain)?;
        Ok(self.fill(room, object, owner))
    }

    /// A free index that is not worn out.
    fn free_index(&self) -> Option<ObjectId> {
        (0..=u8::MAX)
            .map(|offset| ObjectId::new(self.rotor.wrapping_add(offset)))
            .find(|id| {
                let entry = &self.entries[id.index()];
                matches!(entry.object, Object::Free) && entry.generation < Handle::MAX_GENERATION
            })
    }

    /// Takes an object out. Its handle names nothing from now on.
    pub fn remove(&mut self, id: ObjectId) -> Object {
        let entry = &mut self.entries[id.index()];
        let gone = core::mem::replace(
            entry,
            Entry {
                generation: entry.generation,
                ..Entry::FREE
            },
        );
        if let Some(domain) = gone.domain {
            self.quota[domain.index()] -= 1;
        }
        if let Some(kind) = gone.object.kind() {
            self.counts[kind_index(kind)] -= 1;
        }
        gone.object
    }

    /// An object outlives its owner: it belongs to nobody, and to no quota.
    pub fn detach(&mut self, id: ObjectId) {
        let entry = &mut self.entries[id.index()];
        entry.owner = None;
        if let Some(domain) = entry.domain.take() {
            self.quota[domain.index()] -= 1;
        }
    }

    /// The object that a word names. It says nothing about permissions.
    pub fn find(&self, word: u32) -> Result<ObjectId, SysError> {
        let handle = Handle::from_word(word).ok_or(SysError::BadHandle)?;
        let id = ObjectId::new(handle.index() as u8);
        let entry = &self.entries[id.index()];
        if entry.generation != handle.generation() || matches!(entry.object, Object::Free) {
            return Err(SysError::BadHandle);
        }
        Ok(id)
    }

    /// The handle of an object.
    #[must_use]
    pub fn handle(&self, id: ObjectId) -> u32 {
        Handle::new(id.get(), self.entries[id.index()].generation)
            .map_or(Handle::NONE, Handle::word)
    }

    /// An object.
    #[must_use]
    pub fn get(&self, id: ObjectId) -> &Entry {
        &self.entries[id.index()]
    }

    /// An object.
    pub fn get_mut(&mut self, id: ObjectId) -> &mut Entry {
        &mut self.entries[id.index()]
    }

    /// A dead thread may use nothing, nor may who gets its number next.
    pub fn forget_thread(&mut self, thread: ThreadId) {
        for entry in &mut self.entries {
            entry.permitted.remove(thread);
        }
    }

    /// Objects there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Objects of a kind.
    #[must_use]
    pub fn count(&self, kind: ObjectKind) -> u32 {
        self.counts[kind_index(kind)]
    }

    /// Most objects there were at once.
    #[must_use]
    pub fn high_water(&self) -> u32 {
        self.high_water
    }

    /// Objects that count in the quota of a domain.
    #[must_use]
    pub fn quota_used(&self, domain: DomainId) -> u32 {
        self.quota[domain.index()]
    }

    /// As if every index had been used so often. For tests of what happens at
    /// the end of the generations.
    #[cfg(test)]
    pub(crate) fn wear(&mut self, generation: u32) {
        for entry in &mut self.entries {
            entry.generation = generation;
        }
    }
}

impl Default for Objects {
    fn default() -> Self {
        Self::new()
    }
}

const fn kind_index(kind: ObjectKind) -> usize {
    kind as usize - ObjectKind::Thread as usize
}
