//! The firmware registers in window 0 and the status word the host polls.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::FW_REGISTERS_VERSION;
use acelab_abi::ipc4::fw_registers::{
    ABI_VERSION, CORE_STATUS, CoreStatus, FwError, LAST_ERROR, NATIVE_ERROR, STATE_FW_ENTERED,
    STATUS, STATUS_RUNNING,
};
use acelab_abi::memory::{FW_REGISTERS, OUTBOX, Region};
use acelab_abi::regs::fw_status;
use acelab_kernel::arch::xtensa::{Mmio, bytes, words};
use acelab_kernel::bus::Bus;

const CORE_SHIFT: u32 = 8;

fn register(offset: u32) -> &'static AtomicU32 {
    &words(FW_REGISTERS)[offset as usize / 4]
}

/// Clears window 0 and says which layout it has.
pub fn init() {
    for page in [words(FW_REGISTERS), words(OUTBOX)] {
        for word in page {
            word.store(0, Ordering::Relaxed);
        }
    }
    register(ABI_VERSION).store(FW_REGISTERS_VERSION, Ordering::Relaxed);
}

/// Tells the host that the firmware runs.
pub fn set_running() {
    register(STATUS).store(STATUS_RUNNING | STATE_FW_ENTERED, Ordering::Relaxed);
    Mmio.write32(
        fw_status::address(fw_status::Reg::Status),
        fw_status::FW_ENTERED,
    );
}

/// Notes why the firmware stopped; the first reason stays.
pub fn set_error(error: FwError, core: CoreId, cause: u32) {
    let slot = register(LAST_ERROR);
    let first = slot
        .compare_exchange(0, error.code(), Ordering::Relaxed, Ordering::Relaxed)
        .is_ok();
    if first {
        let detail = cause & 0xFF | u32::from(core.get()) << CORE_SHIFT;
        register(NATIVE_ERROR).store(detail, Ordering::Relaxed);
        register(STATUS).fetch_and(!STATUS_RUNNING, Ordering::Relaxed);
        Mmio.write32(fw_status::address(fw_status::Reg::Error), error.code());
    }
}

/// Shows the state of a core.
pub fn show_core(core: CoreId, status: CoreStatus) {
    let region = Region::new(FW_REGISTERS.base + CORE_STATUS, 8);
    bytes(region)[core.index()].store(status.code(), Ordering::Relaxed);
}
