//! From the boot code to the first thread.

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::{DEBUG_ABI_VERSION, FW_ABI_VERSION};
use acelab_kernel::arch::xtensa::{Mmio, current_core, park, without_interrupts};
use acelab_kernel::windows;

use crate::audio::{self, Audio};
use crate::klog::log;
use crate::manifest::VERSION;
use crate::{doorbell, fatal, interrupts, kernel, klog, power, registers, switch, threads};

/// Name of the variant, in the banner.
const VARIANT: &str = if cfg!(feature = "ll-kernel") {
    "kernel LL"
} else if cfg!(feature = "timeout-20") {
    "20 ms timeout"
} else if cfg!(feature = "positions") {
    "position updates"
} else if cfg!(feature = "debug-ipc") {
    "debug"
} else {
    "production"
};

/// First Rust code of a core: its stack and the vectors are there, interrupts
/// are masked. It runs on the core's stack for handlers, and like one.
// SAFETY: the only symbol of this name; boot.S jumps to it.
#[unsafe(no_mangle)]
extern "C" fn acelab_start() -> ! {
    let core = current_core();
    switch::reset();
    kernel::join(core);
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
    kernel::init();
    threads::init();
    threads::start(core).expect("everything is free at boot");
    doorbell::open();
    interrupts::enable(core);
    switch::run_first(core)
}

fn secondary(core: CoreId) -> ! {
    if let Err(error) = threads::start(core) {
        log!(Error, "init", "core {core} has no threads: {error}");
        kernel::leave(core);
        // Core 0 takes the power back when it has waited long enough.
        park()
    }
    doorbell::open();
    interrupts::enable(core);
    switch::run_first(core)
}

/// The thread `work` of a core, the first that it runs: what threads alone can
/// do. The core counts as active only when all of it is done, so that no command
/// comes too early.
pub fn finish(core: CoreId) -> Audio {
    if core.is_primary() {
        audio::create_domain().expect("everything is free at boot");
    }
    let audio = Audio::start(core);
    if core.is_primary() {
        assert!(audio.is_running(), "everything is free at boot");
        power::started(core);
        registers::set_running();
        log!(Info, "init", "Acelab initialized");
        return audio;
    }
    if audio.is_running() {
        log!(Info, "init", "core {core} init done");
        power::started(core);
        // It may have failed when this core was not yet one to be told.
        if fatal::dsp_has_failed() {
            without_interrupts(|| fatal::halted_by_another_core(None));
        }
    }
    // A core without audio is not active: core 0 takes its power back.
    audio
}
