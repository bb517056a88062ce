//! MODULES_INFO: the module tables of the firmware and of all libraries.
//!
//! With many libraries the list is longer than the outbox, so it is given in
//! blocks: what is at the offset that the host asks for, as much as there is room
//! for. Only the block that reaches the end of the list is a final one. A host
//! that wants all in one block is refused when there is more.

use acelab_abi::ipc4::{ModuleId, Status};
use acelab_abi::log::Level;
use acelab_abi::manifest::MODULE_BYTES;

use super::Block;
use crate::firmware::{Firmware, LibraryInfo, MAX_LIBRARIES, ModuleTable};
use crate::outbox::Outbox;

/// {count, entry[count]}; the first word of an entry is the module id: the id of
/// the library, 0 for the firmware itself, and the index in its table. Whether the
/// list ends with this block.
pub(super) fn write(
    block: &Block,
    outbox: &mut Outbox<'_>,
    firmware: &mut impl Firmware,
) -> Result<bool, Status> {
    let libraries = || {
        let ids = 1..=MAX_LIBRARIES;
        ids.filter_map(|id| Some((id, firmware.library(id)?)))
    };
    let loaded: u32 = libraries().map(|(_, library)| library.modules).sum();
    let Some(table) = firmware.modules() else {
        return Err(Status::InvalidManifest);
    };
    let count = table.count().saturating_add(loaded);
    let size = MODULE_BYTES.saturating_mul(count).saturating_add(4);
    let offset = if block.first { 0 } else { block.size };
    if !block.first && (offset == 0 || offset >= size || !offset.is_multiple_of(4)) {
        drop(table);
        return Err(super::nothing_to_continue(firmware));
    }
    let mut list = List {
        outbox,
        before: offset / 4,
        behind: false,
    };
    own(&mut list, count, &table)?;
    libraries().try_for_each(|(id, library)| of_library(&mut list, id, &library, firmware))?;
    drop(table);
    let ends = !list.behind;
    if block.last && !ends {
        firmware.log(
            Level::Error,
            "base_fw",
            format_args!("error: response payload bigger than DSPBOX size"),
        );
        return Err(Status::Failure);
    }
    Ok(ends)
}

/// The words of the list, of which one block goes to the outbox.
struct List<'o, 'a> {
    outbox: &'o mut Outbox<'a>,
    /// Words that come before the block.
    before: u32,
    /// Whether there are words behind it.
    behind: bool,
}

impl List<'_, '_> {
    fn push(&mut self, word: u32) {
        match self.before.checked_sub(1) {
            Some(less) => self.before = less,
            None => self.behind |= self.outbox.push(word).is_err(),
        }
    }
}

/// The count of all, and the firmware's own modules.
fn own(list: &mut List<'_, '_>, count: u32, table: &impl ModuleTable) -> Result<(), Status> {
    list.push(count);
    (0..table.count()).try_for_each(|entry| {
        list.push(entry);
        (1..MODULE_BYTES as usize / 4).try_for_each(|word| {
            list.push(table.word(entry, word).ok_or(Status::InvalidManifest)?);
            Ok(())
        })
    })
}

fn of_library(
    list: &mut List<'_, '_>,
    id: u32,
    library: &LibraryInfo,
    firmware: &impl Firmware,
) -> Result<(), Status> {
    (0..library.modules).try_for_each(|index| {
        let entry = firmware.library_module(id, index);
        let [_, rest @ ..] = entry.ok_or(Status::InvalidManifest)?;
        list.push(ModuleId::new(id, index).word());
        rest.into_iter().for_each(|word| list.push(word));
        Ok(())
    })
}
