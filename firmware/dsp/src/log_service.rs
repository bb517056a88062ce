//! What core 0 tells the host of the logs of all cores: LOG_BUFFER_STATUS, and
//! EXCEPTION_CAUGHT for a user thread whose report is in a log.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::ipc4::base_fw::enable_logs::DEFAULT_AGING_MS;
use acelab_abi::ipc4::notification::Notification;
use acelab_kernel::cross_core;
use acelab_kernel::idc::Message;
use acelab_kernel::log::announce::Action;
use acelab_kernel::time::ticks_from_millis;

use crate::{deferred, doorbell, host, kernel, klog, timers};

cross_core! {
    /// Cores whose log is to be announced now.
    static FULL: AtomicU32 = AtomicU32::new(0);
    /// Cores whose log has lines that get old.
    static AGEING: AtomicU32 = AtomicU32::new(0);
    /// Reports on user threads of each core that the host is to be told of.
    static FAULTS: [AtomicU32; MAX_CORES] = [const { AtomicU32::new(0) }; MAX_CORES];
    static AGEING_MS: AtomicU32 = AtomicU32::new(DEFAULT_AGING_MS);
}

/// Core 0: sets the age at which lines are announced, in ms; for lines that are
/// waiting already it counts from now.
pub fn set_ageing(millis: u32) {
    AGEING_MS.store(millis, Ordering::Relaxed);
    let age = age();
    kernel::with_deadlines(|deadlines| {
        if deadlines.is_log_ageing() {
            deadlines.set_log_ageing(Some(timers::now() + age));
        }
    });
}

/// Any core: asks core 0 for what a log line needs.
pub fn request(core: CoreId, action: Action) {
    let set = match action {
        Action::None => return,
        Action::Announce => &FULL,
        Action::Age => &AGEING,
    };
    let before = set.fetch_or(core.bit(), Ordering::AcqRel);
    if before & core.bit() != 0 {
        return;
    }
    ask(core);
}

/// Any core: a user thread has been stopped, and its report is in the log.
pub fn tell_fault(core: CoreId) {
    FAULTS[core.index()].fetch_add(1, Ordering::AcqRel);
    ask(core);
}

/// Has core 0 look.
fn ask(core: CoreId) {
    if core.is_primary() {
        deferred::raise();
    } else {
        doorbell::send(CoreId::PRIMARY, Message::Notify);
    }
}

fn tell_faults() {
    for core in CoreId::ALL {
        for _ in 0..FAULTS[core.index()].swap(0, Ordering::AcqRel) {
            host::notify(Notification::exception_caught(core));
        }
    }
}

/// Core 0: does what was asked for.
#[inline(never)]
pub fn serve() {
    announce(FULL.swap(0, Ordering::AcqRel));
    if AGEING.load(Ordering::Acquire) != 0 {
        let age = age();
        kernel::with_deadlines(|deadlines| {
            if !deadlines.is_log_ageing() {
                deadlines.set_log_ageing(Some(timers::now() + age));
            }
        });
    }
    tell_faults();
}

/// The age at which lines are announced, in ticks.
fn age() -> u64 {
    ticks_from_millis(AGEING_MS.load(Ordering::Relaxed))
}

/// Core 0: the ageing timer has expired.
#[inline(never)]
pub fn aged() {
    let ageing = AGEING.swap(0, Ordering::AcqRel);
    let old = CoreId::ALL
        .into_iter()
        .filter(|core| ageing & core.bit() != 0 && klog::aged(*core) == Action::Announce)
        .fold(0, |mask, core| mask | core.bit());
    announce(old);
}

fn announce(cores: u32) {
    for core in CoreId::ALL {
        if cores & core.bit() != 0 {
            host::notify(Notification::log_buffer_status(core));
        }
    }
}
