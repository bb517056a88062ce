//! Power of the cores: core 0 switches the others on and off.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::fw_registers::CoreStatus;
use acelab_abi::regs::capability;
use acelab_ipc4::PowerError;
use acelab_kernel::arch::xtensa::{Mmio, current_core, park, rom_jump_word};
use acelab_kernel::bus::Bus;
use acelab_kernel::cross_core;
use acelab_kernel::idc::Message;
use acelab_kernel::power::{CoreStates, Sequencer, StepError, Wait};
use acelab_kernel::time::{ticks_from_micros, ticks_from_millis};
use acelab_user::{Deadline, Instant};

use crate::klog::log;
use crate::{audio, doorbell, interrupts, kernel, registers, threads, timers};

/// Time one step of the hardware may take. Zephyr allows 10 ms for the gate and
/// 128 x 64 µs for CPA.
const STEP_MILLIS: u32 = 10;
/// Time a core's firmware may take to start or to stop.
const CORE_MILLIS: u32 = 10;
/// Time between two looks at the hardware.
const POLL_MICROS: u64 = 5;

cross_core! {
    static STATES: CoreStates = CoreStates::new();
    /// Cores that have stopped and wait for their power to go.
    static PARKED: AtomicU32 = AtomicU32::new(0);
}

/// The state of a core.
pub fn state(core: CoreId) -> CoreStatus {
    STATES.get(core)
}

/// Cores that run, one bit each.
pub fn active() -> u32 {
    STATES.mask(CoreStatus::Active)
}

/// Cores the part has.
pub fn count() -> u32 {
    let cores = capability::cores(Mmio.read32(capability::BASE));
    cores.min(CoreId::ALL.len() as u32)
}

/// This core is up; core 0 calls it for itself at boot.
pub fn started(core: CoreId) {
    if core.is_primary() {
        change(core, CoreStatus::Starting);
    }
    change(core, CoreStatus::Active);
    if !core.is_primary() {
        // Wakes core 0 from its wait for this.
        doorbell::send(CoreId::PRIMARY, Message::Notify);
    }
}

/// This core has stopped for ever.
pub fn halted(core: CoreId) {
    change(core, CoreStatus::Halted);
}

/// This core, in its doorbell's handler: stops and waits for the power to go. It
/// goes on if a thread is pinned to it.
pub fn leave() {
    let core = current_core();
    let removed = kernel::enter(|kernel, port| {
        let removed = kernel.remove_core(port, core);
        if removed.is_ok() {
            kernel::leave(core);
        }
        removed
    });
    if removed.is_err() {
        change(core, CoreStatus::Active);
        doorbell::send(CoreId::PRIMARY, Message::Notify);
        return;
    }
    log!(Info, "power", "core {core} down");
    doorbell::close();
    interrupts::disable(core);
    PARKED.fetch_or(core.bit(), Ordering::AcqRel);
    doorbell::send(CoreId::PRIMARY, Message::Notify);
    park()
}

/// Core 0: brings `core` up and waits until it is ready.
pub fn up(core: CoreId) -> Result<(), PowerError> {
    match state(core) {
        CoreStatus::Active => return Ok(()),
        CoreStatus::Off | CoreStatus::Failed => {}
        CoreStatus::Starting | CoreStatus::Stopping | CoreStatus::Halted => {
            return Err(PowerError::Core);
        }
    }
    doorbell::forget(core);
    audio::reset(core);
    PARKED.fetch_and(!core.bit(), Ordering::AcqRel);
    change(core, CoreStatus::Starting);
    rom_jump_word().store(secondary_entry(), Ordering::Release);
    let sequencer = Sequencer::new(Mmio, core);
    let error = match sequencer.up(&mut Hardware) {
        Ok(()) => {
            sequencer.hold_power_while_waiting();
            if wait_until(CORE_MILLIS, || state(core) == CoreStatus::Active) {
                return Ok(());
            }
            PowerError::Core
        }
        Err(step) => report(core, step),
    };
    // The state decides who was first: a core that became active at the last
    // moment keeps its power, one that has failed can become active no more.
    if !change(core, CoreStatus::Failed) && state(core) == CoreStatus::Active {
        sequencer.hold_power_while_waiting();
        return Ok(());
    }
    // It must not wake up later in a state nobody expects.
    let _ = sequencer.down(&mut Hardware);
    kernel::abandon(core);
    Err(error)
}

