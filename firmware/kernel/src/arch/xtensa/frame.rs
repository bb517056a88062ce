//! What the entry code saves.

use core::ops::Range;

use acelab_abi::core_id::CoreId;
use acelab_abi::kernel_stack::KernelStack;

use crate::fault::Fault;

/// Registers of interrupted code; the image's `macros.inc` has the same layout.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Registers {
    /// a0 to a15.
    pub a: [u32; 16],
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
}

const _: () = assert!(size_of::<Registers>() == 108);

impl Registers {
    pub(super) const ZERO: Self = Self {
        a: [0; 16],
        pc: 0,
        ps: 0,
        sar: 0,
        lbeg: 0,
        lend: 0,
        lcount: 0,
        cause: 0,
        address: 0,
        scompare1: 0,
        br: 0,
        threadptr: 0,
    };

    /// The fault they are about, of code on `core` with this stack.
    #[must_use]
    pub fn fault(&self, core: CoreId, stack: Range<u32>) -> Fault {
        Fault {
            core,
            cause: self.cause,
            pc: self.pc,
            address: self.address,
            ps: self.ps,
            registers: self.a,
            stack,
            depc: None,
        }
    }
}

/// What a fatal exception of a handler leaves on the emergency stack.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The registers.
    pub registers: Registers,
    /// DEPC of a double exception, else 0.
    pub depc: u32,
}

const _: () = assert!(size_of::<Frame>() == 112);

impl Frame {
    /// The fault this frame is about.
    #[must_use]
    pub fn fault(&self, core: CoreId) -> Fault {
        let stack = KernelStack::Handler.of(core);
        Fault {
            depc: (self.depc != 0).then_some(self.depc),
            ..self.registers.fault(core, stack.base..stack.end())
        }
    }
}
