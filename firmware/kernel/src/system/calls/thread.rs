//! System calls on threads.

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::TEXT_AREA;
use acelab_abi::object::{Handle, ObjectKind};
use acelab_abi::syscall::{SysError, ThreadParams, flags};

use super::super::args::{Args, bad_pointer};
use super::super::dispatch::Answer;
use super::super::life::{NewThread, own_priority};
use super::super::{Fate, Kernel, Ring, Stop};
use crate::ids::{DomainId, ThreadId};
use crate::memory::{Space, UserPointer};
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::thread::{Limits, Name, State, Wait};

/// Most pages of a stack.
const MAX_STACK_PAGES: u32 = 16;

pub fn create<P: Port>(kernel: &mut Kernel, port: &mut P, caller: ThreadId, args: &Args) -> Answer {
    if !kernel.may_spawn(caller) {
        return Err(SysError::Permission.into());
    }
    let space = kernel.thread(caller).space();
    let params = UserPointer::new(args.word(0))
        .and_then(|claim| kernel.memory.read_words(port, space, claim))
        .map_err(|bad| bad_pointer(0, bad))?;
    let new = kernel.judge(port, caller, ThreadParams::from_words(params))?;
    let thread = kernel.create_thread(port, new)?;
    Ok([kernel.thread_handle(thread), 0])
}

pub fn start<P: Port>(kernel: &mut Kernel, port: &mut P, _caller: ThreadId, args: &Args) -> Answer {
    let thread = kernel.named_thread(args.object(0))?;
    kernel.start_thread(port, thread)?;
    Ok([0; 2])
}

pub fn exit<P: Port>(kernel: &mut Kernel, port: &mut P, caller: ThreadId, args: &Args) -> Answer {
    if kernel.stop(port, caller, Fate::exited(args.word(0))) {
        return Err(Stop::Ended);
    }
    // Only an idle thread cannot end.
    Err(SysError::BadState.into())
}

pub fn abort<P: Port>(kernel: &mut Kernel, port: &mut P, caller: ThreadId, args: &Args) -> Answer {
    let thread = kernel.named_thread(args.object(0))?;
    kernel.check_rank(caller, thread)?;
    if !kernel.stop(port, thread, Fate::aborted()) {
        return Err(SysError::BadState.into());
    }
    if thread == caller {
        return Err(Stop::Ended);
    }
    Ok([0; 2])
}

pub fn join<P: Port>(kernel: &mut Kernel, port: &mut P, caller: ThreadId, args: &Args) -> Answer {
    let object = args.object(0);
    let thread = kernel.named_thread(object)?;
    let record = kernel.thread(thread);
    if record.state == State::Ended {
        return Ok([record.fate.reason.code(), record.fate.value]);
    }
    if kernel.leads_to(thread, caller) {
        return Err(SysError::Deadlock.into());
    }
    Err(kernel.wait(port, caller, Wait::Join(object), args.deadline(1)))
}

pub fn yield_now<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    caller: ThreadId,
    _args: &Args,
) -> Answer {
    let record = &kernel.threads[caller.index()];
    let ready = &mut kernel.cores[record.core.index()].ready;
    ready.rotate(&kernel.links, caller, record.priority);
    Ok([0; 2])
}

pub fn sleep<P: Port>(kernel: &mut Kernel, port: &mut P, caller: ThreadId, args: &Args) -> Answer {
    match kernel.wait(port, caller, Wait::Sleep, args.deadline(0)) {
        Stop::Error(SysError::Timeout) => Ok([0; 2]),
        stop => Err(stop),
    }
}

pub fn set_priority<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let thread = kernel.named_thread(args.object(0))?;
    kernel.check_rank(caller, thread)?;
    let priority = own_priority(args.word(1)).ok_or(SysError::InvalidValue)?;
    kernel.check_priority(caller, priority)?;
    let record = &mut kernel.threads[thread.index()];
    if !record.is_alive() || record.idle {
        return Err(SysError::BadState.into());
    }
    record.base = priority;
    kernel.inherit(port, thread);
    Ok([0; 2])
}

pub fn own_handle<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    caller: ThreadId,
    _args: &Args,
) -> Answer {
    Ok([kernel.thread_handle(caller), 0])
}

