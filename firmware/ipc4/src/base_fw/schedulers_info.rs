//! SCHEDULERS_INFO: the schedulers of one core, which that core tells itself.

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::Status;
use acelab_abi::log::Level;

use crate::firmware::Firmware;
use crate::global::existing_core;
use crate::inbox::Inbox;

/// Size of the argument: the core.
const ARGUMENT_BYTES: u32 = 4;

/// Who has to answer; nobody for a core that is off. `size` is the request's
/// size field: 4 when the inbox names a core, anything else asks for core 0.
pub(super) fn core(
    size: u32,
    inbox: Inbox<'_>,
    firmware: &mut impl Firmware,
) -> Result<Option<CoreId>, Status> {
    let number = if size == ARGUMENT_BYTES {
        inbox.word(0).unwrap_or(0)
    } else {
        0
    };
    let Some(core) = existing_core(number, firmware) else {
        firmware.log(Level::Error, "base_fw", format_args!("no core {number}"));
        return Err(Status::InvalidResourceId);
    };
    Ok((firmware.active_cores() & core.bit() != 0).then_some(core))
}
