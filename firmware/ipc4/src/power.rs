//! SET_DX: power of the cores.

use acelab_abi::audio_fault::AudioFault;
use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::base_fw::set_dx;
use acelab_abi::log::Level;

use crate::firmware::{Firmware, PowerError};
use crate::inbox::Inbox;
use crate::router::Router;

/// Brings each core of the payload's mask to the state it asks for, one after
/// another; the reply to the host follows when all are there.
pub(crate) fn set_dx(
    inbox: Inbox<'_>,
    router: &mut Router,
    firmware: &mut impl Firmware,
) -> Result<(), Status> {
    let core_mask = inbox.word(set_dx::CORE_MASK).ok_or(Status::InvalidParam)?;
    let dx_mask = inbox.word(set_dx::DX_MASK).ok_or(Status::InvalidParam)?;
    let count = firmware.core_count();
    firmware.log(
        Level::Info,
        "ipc",
        format_args!("dx core_mask: {core_mask:#x}, dx_mask: {dx_mask:#x}"),
    );
    if u64::from(core_mask) >= 1 << count {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("core count: {count} < core enable mask: {core_mask:#x}"),
        );
        return Err(Status::InvalidParam);
    }
    let primary = core_mask & CoreId::PRIMARY.bit() != 0;
    if primary && dx_mask & CoreId::PRIMARY.bit() != 0 {
        firmware.log(Level::Error, "ipc", format_args!("Core0 is already active"));
        return Err(Status::BadState);
    }
    let chosen = |core: &CoreId| !core.is_primary() && core_mask & core.bit() != 0;
    // All are asked before the first is switched.
    for core in CoreId::ALL.into_iter().filter(chosen) {
        if dx_mask & core.bit() == 0 {
            refuse_used(core, router, firmware)?;
        }
    }
    for core in CoreId::ALL.into_iter().filter(chosen) {
        let up = dx_mask & core.bit() != 0;
        if !up {
            // Its audio ends in any case. Threads of modules in domains of their own would
            // keep the core.
            router.forget(core, firmware);
        }
        let changed = change(core, up, firmware);
        if firmware.active_cores() & core.bit() == 0 {
            router.forget(core, firmware);
        }
        changed?;
    }
    if primary {
        primary_down(router, firmware)
    } else {
        Ok(())
    }
}

/// Whether a core has something to lose with its power: pipelines, instances,
/// chains, or a command in its hands. A core whose IPC thread has ended has lost
/// them, and one whose IPC thread does not come back could never be freed of them.
fn is_used(core: CoreId, router: &Router, firmware: &impl Firmware) -> bool {
    let stuck = router.is_late(core) && firmware.is_overdue(core);
    router.uses(core) && firmware.core_has_audio(core) && !stuck
}

/// BUSY for a core that is used.
fn refuse_used(core: CoreId, router: &Router, firmware: &mut impl Firmware) -> Result<(), Status> {
    let busy = is_used(core, router, firmware);
    if !busy || firmware.planted(AudioFault::CoreOffWhileBusy) {
        return Ok(());
    }
    firmware.log(
        Level::Error,
        "ipc",
        format_args!("core {core} has pipelines or modules"),
    );
    Err(Status::Busy)
}

fn change(core: CoreId, up: bool, firmware: &mut impl Firmware) -> Result<(), Status> {
    let result = if up {
        firmware.core_up(core)
    } else {
        firmware.core_down(core)
    };
    let Err(error) = result else { return Ok(()) };
    let verb = if up { "enable" } else { "disable" };
    let why = match error {
        PowerError::Hardware => "power did not change",
        PowerError::Core if up => "core did not report ready",
        PowerError::Core => "core did not enter idle state",
        PowerError::Busy => "a thread is pinned to it",
    };
    firmware.log(
        Level::Error,
        "ipc",
        format_args!("failed to {verb} core {core}: {why}"),
    );
    Err(match error {
        PowerError::Busy => Status::Busy,
        PowerError::Hardware | PowerError::Core => Status::Failure,
    })
}

/// Says whether the host may take the power of core 0, which is the last one
/// then: nothing runs that the loss would cut short. Nothing is kept over it,
/// so the host boots the firmware anew.
fn primary_down(router: &Router, firmware: &mut impl Firmware) -> Result<(), Status> {
    let secondaries = firmware.active_cores() & !CoreId::PRIMARY.bit();
    if secondaries != 0 {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("secondary cores {secondaries:#x} still active"),
        );
        return Err(Status::Busy);
    }
    if is_used(CoreId::PRIMARY, router, firmware) {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("some pipelines are still active"),
        );
        return Err(Status::Busy);
    }
    firmware.log(
        Level::Info,
        "ipc",
        format_args!("core 0 may lose its power"),
    );
    Ok(())
}
