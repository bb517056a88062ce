//! HW_CONFIG: what the part is.

use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::base_fw::HwConfigTlv;
use acelab_abi::memory::{HP_SRAM, LP_SRAM, PAGE_SIZE};

use crate::firmware::Firmware;
use crate::outbox::Outbox;

/// ACE 3.0. The encoding is unverified; the field documents the tuple only.
const ACE_VERSION: u32 = 0x0003_0000;
/// Size of an SRAM bank (EBB).
const EBB_BYTES: u32 = 128 << 10;
/// LP-SRAM is one bank, whatever its size.
const LP_EBB_COUNT: u32 = 1;

pub(super) fn write(outbox: &mut Outbox<'_>, firmware: &impl Firmware) -> Result<(), Status> {
    let tuples = [
        (HwConfigTlv::CavsVersion, ACE_VERSION),
        (HwConfigTlv::DspCores, firmware.core_count()),
        (HwConfigTlv::MemPageBytes, PAGE_SIZE),
        (
            HwConfigTlv::TotalPhysMemPages,
            (HP_SRAM.size + LP_SRAM.size) / PAGE_SIZE,
        ),
        (HwConfigTlv::HpEbbCount, HP_SRAM.size / EBB_BYTES),
        (HwConfigTlv::LpEbbCount, LP_EBB_COUNT),
        (HwConfigTlv::EbbSizeBytes, EBB_BYTES),
    ];
    tuples
        .iter()
        .try_for_each(|(kind, value)| outbox.tlv(kind.code(), &[*value]))
}
