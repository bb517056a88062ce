//! What the kernel knows of one thread.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::guard::BLOCK_WORDS;
use acelab_abi::syscall::{MAX_ARGS, MAX_MESSAGE};

use crate::ids::DomainId;
use crate::memory::{Space, Stack};
use crate::object::ObjectId;
use crate::system::{Fate, Ring, Start};

use super::{Limits, Name, ThreadSet};

/// Where a thread is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// The record is free.
    Free,
    /// It has not been started.
    Created,
    /// It runs, or is in the ready queue of its core.
    Ready,
    /// It waits.
    Waiting,
    /// It will not run again; report and reaping are due.
    Stopped,
    /// Nothing but its fate is left, for who joins it.
    Ended,
}

/// What a thread waits for, beside its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wait {
    /// Nothing.
    None,
    /// Its deadline only.
    Sleep,
    /// One of a semaphore.
    Semaphore(ObjectId),
    /// A mutex.
    Mutex(ObjectId),
    /// Event flags.
    Event {
        /// Of which object.
        object: ObjectId,
        /// Which flags.
        mask: u32,
        /// `EVENT_ALL`, `EVENT_CLEAR`.
        mode: u32,
    },
    /// Expiry of a timer.
    Timer(ObjectId),
    /// A slot to become empty. The message is in the thread's record.
    Send(ObjectId),
    /// A message.
    Receive {
        /// In which slot.
        object: ObjectId,
        /// Where the thread wants it, as the thread sees memory.
        buffer: u32,
        /// Most bytes it takes.
        len: u32,
    },
    /// The end of another thread, named by its object.
    Join(ObjectId),
    /// The report on its guarded call, which was ended.
    Report,
    /// For interrupts to come in, in the middle of a system call that takes
    /// long: then it is done again.
    Again(Call),
}

/// A system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    /// Its number.
    pub number: u32,
    /// Its arguments.
    pub words: [u32; MAX_ARGS],
}

impl Wait {
    /// The object, if there is one.
    #[must_use]
    pub const fn object(self) -> Option<ObjectId> {
        match self {
            Self::None | Self::Sleep | Self::Report | Self::Again(_) => None,
            Self::Semaphore(object)
            | Self::Mutex(object)
            | Self::Event { object, .. }
            | Self::Timer(object)
            | Self::Send(object)
            | Self::Receive { object, .. }
            | Self::Join(object) => Some(object),
        }
    }
}

/// What a thread gets when it is chosen the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// Nothing.
    None,
    /// Its first registers.
    Start(Start),
    /// The results of its system call.
    Answer([u32; 3]),
    /// The rest of its system call.
    Again(Call),
    /// The message that a slot keeps for it.
    Message {
        /// Which slot.
        slot: ObjectId,
        /// Where it goes, as the thread sees memory.
        buffer: u32,
        /// Bytes of that buffer.
        room: u32,
    },
}

/// A message on its way through the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    len: u8,
    bytes: [u8; MAX_MESSAGE],
}

impl Message {
    /// The message without bytes.
    pub const EMPTY: Self = Self {
        len: 0,
        bytes: [0; MAX_MESSAGE],
    };

    /// Makes it `len` bytes long, which `write` writes. What is longer than a
    /// message can be is cut.
    pub fn fill<E>(
        &mut self,
        len: u32,
        write: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let len = (len as usize).min(MAX_MESSAGE);
        self.len = len as u8;
        write(&mut self.bytes[..len])
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// How many bytes.
    #[must_use]
    pub const fn len(&self) -> u32 {
        self.len as u32
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// What the kernel knows of a thread.
#[derive(Debug)]
pub struct Thread {
    /// Where it is in its life.
    pub state: State,
    /// Effective priority: that of the most urgent thread that waits for one of
    /// its mutexes, if more urgent than its own.
    pub priority: u8,
    /// Its own priority.
    pub base: u8,
    /// The core it is pinned to.
    pub core: CoreId,
    /// Privilege.
    pub ring: Ring,
    /// May create threads, domains and partitions.
    pub may_spawn: bool,
    /// May open gateways of the DMA.
    pub may_open: bool,
    /// Which system calls it may make.
    pub limits: Limits,
    /// Belongs to its core.
    pub system: bool,
    /// Never waits, never ends, runs when nobody else can.
    pub idle: bool,
    /// Whose memory it sees; a thread of ring 0 may have none.
    pub domain: Option<DomainId>,
    /// The object that names it.
    pub object: ObjectId,
    /// First of the mutexes it holds.
    pub held: Option<ObjectId>,
    /// Who waits for its end.
    pub joiners: ThreadSet,
    /// What it waits for.
    pub wait: Wait,
    /// Order among those that wait with the same priority.
    pub sequence: u64,
    /// What it gets when it is chosen.
    pub pending: Pending,
    /// How it ended.
    pub fate: Fate,
    /// While it is being reaped: the index from which the objects it owned are
    /// still to be closed.
    pub reaped: Option<u8>,
    /// Its stack; `None` for idle threads and for who has ended.
    pub stack: Option<Stack>,
    /// First instruction.
    pub entry: u32,
    /// Argument.
    pub arg: u32,
    /// The message it waits to send.
    pub message: Message,
    /// Its name.
    pub name: Name,
}

impl Thread {
    /// A free record.
    pub const FREE: Self = Self {
        state: State::Free,
        priority: 0,
        base: 0,
        core: CoreId::PRIMARY,
        ring: Ring::User,
        may_spawn: false,
        may_open: false,
        limits: Limits::None,
        system: false,
        idle: false,
        domain: None,
        object: ObjectId::FIRST,
        held: None,
        joiners: ThreadSet::EMPTY,
        wait: Wait::None,
        sequence: 0,
        pending: Pending::None,
        fate: Fate::exited(0),
        reaped: None,
        stack: None,
        entry: 0,
        arg: 0,
        message: Message::EMPTY,
        name: Name::NONE,
    };

    /// Whose view of memory it has.
    #[must_use]
    pub const fn space(&self) -> Space {
        match self.domain {
            Some(domain) => Space::Domain(domain),
            None => Space::Kernel,
        }
    }

    /// The address of the block at the top of its stack by which it knows itself,
    /// as it sees it; the first stack pointer too.
    #[must_use]
    pub const fn local_block(&self) -> u32 {
        match &self.stack {
            Some(stack) => stack.top() - 4 * BLOCK_WORDS as u32,
            None => 0,
        }
    }

    /// Whether it can still run some day.
    #[must_use]
    pub const fn is_alive(&self) -> bool {
        matches!(self.state, State::Created | State::Ready | State::Waiting)
    }
}
