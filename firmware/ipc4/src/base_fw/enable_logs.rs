//! ENABLE_LOGS: level and announcement of the log.

use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::base_fw::enable_logs as payload;
use acelab_abi::log::Level;

use crate::firmware::{Firmware, LogSettings};
use crate::inbox::Inbox;

pub(super) fn apply(
    size: u32,
    inbox: Inbox<'_>,
    firmware: &mut impl Firmware,
) -> Result<(), Status> {
    if (size as usize) < payload::WORDS * 4 {
        firmware.log(
            Level::Error,
            "base_fw",
            format_args!("ENABLE_LOGS: {size} bytes are too few"),
        );
        return Err(Status::InvalidResourceId);
    }
    let word = |index| inbox.word(index).ok_or(Status::InvalidResourceId);
    let aging_ms = word(payload::AGING_TIMER_PERIOD_MS)?;
    let enable = word(payload::ENABLE)? != 0;
    let mask = word(payload::PRIORITIES_MASK)?;
    let level = if enable {
        Level::from_priorities(mask)
    } else {
        None
    };
    if enable && level.is_none() {
        firmware.log(
            Level::Error,
            "base_fw",
            format_args!("ENABLE_LOGS: no level in {mask:#x}"),
        );
        return Err(Status::InvalidResourceId);
    }
    if aging_ms < payload::MIN_AGING_MS {
        firmware.log(
            Level::Warning,
            "base_fw",
            format_args!(
                "ageing period {aging_ms} ms raised to {} ms",
                payload::MIN_AGING_MS
            ),
        );
    }
    firmware.set_log(LogSettings {
        level,
        aging_ms: aging_ms.max(payload::MIN_AGING_MS),
    });
    Ok(())
}
