//! SCHEDULERS_INFO: the schedulers of one core.

use acelab_abi::ipc4::Status;
use acelab_abi::log::Level;

use crate::firmware::Firmware;
use crate::inbox::Inbox;
use crate::outbox::Outbox;

/// Size of the argument: the core.
const ARGUMENT_BYTES: u32 = 4;

/// `size` is the request's size field: 4 when the inbox names a core, anything
/// else asks for core 0. No scheduler exists on this floor, so the list is
/// empty for a core that runs as it is for one that is off.
pub(super) fn write(
    size: u32,
    inbox: Inbox<'_>,
    outbox: &mut Outbox<'_>,
    firmware: &mut impl Firmware,
) -> Result<(), Status> {
    let core = if size == ARGUMENT_BYTES {
        inbox.word(0).unwrap_or(0)
    } else {
        0
    };
    if core >= firmware.core_count() {
        firmware.log(Level::Error, "base_fw", format_args!("no core {core}"));
        return Err(Status::InvalidResourceId);
    }
    outbox.push(0)
}
