//! System calls on channels of the DMA.

use acelab_abi::memory::PAGE_SIZE;
use acelab_abi::object::ObjectKind;
use acelab_abi::syscall::{ExchangeEntry, Gateway, GatewayKind, PortParams, SysError};

use super::Buffer;
use crate::ids::ThreadId;
use crate::memory::{Access, UserPointer};
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::system::{Answer, Args, Kernel, Stop, bad_pointer};

/// Bytes of a container that is half a word.
const HALF_WORD: u32 = 2;

pub fn open<P: Port>(kernel: &mut Kernel, _port: &mut P, caller: ThreadId, args: &Args) -> Answer {
    if !kernel.may_open(caller) {
        return Err(SysError::Permission.into());
    }
    let gateway = GatewayKind::from_number(args.word(0) as u8)
        .and_then(|kind| Gateway::new(kind, args.word(1)))
        .ok_or(SysError::InvalidValue)?;
    let room = kernel.objects.reserve(kernel.thread(caller).domain)?;
    kernel.dma.open(gateway)?;
    let object = Object::Channel(gateway);
    Ok([kernel.fill(room, object, caller), 0])
}

pub fn configure<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let gateway = kernel.named_channel(args.object(0))?;
    let (address, size) = (args.word(1), args.word(2));
    let half_words = match args.word(3) {
        HALF_WORD => true,
        4 => false,
        _ => return Err(SysError::InvalidValue.into()),
    };
    let domain = kernel.own_domain(caller)?;
    let buffer = Buffer {
        domain,
        address: kernel.memory.device_memory(domain, address, size)?,
        size,
    };
    let bus = port.bus();
    kernel.dma.configure(bus, gateway, buffer, half_words)?;
    Ok([0; 2])
}

pub fn start<P: Port>(kernel: &mut Kernel, port: &mut P, _caller: ThreadId, args: &Args) -> Answer {
    let gateway = kernel.named_channel(args.object(0))?;
    kernel.dma.start(port.bus(), gateway)?;
    Ok([0; 2])
}

pub fn stop<P: Port>(kernel: &mut Kernel, port: &mut P, _caller: ThreadId, args: &Args) -> Answer {
    let gateway = kernel.named_channel(args.object(0))?;
    kernel.dma.stop(port.bus(), gateway)?;
    Ok([0; 2])
}

pub fn exchange<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let (start, len) = (args.word(0), args.word(1));
    if len == 0 {
        return Ok([0; 2]);
    }
    if !len.is_multiple_of(ExchangeEntry::SIZE) {
        return Err(SysError::InvalidValue.into());
    }
    if !start.is_multiple_of(ExchangeEntry::SIZE) {
        return Err(Stop::BadPointer {
            argument: 0,
            address: start,
        });
    }
    let space = kernel.thread(caller).space();
    let mut accepted = 0;
    let mut at = 0;
    for address in (start..start + len).step_by(ExchangeEntry::SIZE as usize) {
        // An entry lies in one page.
        if at % PAGE_SIZE == 0 {
            at = kernel
                .memory
                .kernel_address(port, space, address, Access::Write)
                .map_err(|bad| bad_pointer(0, bad))?;
        }
        let named = |handle| {
            let id = kernel.check_handle(caller, handle, Some(ObjectKind::Channel))?;
            kernel.named_channel(id)
        };
        accepted += u32::from(kernel.dma.exchange_at(port, at, named));
        at += ExchangeEntry::SIZE;
    }
    Ok([accepted, 0])
}

pub fn configure_port<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let gateway = kernel.named_channel(args.object(0))?;
    let space = kernel.thread(caller).space();
    let words = UserPointer::new(args.word(1))
        .and_then(|claim| kernel.memory.read_words(port, space, claim))
        .map_err(|bad| bad_pointer(1, bad))?;
    let params = PortParams::from_words(words);
    kernel.dma.configure_port(port.bus(), gateway, &params)?;
    Ok([0; 2])
}

impl Kernel {
    fn named_channel(&self, object: ObjectId) -> Result<Gateway, SysError> {
        match self.objects.get(object).object {
            Object::Channel(gateway) => Ok(gateway),
            _ => Err(SysError::WrongKind),
        }
    }
}
