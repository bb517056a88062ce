//! From the boot code to the main loops.

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::{DEBUG_ABI_VERSION, FW_ABI_VERSION};
use acelab_kernel::arch::xtensa::{Mmio, current_core, unmask_interrupts, wait};
use acelab_kernel::windows;

use crate::klog::log;
use crate::manifest::VERSION;
use crate::{doorbell, fatal, host, interrupts, klog, power, registers};

/// Name of the variant, in the banner.
const VARIANT: &str = if cfg!(feature = "debug-ipc") {
    "debug"
} else {
    "production"
};

/// First Rust code of a core: its stack and the vectors are there, interrupts
/// are masked.
// SAFETY: the only symbol of this name; boot.S jumps to it.
#[unsafe(no_mangle)]
extern "C" fn acelab_start() -> ! {
    let core = current_core();
    if core.is_primary() {
        primary(core)
    }
    secondary(core)
}

fn primary(core: CoreId) -> ! {
    registers::init();
    klog::init();
    windows::open(Mmio);
    let [major, minor, hotfix, _] = VERSION;
    log!(
        Info,
        "init",
        "*** Booting Acelab {major}.{minor}.{hotfix} ({VARIANT}) ***"
    );
    let cores = power::count();
    let plural = if cores == 1 { "" } else { "s" };
    log!(Info, "init", "Acelab on ace30, {cores} core{plural}");
    log!(
        Info,
        "init",
        "FW ABI {FW_ABI_VERSION:#x} DBG ABI {DEBUG_ABI_VERSION:#x} tags acelab:{major}.{minor}.{hotfix}"
    );
    doorbell::open();
    interrupts::enable(core);
    power::started(core);
    unmask_interrupts();
    registers::set_running();
    log!(Info, "init", "Acelab initialized");
    host::serve()
}

fn secondary(core: CoreId) -> ! {
    doorbell::open();
    interrupts::enable(core);
    log!(Info, "init", "core {core} init done");
    unmask_interrupts();
    power::started(core);
    if fatal::dsp_has_failed() {
        fatal::halted_by_another_core();
    }
    loop {
        #[cfg(feature = "debug-ipc")]
        crate::debug::run_job();
        wait(has_work);
    }
}

/// Whether the main loop of a secondary core has something to do. On this
/// floor its interrupt handlers do everything.
#[cfg(not(feature = "debug-ipc"))]
fn has_work() -> bool {
    false
}

#[cfg(feature = "debug-ipc")]
use crate::debug::has_job as has_work;
