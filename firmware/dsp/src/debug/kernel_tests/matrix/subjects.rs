//! What good arguments name, and bad ones.

use acelab_abi::memory::PAGE_SIZE;
use acelab_abi::object::{Handle, MAX_OBJECTS, ObjectKind};
use acelab_abi::syscall::{Argument, FOREVER, MAX_ARGS, Syscall, SyscallInfo};
use acelab_user::{
    AnyObject, Builder, Channel, Deadline, Domain, Event, Gateway, GatewayKind, Instant, Mutex,
    Object, Owned, Partition, Semaphore, Slot, SysError, Thread, Timer, heap, sleep_until,
};

use super::super::check::{Failure, ends_with, holds};
use super::super::hostile::{Address, Arena, Page, Place};
use super::super::sandbox::{Child, launch};
use super::classes::{BYTES, Class};

/// An object of each kind.
struct Set {
    thread: Owned<Thread>,
    semaphore: Owned<Semaphore>,
    /// Has the mutex: a thread that waits for nobody.
    _holder: Child,
    mutex: Owned<Mutex>,
    event: Owned<Event>,
    timer: Owned<Timer>,
    slot: Owned<Slot>,
    domain: Owned<Domain>,
    partition: Owned<Partition>,
    channel: Owned<Channel>,
}

extern "C" fn nothing(arg: u32) -> u32 {
    arg
}

/// Kernel mode: locks a mutex for good.
extern "C" fn holds_mutex(mutex: u32) -> u32 {
    let locked = Mutex::from_word(mutex).map(|mutex| mutex.lock(Deadline::NOW));
    match locked {
        Some(Ok(_)) => sleep_until(Deadline::FOREVER).map_or(1, |()| 0),
        _ => 1,
    }
}

impl Set {
    /// Whatever a call waits for does not come.
    fn new(arena: &Arena, gateway: u32) -> Result<Self, SysError> {
        let gateway = Gateway::new(GatewayKind::LinkOut, gateway).ok_or(SysError::InvalidValue)?;
        let mutex = Mutex::create()?;
        let holder = Builder::new("holder", holds_mutex)
            .kernel()
            .core(arena.core())
            .arg(mutex.word())
            .priority(0);
        let set = Self {
            _holder: launch(&holder, &[])?,
            thread: arena.builder(nothing, 0).create()?,
            semaphore: Semaphore::create(0, 1)?,
            mutex,
            event: Event::create()?,
            timer: Timer::create()?,
            slot: Slot::create()?,
            domain: Domain::create()?,
            partition: Partition::create(1)?.0,
            channel: Channel::open(gateway)?,
        };
        set.renew()?;
        Ok(set)
    }

    /// As it was before a call that has changed it rightly.
    fn renew(&self) -> Result<(), SysError> {
        self.timer.start_once(Instant::from_ticks(FOREVER - 1))
    }

    fn of(&self, kind: ObjectKind) -> u32 {
        match kind {
            ObjectKind::Thread => self.thread.word(),
            ObjectKind::Semaphore => self.semaphore.word(),
            ObjectKind::Mutex => self.mutex.word(),
            ObjectKind::Event => self.event.word(),
            ObjectKind::Timer => self.timer.word(),
            ObjectKind::Slot => self.slot.word(),
            ObjectKind::Domain => self.domain.word(),
            ObjectKind::Partition => self.partition.word(),
            ObjectKind::Channel => self.channel.word(),
        }
    }
}

/// Words of the block in which the heap's addresses come.
const HEAP_WORDS: usize = 64;

/// All of them.
pub struct Subjects<'a> {
    arena: &'a Arena,
    permitted: Set,
    forbidden: Set,
    /// A slot with a message in it.
    full: Owned<Slot>,
    /// Handles that name nothing any more.
    stale: u32,
    reused: u32,
    /// The object that has the index of `reused`.
    _successor: Owned<Semaphore>,
    /// Addresses of heap blocks: one that is there, one that was given back, and
    /// one of the other domain.
    heap: [u32; 3],
}

impl<'a> Subjects<'a> {
    /// Makes them.
    pub fn new(arena: &'a Arena) -> Result<Self, Failure> {
        let full = Slot::create()?;
        full.send(&1_u32, Deadline::NOW)?;
        let (reused, successor) = reused_handle()?;
        let closed = Semaphore::create(0, 1)?;
        let stale = closed.word();
        closed.close()?;
        Ok(Self {
            arena,
            permitted: Set::new(arena, 1)?,
            forbidden: Set::new(arena, 2)?,
            full,
            stale,
            reused,
            _successor: successor,
            heap: heaps(arena)?,
        })
    }

    /// What the thread is granted.
    pub fn granted(&self) -> [AnyObject; 10] {
        let word = |word: u32| {
            let handle = Handle::from_word(word).expect("an object");
            AnyObject::from_handle(handle)
        };
        let [n0, n1, n2, n3, n4, n5, n6, n7, n8] =
            core::array::from_fn(|index| word(self.permitted.of(ObjectKind::ALL[index])));
        [n0, n1, n2, n3, n4, n5, n6, n7, n8, word(self.full.word())]
    }

    /// Good arguments.
    pub fn good(&self, call: &SyscallInfo) -> [Address; MAX_ARGS] {
        let mut words = [Address::Fixed(0); MAX_ARGS];
        for (slot, (_, argument)) in words.iter_mut().zip(call.args) {
            *slot = self.good_argument(call, *argument);
        }
        words
    }

