//! Why a module was stopped, in the one word that the host is told.

use acelab_module_abi::host::Fault;
use acelab_user::{Exit, ExitReason};

/// Bits 31:24 of all words; a module's own words are what they are.
const MARK: u32 = 0xFA00_0000;

/// The word for how a call or a thread has ended: the reason in bits 15:8, and what
/// the reason says of the value, its low byte, in 7:0.
pub fn of(exit: Exit) -> Fault {
    Fault(MARK | exit.reason.code() << 8 | exit.value & 0xFF)
}

/// A module that was not done in time.
pub fn late() -> Fault {
    of(Exit {
        reason: ExitReason::Budget,
        value: 0,
    })
}
