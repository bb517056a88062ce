//! From an interrupt of a core to the handler of its source.

use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::{CoreLine, Source};
use acelab_abi::regs::dint;
use acelab_kernel::arch::xtensa::{ContextRef, Mmio, current_core, enable_lines, pending_lines};
use acelab_kernel::intc::InterruptController;

use crate::klog::log;
use crate::{deadlines, deferred, doorbell, host, timers, watchdog};

/// Interrupt lines of a core that the firmware uses.
#[cfg(not(feature = "debug-ipc"))]
const LINES: &[CoreLine] = &[CoreLine::Software1, CoreLine::Timer0, CoreLine::Device];
/// The same, and the one that is only there to be measured.
#[cfg(feature = "debug-ipc")]
const LINES: &[CoreLine] = &[
    CoreLine::Software1,
    CoreLine::Timer0,
    CoreLine::Device,
    CoreLine::Software3,
];

/// Lets this core's interrupts through: its doorbell, and on core 0 the host
/// and the timer.
pub fn enable(core: CoreId) {
    let controller = InterruptController::new(Mmio, core);
    controller.reset();
    controller.enable(Source::IdcA, dint::idc(core));
    if core.is_primary() {
        controller.enable(Source::HostIpc, dint::HOST_IPC);
        controller.enable(Source::Tts, dint::tts(deadlines::COMPARATOR));
    }
    enable_lines(LINES);
}

/// Stops every device interrupt of this core.
pub fn disable(core: CoreId) {
    let controller = InterruptController::new(Mmio, core);
    controller.disable(Source::IdcA);
    controller.reset();
    enable_lines(&[]);
}

/// Handles the interrupts that are pending on this core, the most urgent level
/// first.
///
/// Answers true when there was nothing but an interrupt that is only there to be
/// measured.
pub fn handle(context: ContextRef) -> bool {
    #[cfg(feature = "debug-ipc")]
    if crate::debug::probe() {
        return true;
    }
    #[cfg(feature = "debug-ipc")]
    crate::debug::in_handler();
    let pending = pending_lines();
    if pending & CoreLine::Device.bit() != 0 {
        device(context);
    }
    if pending & CoreLine::Timer0.bit() != 0 {
        watchdog::interrupt(context);
    }
    if pending & CoreLine::Software1.bit() != 0 {
        deferred::interrupt();
    }
    false
}

fn device(context: ContextRef) {
    let core = current_core();
    let unknown = InterruptController::new(Mmio, core).dispatch(|source| {
        match source {
            Source::HostIpc if core.is_primary() => host::interrupt(),
            Source::Tts if core.is_primary() => timers::interrupt(),
            Source::IdcA => doorbell::interrupt(context),
            // Not enabled by this firmware.
            _ => return false,
        }
        true
    });
    if let Some(source) = unknown {
        log!(
            Error,
            "os",
            "interrupt {} has no handler and is now disabled",
            source.number()
        );
    }
}
