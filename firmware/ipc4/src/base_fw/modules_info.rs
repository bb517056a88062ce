//! MODULES_INFO: the module table of the manifest.

use acelab_abi::ipc4::Status;
use acelab_abi::log::Level;
use acelab_abi::manifest::MODULE_BYTES;

use crate::firmware::{Firmware, ModuleTable};
use crate::outbox::Outbox;

/// {count, entry[count]}; the first word of an entry is the module id, which
/// for the base firmware's own modules is the index in the table.
pub(super) fn write(outbox: &mut Outbox<'_>, firmware: &mut impl Firmware) -> Result<(), Status> {
    let Some(table) = firmware.modules() else {
        return Err(Status::InvalidManifest);
    };
    let count = table.count();
    let written = outbox.push(count).and_then(|()| {
        (0..count).try_for_each(|entry| {
            outbox.push(entry)?;
            (1..MODULE_BYTES as usize / 4).try_for_each(|word| {
                outbox.push(table.word(entry, word).ok_or(Status::InvalidManifest)?)
            })
        })
    });
    drop(table);
    if written == Err(Status::Failure) {
        firmware.log(
            Level::Error,
            "base_fw",
            format_args!("error: response payload bigger than DSPBOX size"),
        );
    }
    written
}
