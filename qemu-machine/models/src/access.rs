//! Who accesses what, and how an access can fail.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::trace::{Mode, WindowRefusal};

/// The core that accesses a register, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// Virtual time of the access.
    pub now: Nanos,
    /// The core.
    pub core: CoreId,
    /// What it runs.
    pub mode: Mode,
}

/// Who caused what a model does: a core, the host, or time itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) now: Nanos,
    pub(crate) core: Option<CoreId>,
    pub(crate) mode: Mode,
}

impl Origin {
    /// The host, or a delay that has passed.
    pub(crate) const fn outside(now: Nanos) -> Self {
        Self {
            now,
            core: None,
            mode: Mode::None,
        }
    }
}

impl From<Context> for Origin {
    fn from(cx: Context) -> Self {
        Self {
            now: cx.now,
            core: Some(cx.core),
            mode: cx.mode,
        }
    }
}

/// Nothing answers at the address: the core takes a bus error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusError;

/// Why a host access failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostFault {
    /// There is no register at the offset.
    Unmapped,
    /// Registers are accessed as aligned 32-bit words.
    Misaligned,
    /// The window does not let the access through.
    Window(WindowRefusal),
}

/// Why a block does not take an access. The block stays as it is; the reader
/// gets zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// There is no register at the offset.
    Reserved,
    /// The register cannot be written.
    ReadOnly,
}

/// The address is not RAM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotRam;

/// The machine's RAM, by physical (cached) address.
pub trait Memory {
    /// Fills `bytes` from `addr`.
    ///
    /// # Errors
    /// When any of the bytes is not RAM; `bytes` is unspecified then.
    fn read(&mut self, addr: u32, bytes: &mut [u8]) -> Result<(), NotRam>;

    /// Stores `bytes` at `addr`.
    ///
    /// # Errors
    /// When any of the bytes is not RAM; nothing is written then.
    fn write(&mut self, addr: u32, bytes: &[u8]) -> Result<(), NotRam>;
}

/// Reads a little-endian word of RAM.
pub(crate) fn read_word(mem: &mut dyn Memory, addr: u32) -> Result<u32, NotRam> {
    let mut bytes = [0; 4];
    mem.read(addr, &mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}
