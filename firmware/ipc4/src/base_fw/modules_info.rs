//! MODULES_INFO: the module tables of the firmware and of all libraries.

use acelab_abi::ipc4::Status;
use acelab_abi::log::Level;
use acelab_abi::manifest::MODULE_BYTES;

use crate::firmware::{Firmware, LibraryInfo, MAX_LIBRARIES, ModuleTable};
use crate::outbox::Outbox;

/// Lowest bit of the library's id in a module id.
const LIBRARY_SHIFT: u32 = 12;

/// {count, entry[count]}; the first word of an entry is the module id: the id of
/// the library, 0 for the firmware itself, and the index in its table.
pub(super) fn write(outbox: &mut Outbox<'_>, firmware: &mut impl Firmware) -> Result<(), Status> {
    let libraries = || {
        let ids = 1..=MAX_LIBRARIES;
        ids.filter_map(|id| Some((id, firmware.library(id)?)))
    };
    let loaded: u32 = libraries().map(|(_, library)| library.modules).sum();
    let Some(table) = firmware.modules() else {
        return Err(Status::InvalidManifest);
    };
    let written = own(outbox, &table, loaded).and_then(|()| {
        libraries().try_for_each(|(id, library)| of_library(outbox, id, &library, firmware))
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

/// The count of all, and the firmware's own modules.
fn own(outbox: &mut Outbox<'_>, table: &impl ModuleTable, loaded: u32) -> Result<(), Status> {
    let count = table.count();
    outbox.push(count.saturating_add(loaded))?;
    (0..count).try_for_each(|entry| {
        outbox.push(entry)?;
        (1..MODULE_BYTES as usize / 4).try_for_each(|word| {
            outbox.push(table.word(entry, word).ok_or(Status::InvalidManifest)?)
        })
    })
}

fn of_library(
    outbox: &mut Outbox<'_>,
    id: u32,
    library: &LibraryInfo,
    firmware: &impl Firmware,
) -> Result<(), Status> {
    (0..library.modules).try_for_each(|index| {
        let entry = firmware.library_module(id, index);
        let [_, rest @ ..] = entry.ok_or(Status::InvalidManifest)?;
        outbox.push(id << LIBRARY_SHIFT | index)?;
        rest.into_iter().try_for_each(|word| outbox.push(word))
    })
}
