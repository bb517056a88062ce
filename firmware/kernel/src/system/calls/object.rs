//! System calls on objects of any kind.

use acelab_abi::syscall::SysError;

use super::super::Kernel;
use super::super::args::Args;
use super::super::dispatch::Answer;
use crate::ids::ThreadId;
use crate::port::Port;

pub fn grant<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    _caller: ThreadId,
    args: &Args,
) -> Answer {
    let thread = kernel.named_thread(args.object(0))?;
    if !kernel.thread(thread).is_alive() {
        return Err(SysError::BadHandle.into());
    }
    let object = args.object(1);
    kernel.objects.get_mut(object).permitted.insert(thread);
    Ok([0; 2])
}

pub fn revoke<P: Port>(
    kernel: &mut Kernel,
    _port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let thread = kernel.named_thread(args.object(0))?;
    let object = args.object(1);
    if !kernel.is_owner(caller, object) {
        return Err(SysError::Permission.into());
    }
    kernel.objects.get_mut(object).permitted.remove(thread);
    Ok([0; 2])
}

pub fn close<P: Port>(kernel: &mut Kernel, port: &mut P, caller: ThreadId, args: &Args) -> Answer {
    let object = args.object(0);
    if !kernel.is_owner(caller, object) {
        return Err(SysError::Permission.into());
    }
    kernel.close_object(port, object)?;
    Ok([0; 2])
}