    fn good_argument(&self, call: &SyscallInfo, argument: Argument) -> Address {
        Address::Fixed(match argument {
            Argument::Handle(ObjectKind::Slot) if call.syscall == Syscall::SlotSend => {
                self.full.word()
            }
            Argument::Handle(kind) => self.permitted.of(kind),
            Argument::AnyHandle => self.permitted.of(ObjectKind::Event),
            Argument::Word | Argument::DeadlineLow | Argument::DeadlineHigh => 0,
            Argument::Range(least, _) => least,
            Argument::Bits(mask) => 1 << mask.trailing_zeros(),
            Argument::In(_) | Argument::Out(_) => self.arena.data().user(),
            Argument::Length(most) => most.min(BYTES),
            Argument::HeapAddress => self.heap[0],
        })
    }

    /// Good arguments but for number `index`.
    pub fn bad(&self, call: &SyscallInfo, index: usize, class: Class) -> [Address; MAX_ARGS] {
        let mut words = self.good(call);
        let (_, argument) = call.args[index];
        words[index] = match class {
            Class::Pointer(place) => place.address(self.arena),
            // The buffer before it begins so that not all of it is there.
            Class::LengthUnmapped => {
                let end = self.arena.data().user() + PAGE_SIZE;
                words[index - 1] = Address::Fixed(end - BYTES + 4);
                words[index]
            }
            other => Address::Fixed(self.bad_word(argument, other)),
        };
        words
    }

    fn bad_word(&self, argument: Argument, class: Class) -> u32 {
        let kind = match argument {
            Argument::Handle(kind) => kind,
            _ => ObjectKind::Event,
        };
        let (least, most) = match argument {
            Argument::Range(least, most) => (least, most),
            Argument::Length(most) => (0, most),
            Argument::Bits(mask) => (0, mask),
            _ => (0, 0),
        };
        match class {
            Class::HandleZero | Class::BitsNone | Class::DeadlineZero | Class::HeapNull => 0,
            Class::HandleRandom => 0xDEAD_BEEF,
            Class::HandleMax
            | Class::ValueMax
            | Class::BitsMax
            | Class::LengthMax
            | Class::PointerWraps => u32::MAX - u32::from(class == Class::PointerWraps) * 3,
            Class::HandleOfKind(other) => self.permitted.of(other),
            Class::HandleStale => self.stale,
            Class::HandleReused => self.reused,
            Class::HandleFree => self.stale + MAX_OBJECTS as u32,
            Class::HandleFuture => self.permitted.of(kind) + MAX_OBJECTS as u32,
            Class::HandleForbidden => self.forbidden.of(kind),
            Class::ValueBelow => least - 1,
            Class::ValueAbove | Class::LengthAbove => most + 1,
            Class::BitsOutside => 1 | (!most & most.wrapping_add(1)),
            Class::DeadlinePast => 1,
            Class::PointerUnaligned => self.arena.data().user() + 2,
            Class::HeapForeign => self.heap[2],
            Class::HeapInner => self.heap[0] + 64,
            Class::HeapOdd => self.heap[0] + 4,
            Class::HeapFreed => self.heap[1],
            Class::HeapKernel => match Place::Identity.address(self.arena) {
                Address::Fixed(address) => address,
                Address::OfStack(_) => 0,
            },
            Class::Pointer(_) | Class::LengthUnmapped => 0,
        }
    }

    /// As they were before a call that was right to change them.
    pub fn renew(&self) -> Result<(), SysError> {
        self.permitted.renew()
    }
}

/// The handle of an object that is gone, and the object that has its index.
fn reused_handle() -> Result<(u32, Owned<Semaphore>), Failure> {
    let first = Semaphore::create(0, 1)?;
    let old = first.handle();
    first.close()?;
    for _ in 0..2 * MAX_OBJECTS {
        let next = Semaphore::create(0, 1)?;
        if next.handle().index() == old.index() {
            return Ok((old.word(), next));
        }
    }
    holds(false)?;
    Err(SysError::NoMemory.into())
}

/// Takes blocks from the heaps of both domains, which they get here.
fn heaps(arena: &Arena) -> Result<[u32; 3], Failure> {
    let mut addresses = [0; 3];
    for (domain, words) in [(arena.domain(), 0..2), (arena.other(), 2..3)] {
        domain.create_heap(1)?;
        let block = Page::attached(
            1,
            domain,
            acelab_user::rights::WRITE | acelab_user::rights::UNCACHED,
        )?;
        let builder = arena
            .builder(takes_blocks, block.user_uncached())
            .domain(domain);
        let thread = launch(&builder, &[])?;
        ends_with(*thread, 0)?;
        for (index, slot) in words.enumerate() {
            addresses[slot] = block.get(HEAP_WORDS + index);
        }
        domain.detach(block.partition())?;
    }
    Ok(addresses)
}

/// User mode: takes a block to keep and one that it gives back.
extern "C" fn takes_blocks(arg: u32) -> u32 {
    use core::alloc::Layout;
    let layout = Layout::new::<[u64; 32]>();
    let (Ok(kept), Ok(freed)) = (heap::alloc(layout), heap::alloc(layout)) else {
        return 1;
    };
    let words = core::ptr::with_exposed_provenance_mut::<u32>(arg as usize);
    for (index, address) in [kept, freed].into_iter().enumerate() {
        let address = address.as_ptr().expose_provenance() as u32;
        // SAFETY: the block that the test has mapped for this thread, which reads
        // it when the thread has ended.
        unsafe { words.add(HEAP_WORDS + index).write_volatile(address) };
    }
    // SAFETY: nobody uses it.
    match unsafe { heap::free(freed) } {
        Ok(()) => 0,
        Err(_) => 2,
    }
}
