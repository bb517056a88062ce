//! LIBRARY_REMOVE: a library that nobody needs goes. Our own parameter: the field
//! has no way to do that.

use acelab_abi::ipc4::Status;
use acelab_abi::log::Level;

use crate::firmware::Firmware;
use crate::inbox::Inbox;

/// Bytes of the payload: the id.
const BYTES: u32 = 4;

pub(super) fn apply(
    size: u32,
    inbox: Inbox<'_>,
    firmware: &mut impl Firmware,
) -> Result<(), Status> {
    if size != BYTES {
        firmware.log(
            Level::Error,
            "base_fw",
            format_args!("LIBRARY_REMOVE: the payload is {BYTES} bytes, not {size}"),
        );
        return Err(Status::InvalidResourceId);
    }
    let id = inbox.word(0).ok_or(Status::InvalidResourceId)?;
    firmware.remove_library(id)
}
