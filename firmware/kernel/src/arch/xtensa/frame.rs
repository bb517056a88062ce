//! What the entry code leaves on the stack.

use acelab_abi::core_id::CoreId;
use acelab_abi::kernel_stack::KernelStack;

use crate::fault::Fault;

/// Frame of an exception or interrupt; the image's `macros.inc` has the same
/// layout.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// a0 to a15 of the interrupted code.
    pub registers: [u32; 16],
    /// Where it goes on.
    pub pc: u32,
    /// PS.
    pub ps: u32,
    /// SAR.
    pub sar: u32,
    /// LBEG.
    pub lbeg: u32,
    /// LEND.
    pub lend: u32,
    /// LCOUNT.
    pub lcount: u32,
    /// EXCCAUSE; 63 for levels that have none.
    pub cause: u32,
    /// EXCVADDR.
    pub address: u32,
    /// SCOMPARE1.
    pub scompare1: u32,
    /// BR.
    pub br: u32,
    /// THREADPTR.
    pub threadptr: u32,
    /// DEPC of a double exception, else 0.
    pub depc: u32,
}

const _: () = assert!(size_of::<Frame>() == 112);
const _: () = assert!(core::mem::offset_of!(Frame, depc) == 108);

impl Frame {
    /// The fault this frame is about.
    #[must_use]
    pub fn fault(&self, core: CoreId) -> Fault {
        let stack = KernelStack::Handler.of(core);
        Fault {
            core,
            cause: self.cause,
            pc: self.pc,
            address: self.address,
            ps: self.ps,
            registers: self.registers,
            stack: stack.base..stack.end(),
            depc: (self.depc != 0).then_some(self.depc),
        }
    }
}
