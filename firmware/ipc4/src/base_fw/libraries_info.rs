//! LIBRARIES_INFO: what is loaded.

use acelab_abi::ipc4::Status;

use crate::firmware::{Firmware, MAX_LIBRARIES};
use crate::outbox::Outbox;

/// {count, {id, name u32[2], version u16[4], modules}[]}, by id.
pub(super) fn write(outbox: &mut Outbox<'_>, firmware: &impl Firmware) -> Result<(), Status> {
    let libraries = || (1..=MAX_LIBRARIES).filter_map(|id| Some((id, firmware.library(id)?)));
    outbox.push(libraries().count() as u32)?;
    for (id, library) in libraries() {
        let [major, minor, hotfix, build] = library.version.map(u32::from);
        let [first, second] = library.name;
        let words = [
            id,
            first,
            second,
            minor << 16 | major,
            build << 16 | hotfix,
            library.modules,
        ];
        words.into_iter().try_for_each(|word| outbox.push(word))?;
    }
    Ok(())
}