/// Core 0: stops `core` and takes its power.
pub fn down(core: CoreId) -> Result<(), PowerError> {
    match state(core) {
        CoreStatus::Off => return Ok(()),
        CoreStatus::Active => {
            // From here on nobody can pin a thread to it.
            close(core, true);
            // It is pinned to the core like any other thread of user code. A core
            // that does not even end that is not asked twice.
            audio::stop(core);
            change(core, CoreStatus::Stopping);
            doorbell::send(core, Message::PowerDown);
            let parked = || PARKED.load(Ordering::Acquire) & core.bit() != 0;
            let decided = || parked() || state(core) == CoreStatus::Active;
            // The state decides who was first: a core that goes on in the last
            // moment keeps its power.
            if !wait_until(CORE_MILLIS, decided) && change(core, CoreStatus::Failed) {
                log!(Error, "power", "core {core} did not enter idle state");
                // Its power goes all the same; what it did is lost.
                let _ = Sequencer::new(Mmio, core).down(&mut Hardware);
                kernel::abandon(core);
                return Err(PowerError::Core);
            }
            if !parked() {
                close(core, false);
                audio::start_again(core);
                return Err(PowerError::Busy);
            }
        }
        CoreStatus::Failed => {}
        CoreStatus::Starting | CoreStatus::Stopping | CoreStatus::Halted => {
            return Err(PowerError::Core);
        }
    }
    if let Err(step) = Sequencer::new(Mmio, core).down(&mut Hardware) {
        let error = report(core, step);
        change(core, CoreStatus::Failed);
        return Err(error);
    }
    change(core, CoreStatus::Off);
    Ok(())
}

/// Whether `core` takes new threads.
fn close(core: CoreId, closed: bool) {
    kernel::enter_from_thread(|kernel, _| kernel.close_core(core, closed));
}

/// Logs the step the hardware did not take.
fn report(core: CoreId, step: StepError) -> PowerError {
    let what = match step {
        StepError::Gate => "its domain has no power",
        StepError::Core => "CPA did not follow SPA",
    };
    log!(Error, "power", "core {core}: {what}");
    PowerError::Hardware
}

/// Whether `core` has entered the state; the host sees it then.
fn change(core: CoreId, to: CoreStatus) -> bool {
    let changed = STATES.change(core, to);
    if changed {
        registers::show_core(core, to);
    }
    changed
}

/// The core's own waits during a power sequence.
struct Hardware;

impl Wait for Hardware {
    fn wait(&mut self, done: impl FnMut() -> bool) -> bool {
        wait_until(STEP_MILLIS, done)
    }
}

/// The thread `ipc`: waits until `done`, asleep between two looks, at most
/// `millis` ms of virtual time; whether it is done.
pub fn wait_until(millis: u32, mut done: impl FnMut() -> bool) -> bool {
    let deadline = timers::now() + ticks_from_millis(millis);
    loop {
        if done() {
            return true;
        }
        let now = timers::now();
        if now >= deadline {
            return false;
        }
        let look = deadline.min(now + ticks_from_micros(POLL_MICROS));
        let look = Deadline::at(Instant::from_ticks(look));
        threads::wait(CoreId::PRIMARY, threads::CHANGED, look);
    }
}

/// Address of the first instruction of a secondary core.
fn secondary_entry() -> u32 {
    unsafe extern "C" {
        safe static _secondary_entry: u8;
    }
    (&raw const _secondary_entry).addr() as u32
}
