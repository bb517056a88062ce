//! System calls that need no object.

use acelab_abi::syscall::{MAX_TEXT, SysError};

use super::super::args::{Args, bad_pointer};
use super::super::dispatch::Answer;
use super::super::{Kernel, Stop};
use crate::ids::ThreadId;
use crate::memory::{UserBytes, UserPointer};
use crate::port::{CacheOperation, Port};

pub fn null<P: Port>(
    _kernel: &mut Kernel,
    _port: &mut P,
    _caller: ThreadId,
    _args: &Args,
) -> Answer {
    Ok([0; 2])
}

pub fn clock_now<P: Port>(
    _kernel: &mut Kernel,
    port: &mut P,
    _caller: ThreadId,
    _args: &Args,
) -> Answer {
    let now = port.now();
    Ok([now as u32, (now >> 32) as u32])
}

pub fn log<P: Port>(kernel: &mut Kernel, port: &mut P, caller: ThreadId, args: &Args) -> Answer {
    let mut text = [0; MAX_TEXT];
    let text = kernel.copy_text(port, caller, args, 1, &mut text)?;
    port.log(caller, args.word(0), text);
    Ok([0; 2])
}

pub fn panic<P: Port>(kernel: &mut Kernel, port: &mut P, caller: ThreadId, args: &Args) -> Answer {
    let mut text = [0; MAX_TEXT];
    let text = kernel.copy_text(port, caller, args, 0, &mut text)?;
    port.panicked(caller, text);
    Err(Stop::Panic)
}

pub fn cache<P: Port>(kernel: &mut Kernel, port: &mut P, caller: ThreadId, args: &Args) -> Answer {
    let space = kernel.thread(caller).space();
    let operation = match args.word(2) {
        1 => CacheOperation::WriteBack,
        _ => CacheOperation::Invalidate,
    };
    // The line of an address in the user window is that of another one in the
    // kernel's.
    UserBytes::bytes(args.word(0), args.word(1))
        .and_then(|claim| kernel.memory.cache(port, space, claim, operation))
        .map_err(|bad| bad_pointer(0, bad))?;
    Ok([0; 2])
}

pub fn account<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let words = kernel.account().to_words();
    kernel.tell(port, caller, args, &words)
}

pub fn mark<P: Port>(_kernel: &mut Kernel, port: &mut P, _caller: ThreadId, args: &Args) -> Answer {
    if port.mark(args.word(0)) {
        Ok([0; 2])
    } else {
        Err(SysError::NotSupported.into())
    }
}

impl Kernel {
    /// Writes words to where argument 0 points.
    pub(super) fn tell<const N: usize>(
        &self,
        port: &mut impl Port,
        caller: ThreadId,
        args: &Args,
        words: &[u32; N],
    ) -> Answer {
        let space = self.thread(caller).space();
        UserPointer::new(args.word(0))
            .and_then(|claim| self.memory.write_words(port, space, claim, words))
            .map_err(|bad| bad_pointer(0, bad))?;
        Ok([0; 2])
    }

    /// Copies the text at argument `index`.
    fn copy_text<'a>(
        &self,
        port: &impl Port,
        caller: ThreadId,
        args: &Args,
        index: usize,
        into: &'a mut [u8; MAX_TEXT],
    ) -> Result<&'a [u8], Stop> {
        let claim = args.buffer(index)?;
        let space = self.thread(caller).space();
        self.memory
            .read(port, space, claim, into)
            .map_err(|bad| bad_pointer(index, bad))
    }
}
