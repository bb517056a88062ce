//! The log of each core, in its own slot of the debug window.

use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::log::Level;
use acelab_abi::memory::{Region, WINDOW2};
use acelab_abi::mtrace::{
    DATA, DATA_BYTES, DESCRIPTOR_TYPE, DESCRIPTOR_WORDS, DSP_WRITE_PTR, HOST_READ_PTR, PAGE_BYTES,
    SLOTS, debug_log_type, slot_offset,
};
use acelab_kernel::arch::xtensa::{bytes, current_core, without_interrupts, words};
use acelab_kernel::cross_core;
use acelab_kernel::log::announce::Announcement;
use acelab_kernel::log::{Line, Printable, Ring};

use crate::{log_service, power, timers};

const _: () = assert!(SLOTS == MAX_CORES);

/// Value of [`LEVEL`] while the log is off.
const OFF: u32 = 0;

/// Room in a ring that lines of threads do not use: that of the report of one
/// fault.
const KERNEL_BYTES: u32 = 1024;

/// Room for the line that tells of dropped ones.
const TOLD_BYTES: u32 = 64;

/// State of one core's log. The core itself writes it, core 0 reads it.
struct CoreLog {
    /// Where the next line goes; the ring has a copy that the host sees.
    write_ptr: AtomicU32,
    /// Lines written since boot.
    written: AtomicU32,
    /// Lines dropped since boot.
    dropped: AtomicU32,
    /// Dropped lines that the log has not told of.
    untold: AtomicU32,
    announcement: Announcement,
}

impl CoreLog {
    const fn new() -> Self {
        Self {
            write_ptr: AtomicU32::new(0),
            written: AtomicU32::new(0),
            dropped: AtomicU32::new(0),
            untold: AtomicU32::new(0),
            announcement: Announcement::new(),
        }
    }
}

cross_core! {
    static LOGS: [CoreLog; MAX_CORES] = [const { CoreLog::new() }; MAX_CORES];
    /// One more than the least important level that is logged, or [`OFF`].
    static LEVEL: AtomicU32 = AtomicU32::new(Level::Info as u32 + 1);
}

/// The log of `core`.
fn of(core: CoreId) -> &'static CoreLog {
    &LOGS[core.index()]
}

/// Sets what is logged; `None` switches the log off.
pub fn set_level(level: Option<Level>) {
    LEVEL.store(
        level.map_or(OFF, |level| level as u32 + 1),
        Ordering::Relaxed,
    );
}

/// Describes the slots of the part's cores to the host and empties the rings; at
/// boot only.
#[inline(never)]
pub fn init() {
    let descriptors = words(Region::new(WINDOW2.base, PAGE_BYTES));
    for word in descriptors {
        word.store(0, Ordering::Relaxed);
    }
    for core in CoreId::ALL.into_iter().take(power::count() as usize) {
        ring(core).reset();
        let descriptor = core.index() * DESCRIPTOR_WORDS;
        descriptors[descriptor + DESCRIPTOR_TYPE].store(debug_log_type(core), Ordering::Release);
    }
}

fn ring(core: CoreId) -> Ring<'static> {
    let slot = Region::new(WINDOW2.base + slot_offset(core.index()), PAGE_BYTES);
    let header = words(slot);
    Ring::new(
        &header[HOST_READ_PTR as usize / 4],
        &header[DSP_WRITE_PTR as usize / 4],
        bytes(Region::new(slot.base + DATA, DATA_BYTES)),
    )
}

/// Writes one line to the log of this core and sees to it that the host learns
/// of it. A line that does not fit is dropped and counted.
#[inline(never)]
pub fn write_line(level: Level, module: &str, text: fmt::Arguments<'_>) {
    write_line_above(0, level, module, text);
}

/// The same for a line that may use only what is free beside `kept` bytes.
fn write_line_above(kept: u32, level: Level, module: &str, text: fmt::Arguments<'_>) {
    if level as u32 >= LEVEL.load(Ordering::Relaxed) {
        return;
    }
    let core = current_core();
    let mut line = Line::new(level, module, text);
    let action = without_interrupts(|| {
        tell_dropped(core);
        let ring = ring(core);
        if ring.free(of(core).write_ptr.load(Ordering::Relaxed)) >= kept {
            write(core, &mut line);
        } else {
            drop_line(core);
        }
        let free = ring.free(of(core).write_ptr.load(Ordering::Relaxed));
        of(core).announcement.after_line(ring.host_read_ptr(), free)
    });
    log_service::request(core, action);
}

/// Writes a line of a thread, which may be of any bytes. Threads leave the last
/// part of the ring to the kernel, so that nobody can hide the report of a fault
/// behind a flood.
pub fn write_user_line(level: Level, name: &str, text: &[u8]) {
    write_line_above(
        KERNEL_BYTES,
        level,
        name,
        format_args!("{}", Printable(text)),
    );
}

/// Writes one line of a fatal report: whatever the level, and without telling
/// the host, which is told of the fault itself.
pub fn fatal(text: fmt::Arguments<'_>) {
    write(current_core(), &mut Line::new(Level::Error, "os", text));
}

fn write(core: CoreId, line: &mut Line) {
    let log = of(core);
    line.stamp(timers::now_micros());
    let write_ptr = log.write_ptr.load(Ordering::Relaxed);
    match ring(core).append(write_ptr, line.as_bytes()) {
        Ok(end) => {
            log.write_ptr.store(end, Ordering::Relaxed);
            log.written.fetch_add(1, Ordering::Relaxed);
        }
        Err(_) => drop_line(core),
    }
}

fn drop_line(core: CoreId) {
    of(core).dropped.fetch_add(1, Ordering::Relaxed);
    of(core).untold.fetch_add(1, Ordering::Relaxed);
}

/// Says how many lines are missing, as soon as there is room to say it.
fn tell_dropped(core: CoreId) {
    let log = of(core);
    let untold = log.untold.load(Ordering::Relaxed);
    let write_ptr = log.write_ptr.load(Ordering::Relaxed);
    if untold == 0 || ring(core).free(write_ptr) < TOLD_BYTES {
        return;
    }
    let mut line = Line::new(
        Level::Warning,
        "log",
        format_args!("--- {untold} messages dropped ---"),
    );
    line.stamp(timers::now_micros());
    if let Ok(end) = ring(core).append(write_ptr, line.as_bytes()) {
        log.write_ptr.store(end, Ordering::Relaxed);
        log.untold.store(0, Ordering::Relaxed);
    }
}

/// Lines written and dropped by `core` since boot.
#[cfg(feature = "debug-ipc")]
pub fn counters(core: CoreId) -> [u32; 2] {
    let log = of(core);
    [
        log.written.load(Ordering::Relaxed),
        log.dropped.load(Ordering::Relaxed),
    ]
}

/// Whether the host is to be told, now that the ageing timer has expired.
pub fn aged(core: CoreId) -> acelab_kernel::log::announce::Action {
    let ring = ring(core);
    let used = ring.used(of(core).write_ptr.load(Ordering::Relaxed));
    of(core)
        .announcement
        .after_ageing(ring.host_read_ptr(), used)
}

/// `log!(Level, "module", "format", args…)`.
macro_rules! log {
    ($level:ident, $module:literal, $($text:tt)+) => {
        $crate::klog::write_line(acelab_abi::log::Level::$level, $module, format_args!($($text)+))
    };
}
pub(crate) use log;
