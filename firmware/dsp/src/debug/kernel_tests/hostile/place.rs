//! Where a hostile thread reaches for.

use acelab_abi::kernel_stack::KernelStack;
use acelab_abi::memory::{
    HW_REGISTERS, LP_SRAM, MANIFEST, PAGE_SIZE, USER_WINDOW, WINDOW0, to_uncached,
};
use acelab_abi::regs::{debug_port, hfipc};
use acelab_kernel::memory::MANIFEST_VIEW;

use super::address;
use super::arena::Arena;

/// What it does there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Load,
    Store,
    Fetch,
}

macro_rules! places {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal,)+) => {
        /// A kind of address.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Place {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Place {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in the log.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

places! {
    /// Address 0.
    Null "null",
    /// A static of the kernel.
    KernelData "kernel data",
    /// A static of the kernel that the cores share.
    KernelShared "kernel uncached data",
    /// The stack of the handlers of this core.
    KernelStack "kernel stack",
    /// The guard page of that stack.
    KernelGuard "kernel guard",
    /// The kernel's page table, where page walks read it.
    KernelTable "kernel page table",
    /// The domain's own page table, where page walks read it.
    OwnTable "own page table",
    /// A page of the thread's own, where the kernel sees it.
    Identity "pool identity",
    /// The same past the cache.
    IdentityUncached "pool uncached",
    /// The text past the cache, where it would not be read-only.
    TextUncached "text uncached",
    /// A mailbox register.
    Mmio "MMIO",
    /// The last register that there is.
    MmioEnd "MMIO end",
    /// The debug port.
    DebugPort "debug port",
    /// Host DRAM with the firmware image.
    Imr "IMR",
    /// The kernel's view of the manifest.
    Manifest "manifest view",
    /// The word from which the boot ROM starts secondary cores.
    LpSram "LP-SRAM",
    /// The window that the host sees.
    HostWindow "host window",
    /// A page of the neighbours' domain.
    OtherDomain "other domain",
    /// The same page past the cache.
    OtherUncached "other domain uncached",
    /// The page below the thread's own stack.
    Guard "guard page",
    /// A page of the user window that nobody has.
    Unmapped "unmapped",
    /// The last word of the user window.
    WindowEnd "window end",
    /// The page after the user window.
    Beyond "beyond the window",
    /// The last word of the address space.
    Last "last word",
    /// The last word of a page of the thread's own, after which nothing of its
    /// own comes.
    HalfMapped "half mapped",
    /// Instructions.
    Text "text",
    /// Constants.
    Rodata "rodata",
    /// A page with the right to read.
    OwnConstants "own read-only page",
    /// A page with the right to execute.
    OwnCode "own code",
    /// A page with the right to write.
    OwnData "own data",
    /// A page with the right to write, past the cache.
    OwnUncached "own uncached data",
    /// The thread's own stack.
    OwnStack "own stack",
}

impl Place {
    /// Whether a user thread may do that there, with `bytes` bytes.
    pub const fn permits(self, access: Access, bytes: u32) -> bool {
        match self {
            Self::Text | Self::OwnCode => matches!(access, Access::Load | Access::Fetch),
            Self::Rodata | Self::OwnConstants => matches!(access, Access::Load),
            Self::OwnData | Self::OwnUncached | Self::OwnStack => {
                matches!(access, Access::Load | Access::Store)
            }
            Self::HalfMapped => matches!(access, Access::Load | Access::Store) && bytes <= 4,
            Self::Null
            | Self::KernelData
            | Self::KernelShared
            | Self::KernelStack
            | Self::KernelGuard
            | Self::KernelTable
            | Self::OwnTable
            | Self::Identity
            | Self::IdentityUncached
            | Self::TextUncached
            | Self::Mmio
            | Self::MmioEnd
            | Self::DebugPort
            | Self::Imr
            | Self::Manifest
            | Self::LpSram
            | Self::HostWindow
            | Self::OtherDomain
            | Self::OtherUncached
            | Self::Guard
            | Self::Unmapped
            | Self::WindowEnd
            | Self::Beyond
            | Self::Last => false,
        }
    }

    /// An address there, a multiple of four.
    pub fn address(self, arena: &Arena) -> Address {
        /// Where page walks read the word for an address (PTEVADDR), or the one
        /// before: aligned for the largest access, wherever the address lies.
        const fn table(va: u32) -> u32 {
            0xC000_0000 + (va >> 10 & !15)
        }
        Address::Fixed(match self {
            Self::Null => 0,
            Self::KernelData => address::of_kernel_data(),
            Self::KernelShared => address::of_uncached_data(),
            Self::KernelStack => KernelStack::Handler.of(arena.core()).end() - 64,
            Self::KernelGuard => KernelStack::Handler.of(arena.core()).base - 64,
            Self::KernelTable => table(LP_SRAM.base),
            Self::OwnTable => table(arena.data().user()),
            Self::Identity => acelab_abi::memory::to_cached(arena.data().kernel()),
            Self::IdentityUncached => arena.data().kernel(),
            Self::TextUncached => to_uncached(address::of_text()),
            Self::Mmio => hfipc::BASE,
            Self::MmioEnd => HW_REGISTERS.end() - 4,
            Self::DebugPort => debug_port::address(debug_port::Reg::Mark),
            Self::Imr => MANIFEST.base,
            Self::Manifest => MANIFEST_VIEW.base,
            Self::LpSram => LP_SRAM.base,
            Self::HostWindow => to_uncached(WINDOW0.base),
            Self::OtherDomain => arena.foreign().user(),
            Self::OtherUncached => arena.foreign().user_uncached(),
            Self::Unmapped => USER_WINDOW.base + 16 * PAGE_SIZE,
            Self::WindowEnd => USER_WINDOW.end() - 4,
            Self::Beyond => USER_WINDOW.end(),
            Self::Last => u32::MAX - 3,
            Self::HalfMapped => arena.data().user() + PAGE_SIZE - 4,
            Self::Text => address::of_text(),
            Self::Rodata => address::of_rodata(),
            Self::OwnConstants => arena.constants().user(),
            Self::OwnCode => arena.code().user(),
            Self::OwnData => arena.data().user(),
            Self::OwnUncached => arena.block().user_uncached() + 256,
            Self::Guard => return Address::OfStack(-64),
            Self::OwnStack => return Address::OfStack(64),
        })
    }
}

/// An address, or one that the thread alone knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    Fixed(u32),
    /// So far above the lowest address of the thread's stack.
    OfStack(i32),
}
