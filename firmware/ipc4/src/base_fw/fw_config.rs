//! FW_CONFIG: what this firmware is.

use acelab_abi::clock::{CORE_HZ, WALL_HZ};
use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::base_fw::FwConfigTlv;
use acelab_abi::ipc4::module_config::MAX_PINS;
use acelab_abi::ipc4::pipeline::{MAX_PIPELINES, MAX_PRIORITY};
use acelab_abi::memory::{INBOX, OUTBOX};
use acelab_abi::mtrace::DATA_BYTES;

use crate::firmware::{Firmware, ModuleTable};
use crate::outbox::Outbox;
use crate::router::MAX_INSTANCES;

/// Tuples in the order in which the field's firmware emits them. Those
/// of what there is no limit for, or no such thing, are absent.
pub(super) fn write(outbox: &mut Outbox<'_>, firmware: &impl Firmware) -> Result<(), Status> {
    let [major, minor, hotfix, build] = firmware.version().map(u32::from);
    let modules = firmware.modules().map_or(0, |table| table.count());
    let tuples: [(FwConfigTlv, &[u32]); 12] = [
        (
            FwConfigTlv::FwVersion,
            &[major | minor << 16, hotfix | build << 16],
        ),
        (FwConfigTlv::MemoryReclaimed, &[1]),
        (FwConfigTlv::FastClockFreqHz, &[CORE_HZ]),
        (FwConfigTlv::SlowClockFreqHz, &[WALL_HZ]),
        (FwConfigTlv::DlMailboxBytes, &[INBOX.size]),
        (FwConfigTlv::UlMailboxBytes, &[OUTBOX.size]),
        (FwConfigTlv::TraceLogBytes, &[DATA_BYTES]),
        (FwConfigTlv::MaxPplCount, &[MAX_PIPELINES as u32]),
        (FwConfigTlv::MaxModulePinCount, &[MAX_PINS as u32]),
        (FwConfigTlv::MaxModInstCount, &[MAX_INSTANCES as u32]),
        (FwConfigTlv::LlPriCount, &[u32::from(MAX_PRIORITY) + 1]),
        (FwConfigTlv::ModulesCount, &[modules]),
    ];
    tuples
        .iter()
        .try_for_each(|(kind, value)| outbox.tlv(kind.code(), value))
}
