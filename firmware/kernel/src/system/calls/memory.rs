//! System calls on domains, partitions and heaps.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::SysError;

use super::super::args::Args;
use super::super::dispatch::Answer;
use super::super::life::taker;
use super::super::{Kernel, Ring};
use crate::ids::{DomainId, ThreadId};
use crate::memory::{Partition, Placement, Rights, Taker};
use crate::object::{Object, ObjectId, Room};
use crate::port::Port;
use crate::thread::State;

pub fn heap_alloc<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let domain = kernel.own_domain(caller)?;
    let (size, align) = (args.word(0), args.word(1));
    let address = kernel.memory.heap_alloc(port, domain, size, align);
    Ok([address?, 0])
}

pub fn heap_free<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let domain = kernel.own_domain(caller)?;
    kernel.check_block(domain, args.word(0))?;
    let freed = kernel.memory.heap_free(port, domain, args.word(0));
    freed?;
    Ok([0; 2])
}

pub fn heap_stats<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let domain = kernel.own_domain(caller)?;
    let account = kernel.memory.heap_account(domain);
    kernel.tell(port, caller, args, &account?.to_words())
}

pub fn domain_create<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    _args: &Args,
) -> Answer {
    let (room, taker) = kernel.room_for_pages(caller)?;
    let domain = kernel.memory.create_domain(port, taker)?;
    let object = Object::Domain(domain);
    Ok([kernel.fill(room, object, caller), 0])
}

pub fn partition_create<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let (room, taker) = kernel.room_for_pages(caller)?;
    let pages = args.word(0) as usize;
    let partition = kernel
        .memory
        .create_partition(port, pages, Placement::Low, taker)?;
    let address = partition.user_address().get();
    let object = Object::Partition(partition);
    Ok([kernel.fill(room, object, caller), address])
}

pub fn partition_attach<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    _caller: ThreadId,
    args: &Args,
) -> Answer {
    let rights = Rights::from_bits(args.word(2)).ok_or(SysError::InvalidValue)?;
    let domain = kernel.named_domain(args.object(0))?;
    let partition = named_partition(&kernel.objects.get(args.object(1)).object)?;
    let attached = kernel.memory.attach(port, domain, partition, rights);
    attached?;
    Ok([0; 2])
}

pub fn partition_detach<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    _caller: ThreadId,
    args: &Args,
) -> Answer {
    let domain = kernel.named_domain(args.object(0))?;
    let partition = named_partition(&kernel.objects.get(args.object(1)).object)?;
    let at = partition.kernel_address().get();
    if kernel.dma.holds(domain, at, partition.size()) {
        return Err(SysError::Busy.into());
    }
    let detached = kernel.memory.detach(port, domain, partition);
    detached?;
    Ok([0; 2])
}

pub fn domain_assign<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    _caller: ThreadId,
    args: &Args,
) -> Answer {
    let domain = kernel.named_domain(args.object(0))?;
    let thread = kernel.named_thread(args.object(1))?;
    let record = &mut kernel.threads[thread.index()];
    if record.state != State::Created || record.ring != Ring::User {
        return Err(SysError::BadState.into());
    }
    let before = record.domain;
    if before == Some(domain) {
        return Ok([0; 2]);
    }
    let stack = record.stack.as_mut().ok_or(SysError::BadState)?;
    let moved = kernel.memory.move_stack(port, stack, domain);
    moved?;
    record.domain = Some(domain);
    if let Some(before) = before {
        kernel.leave_domain(port, before);
    }
    Ok([0; 2])
}

pub fn heap_create<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let domain = kernel.named_domain(args.object(0))?;
    let taker = kernel.taker(caller);
    let pages = args.word(1) as usize;
    let created = kernel.memory.create_heap(port, domain, pages, taker);
    created?;
    Ok([0; 2])
}

fn named_partition(object: &Object) -> Result<&Partition, SysError> {
    match object {
        Object::Partition(partition) => Ok(partition),
        _ => Err(SysError::WrongKind),
    }
}

impl Kernel {
    fn taker(&self, caller: ThreadId) -> Taker {
        taker(self.thread(caller).domain)
    }

    /// Room for an object that has pages, and whom these are for, if the caller may
    /// create such objects.
    fn room_for_pages(&self, caller: ThreadId) -> Result<(Room, Taker), SysError> {
        if !self.may_spawn(caller) {
            return Err(SysError::Permission);
        }
        let room = self.objects.reserve(self.thread(caller).domain)?;
        Ok((room, self.taker(caller)))
    }

    /// A new object of the caller's own, in room that was found just before; answers its
    /// handle.
    pub(crate) fn fill(&mut self, room: Room, object: Object, caller: ThreadId) -> u32 {
        let id = self.objects.fill(room, object, Some(caller));
        self.objects.handle(id)
    }

    fn named_domain(&self, object: ObjectId) -> Result<DomainId, SysError> {
        match self.objects.get(object).object {
            Object::Domain(domain) => Ok(domain),
            _ => Err(SysError::WrongKind),
        }
    }

    /// What a channel has must not be freed.
    fn check_block(&self, domain: DomainId, address: u32) -> Result<(), SysError> {
        if self.dma.has_buffers() {
            let (at, size) = self.memory.heap_block(domain, address)?;
            if self.dma.holds(domain, at, size) {
                return Err(SysError::Busy);
            }
        }
        Ok(())
    }

    /// Takes back one of the blocks that threads of `core` have taken from the
    /// heap of a domain, where none of them lives any more; whether there was one.
    /// A channel that has it, whosever it is, loses its buffer first.
    pub fn heap_take_back(&mut self, port: &mut impl Port, domain: DomainId, core: CoreId) -> bool {
        let Some(address) = self.memory.heap_block_of(domain, core) else {
            return false;
        };
        if let Ok((at, size)) = self.memory.heap_block(domain, address) {
            self.dma.release_at(port, at, size);
        }
        self.memory.heap_free(port, domain, address).is_ok()
    }

    /// The domain whose heap a thread uses; a kernel thread may have none.
    pub(crate) fn own_domain(&self, thread: ThreadId) -> Result<DomainId, SysError> {
        self.thread(thread).domain.ok_or(SysError::BadState)
    }
}
