//! What the entry code leaves on the stack.

use core::ops::Range;

use acelab_abi::core_id::CoreId;

use crate::fault::Fault;

/// Address and size of core 0's stack and the distance to the next core's, as
/// the image's `boot.S` maps them.
const STACK_BASE: u32 = 0x6000_1000;
const STACK_BYTES: u32 = 0x2000;
const STACK_STRIDE: u32 = 0x4000;

/// The stack of a core.
fn stack_of(core: CoreId) -> Range<u32> {
    let base = STACK_BASE + u32::from(core.get()) * STACK_STRIDE;
    base..base + STACK_BYTES
}

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
        Fault {
            core,
            cause: self.cause,
            pc: self.pc,
            address: self.address,
            ps: self.ps,
            registers: self.registers,
            stack: stack_of(core),
            depc: (self.depc != 0).then_some(self.depc),
        }
    }
}
