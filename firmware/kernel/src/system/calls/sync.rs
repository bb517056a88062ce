//! System calls on what threads wait for.

use acelab_abi::syscall::SysError;

use super::super::args::{Args, bad_pointer};
use super::super::dispatch::Answer;
use super::super::{Kernel, Stop};
use crate::ids::ThreadId;
use crate::object::Object;
use crate::port::Port;
use crate::sync::{EventFlags, Mutex, Semaphore, Slot, Timer};
use crate::thread::{Message, Wait};

pub fn sem_create<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let (initial, limit) = (args.word(0), args.word(1));
    if initial > limit {
        return Err(SysError::InvalidValue.into());
    }
    kernel.create_object(caller, Object::Semaphore(Semaphore::new(initial, limit)))
}

pub fn sem_give<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    _caller: ThreadId,
    args: &Args,
) -> Answer {
    kernel.semaphore_give(port, args.object(0))?;
    Ok([0; 2])
}

pub fn sem_take<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    kernel.semaphore_take(port, caller, args.object(0), args.deadline(1))?;
    Ok([0; 2])
}

pub fn sem_count<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    _caller: ThreadId,
    args: &Args,
) -> Answer {
    match &kernel.objects.get(args.object(0)).object {
        Object::Semaphore(semaphore) => Ok([semaphore.count, 0]),
        _ => Err(SysError::WrongKind.into()),
    }
}

pub fn mutex_create<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    caller: ThreadId,
    _args: &Args,
) -> Answer {
    kernel.create_object(caller, Object::Mutex(Mutex::NEW))
}

pub fn mutex_lock<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    kernel.mutex_lock(port, caller, args.object(0), args.deadline(1))?;
    Ok([0; 2])
}

pub fn mutex_unlock<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    kernel.mutex_unlock(port, caller, args.object(0))?;
    Ok([0; 2])
}

pub fn event_create<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    caller: ThreadId,
    _args: &Args,
) -> Answer {
    kernel.create_object(caller, Object::Event(EventFlags::NEW))
}

pub fn event_post<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    _caller: ThreadId,
    args: &Args,
) -> Answer {
    kernel.event_post(port, args.object(0), args.word(1))?;
    Ok([0; 2])
}

pub fn event_clear<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    _caller: ThreadId,
    args: &Args,
) -> Answer {
    kernel.event_clear(args.object(0), args.word(1))?;
    Ok([0; 2])
}

pub fn event_wait<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let flags = (args.word(1), args.word(2));
    let found = kernel.event_wait(port, caller, args.object(0), flags, args.deadline(3))?;
    Ok([found, 0])
}

pub fn timer_create<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    caller: ThreadId,
    _args: &Args,
) -> Answer {
    kernel.create_object(caller, Object::Timer(Timer::NEW))
}

pub fn timer_start<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    _caller: ThreadId,
    args: &Args,
) -> Answer {
    kernel.timer_start(args.object(0), args.deadline(1), args.word(3))?;
    Ok([0; 2])
}

pub fn timer_stop<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    _caller: ThreadId,
    args: &Args,
) -> Answer {
    kernel.timer_stop(port, args.object(0))?;
    Ok([0; 2])
}

pub fn timer_wait<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let expiries = kernel.timer_wait(port, caller, args.object(0), args.deadline(1))?;
    Ok([expiries, 0])
}

pub fn slot_create<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    caller: ThreadId,
    _args: &Args,
) -> Answer {
    kernel.create_object(caller, Object::Slot(Slot::NEW))
}

pub fn slot_send<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let claim = args.buffer(1)?;
    let space = kernel.thread(caller).space();
    let mut message = Message::EMPTY;
    message
        .fill(claim.len(), |bytes| {
            kernel.memory.read(port, space, claim, bytes).map(drop)
        })
        .map_err(|bad| bad_pointer(1, bad))?;
    kernel.slot_send(port, caller, args.object(0), message, args.deadline(3))?;
    Ok([0; 2])
}

pub fn slot_receive<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let slot = args.object(0);
    let claim = args.buffer(1)?;
    let Some(message) = kernel.slot_take(port, slot, claim.len())? else {
        let wait = Wait::Receive {
            object: slot,
            buffer: claim.address(),
            len: claim.len(),
        };
        return Err(kernel.wait(port, caller, wait, args.deadline(3)));
    };
    let space = kernel.thread(caller).space();
    kernel
        .memory
        .write(port, space, claim, message.bytes())
        .map_err(|bad| bad_pointer(1, bad))?;
    Ok([message.len(), 0])
}

impl Kernel {
    /// Creates an object of the caller's own; answers its handle.
    fn create_object(&mut self, caller: ThreadId, object: Object) -> Result<[u32; 2], Stop> {
        let domain = self.thread(caller).domain;
        let room = self.objects.reserve(domain)?;
        Ok([self.fill(room, object, caller), 0])
    }
}
