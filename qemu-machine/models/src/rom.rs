//! The boot ROM: what runs on a core between power and firmware.
//!
//! The ROM is not code here but a model that takes no time. It answers the
//! host's purge request, checks the manifest, and knows where each core
//! starts. Source: `mtl_dsp_cl_init` in Linux' `sound/soc/sof/intel/mtl.c`,
//! `cavstool.py`, `soc_start_core` in Zephyr's `ace/multiprocessing.c`.
//! Simplified: the image is already in memory, its signature is not checked,
//! the purge is answered whether or not core 0 has power.

use acelab_abi::core_id::CoreId;
use acelab_abi::manifest::{
    HEADER_BYTES, HEADER_LEN_OFFSET, HEADER_MAGIC, MODULE_BYTES, NUM_MODULE_ENTRIES_OFFSET,
};
use acelab_abi::memory::{BOOT_ENTRY, MANIFEST, ROM_JUMP_WORD, is_ram};
use acelab_abi::regs::host::{PURGE_FW, ROM_MESSAGE};
use acelab_abi::trace::{EventKind, RomError, RomState};

use crate::access::{Memory, NotRam, Origin, read_word};
use crate::effect::{Effect, Effects};
use crate::fw_status::FwStatus;
use crate::hfipc::HfIpc;

/// Answers a purge request that waits in the mailbox while no firmware runs.
pub(crate) fn answer_purge(mailbox: &mut HfIpc, origin: &Origin, fx: &mut Effects) {
    let purge = |message: &u32| message & ROM_MESSAGE == PURGE_FW;
    if let Some(primary) = mailbox.waiting_for_dsp().filter(purge) {
        fx.event(origin, EventKind::RomPurge { primary });
        mailbox.answer(origin, fx);
    }
}

/// Boots a core that has just become active.
pub(crate) fn boot(
    core: CoreId,
    is_secondary: bool,
    status: &mut FwStatus,
    mem: &mut dyn Memory,
    origin: &Origin,
    fx: &mut Effects,
) {
    let entry = if core.is_primary() {
        boot_primary(status, mem, origin, fx)
    } else {
        secondary_entry(is_secondary, mem)
    };
    match entry {
        Ok(pc) => {
            fx.event(origin, EventKind::CoreStart { target: core, pc });
            fx.push(Effect::StartCore { core, pc });
        }
        Err((error, value)) => {
            if core.is_primary() {
                status.error = error.number().into();
            }
            fx.event(
                origin,
                EventKind::RomFailed {
                    target: core,
                    error,
                    value,
                },
            );
        }
    }
}

/// An entry address, or what is wrong and the word that shows it.
type Entry = Result<u32, (RomError, u32)>;

fn boot_primary(
    status: &mut FwStatus,
    mem: &mut dyn Memory,
    origin: &Origin,
    fx: &mut Effects,
) -> Entry {
    let mut reach = |state: RomState| {
        status.status = state.number().into();
        fx.event(origin, EventKind::RomReached { state });
    };
    reach(RomState::Init);
    check_manifest(mem)?;
    reach(RomState::ManifestLoaded);
    reach(RomState::FirmwareLoaded);
    Ok(BOOT_ENTRY)
}

/// The header begins with the magic, and header and entries fit the space
/// that the image format gives them.
fn check_manifest(mem: &mut dyn Memory) -> Result<(), (RomError, u32)> {
    let mut word = |offset| {
        let word = read_word(mem, MANIFEST.base + offset);
        word.map_err(|NotRam| (RomError::NoManifest, MANIFEST.base + offset))
    };
    let magic = word(0)?;
    if magic != u32::from_le_bytes(HEADER_MAGIC) {
        return Err((RomError::NoManifest, magic));
    }
    let header = word(HEADER_LEN_OFFSET)?;
    if header != HEADER_BYTES {
        return Err((RomError::BadManifest, header));
    }
    let entries = word(NUM_MODULE_ENTRIES_OFFSET)?;
    if entries == 0 || entries > (MANIFEST.size - HEADER_BYTES) / MODULE_BYTES {
        return Err((RomError::BadManifest, entries));
    }
    Ok(())
}

fn secondary_entry(is_secondary: bool, mem: &mut dyn Memory) -> Entry {
    if !is_secondary {
        return Err((RomError::NotSecondary, 0));
    }
    match read_word(mem, ROM_JUMP_WORD) {
        Ok(0) | Err(NotRam) => Err((RomError::NoEntry, 0)),
        Ok(entry) if is_ram(entry, 4) => Ok(entry),
        Ok(entry) => Err((RomError::BadEntry, entry)),
    }
}
