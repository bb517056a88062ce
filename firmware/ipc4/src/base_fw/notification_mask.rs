//! NOTIFICATION_MASK: which resource events the host wants.

use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::base_fw::notification_mask as payload;
use acelab_abi::log::Level;

use crate::firmware::Firmware;
use crate::inbox::Inbox;

/// Bits that mean nothing are ignored: a newer driver may know more events.
pub(super) fn apply(
    size: u32,
    inbox: Inbox<'_>,
    firmware: &mut impl Firmware,
) -> Result<(), Status> {
    if (size as usize) < payload::WORDS * 4 {
        firmware.log(
            Level::Error,
            "base_fw",
            format_args!("NOTIFICATION_MASK: {size} bytes are too few"),
        );
        return Err(Status::InvalidResourceId);
    }
    let word = |index| inbox.word(index).ok_or(Status::InvalidResourceId);
    let notifications = word(payload::NOTIFICATIONS)? & payload::KNOWN;
    let enabled = word(payload::ENABLED)? & notifications;
    firmware.set_notification_mask(notifications, enabled);
    Ok(())
}