impl Kernel {
    /// Whether a thread may create threads, domains and partitions.
    pub(super) fn may_spawn(&self, thread: ThreadId) -> bool {
        let record = self.thread(thread);
        record.may_spawn || record.ring == Ring::Kernel
    }

    /// Whether a thread may open gateways of the DMA.
    pub(crate) fn may_open(&self, thread: ThreadId) -> bool {
        let record = self.thread(thread);
        record.may_open || record.ring == Ring::Kernel
    }

    pub(super) fn named_thread(&self, object: ObjectId) -> Result<ThreadId, SysError> {
        match self.objects.get(object).object {
            Object::Thread(thread) => Ok(thread),
            _ => Err(SysError::WrongKind),
        }
    }

    /// A user thread does nothing to a kernel thread, whatever handles it has.
    fn check_rank(&self, caller: ThreadId, thread: ThreadId) -> Result<(), SysError> {
        let (caller, thread) = (self.thread(caller), self.thread(thread));
        if caller.ring == Ring::User && thread.ring == Ring::Kernel {
            return Err(SysError::Permission);
        }
        Ok(())
    }

    /// A user thread gives no priority above its own.
    fn check_priority(&self, caller: ThreadId, priority: u8) -> Result<(), SysError> {
        let caller = self.thread(caller);
        if caller.ring == Ring::User && priority < caller.base {
            return Err(SysError::Permission);
        }
        Ok(())
    }

    /// Judges the parameters of a thread that `caller` would create.
    fn judge(
        &self,
        port: &impl Port,
        caller: ThreadId,
        params: ThreadParams,
    ) -> Result<NewThread, SysError> {
        let core = u8::try_from(params.core).ok().and_then(CoreId::new);
        let priority = own_priority(params.priority);
        let (Some(core), Some(priority)) = (core, priority) else {
            return Err(SysError::InvalidValue);
        };
        self.check_open(core)?;
        let stack_fits = (1..=MAX_STACK_PAGES).contains(&params.stack_pages);
        if !stack_fits || params.flags & !flags::ALL != 0 {
            return Err(SysError::InvalidValue);
        }
        let ring = if params.flags & flags::KERNEL != 0 {
            Ring::Kernel
        } else {
            Ring::User
        };
        let confined = params.flags & flags::CONFINED != 0;
        if confined && params.flags != flags::CONFINED {
            return Err(SysError::InvalidValue);
        }
        if ring == Ring::Kernel && self.thread(caller).ring != Ring::Kernel {
            return Err(SysError::Permission);
        }
        if params.flags & flags::DEVICES != 0 && !self.may_open(caller) {
            return Err(SysError::Permission);
        }
        self.check_priority(caller, priority)?;
        let domain = self.judge_domain(caller, ring, params.domain)?;
        let space = domain.map_or(Space::Kernel, Space::Domain);
        let executable = match ring {
            // The kernel executes nothing but what it was built with.
            Ring::Kernel => TEXT_AREA.contains(params.entry, 1),
            Ring::User => self.memory.may_execute(port, space, params.entry),
        };
        if !executable {
            return Err(SysError::InvalidValue);
        }
        Ok(NewThread {
            core,
            entry: params.entry,
            arg: params.arg,
            stack_pages: params.stack_pages,
            priority,
            ring,
            domain,
            may_spawn: params.flags & flags::SPAWN != 0,
            may_open: params.flags & flags::DEVICES != 0,
            limits: if confined {
                Limits::Confined
            } else {
                Limits::None
            },
            system: false,
            name: Name::from_words(params.name),
            owner: Some(caller),
        })
    }

    /// The domain of a new thread: user threads have one, kernel threads may.
    fn judge_domain(
        &self,
        caller: ThreadId,
        ring: Ring,
        word: u32,
    ) -> Result<Option<DomainId>, SysError> {
        let domain = if word == Handle::NONE {
            self.thread(caller).domain
        } else {
            let id = self.check_handle(caller, word, Some(ObjectKind::Domain))?;
            match self.objects.get(id).object {
                Object::Domain(domain) => Some(domain),
                _ => return Err(SysError::WrongKind),
            }
        };
        if domain.is_none() && ring == Ring::User {
            return Err(SysError::InvalidValue);
        }
        Ok(domain)
    }
}
