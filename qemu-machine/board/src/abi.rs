//! The types of `ace30.h`, which both halves of the board share.

use std::ffi::{c_char, c_void};

use acelab_abi::clock::NANOS_PER_INSTRUCTION;
use acelab_abi::core_id::MAX_CORES;
use acelab_abi::trace::{Activity, CAUSES, CoreCounters, LEVELS, Origin, SYSCALL_NUMBERS};

// The same numbers stand in ace30.h and ace30.c.
const _: () = assert!(MAX_CORES == 5 && NANOS_PER_INSTRUCTION == 2);

/// `Ace30CoreState`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct CoreState {
    pub ar: [u32; 16],
    pub pc: u32,
    pub ps: u32,
    pub epc1: u32,
    pub exccause: u32,
    pub excvaddr: u32,
    pub depc: u32,
    pub vecbase: u32,
    pub interrupt: u32,
    pub intenable: u32,
    pub ccount: u32,
    pub stalled: bool,
    pub waiting: bool,
}

/// `XtensaCounters`, which patch 0007 adds to QEMU.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Counters {
    instructions: [u64; Activity::ALL.len()],
    syscalls: [[u64; SYSCALL_NUMBERS]; Origin::ALL.len()],
    exceptions: [[u64; CAUSES]; Origin::ALL.len()],
    interrupts: [u64; LEVELS],
}

impl Default for Counters {
    fn default() -> Self {
        let CoreCounters {
            instructions,
            syscalls,
            exceptions,
            interrupts,
        } = CoreCounters::ZERO;
        Self {
            instructions,
            syscalls,
            exceptions,
            interrupts,
        }
    }
}

impl From<Counters> for CoreCounters {
    fn from(counters: Counters) -> Self {
        Self {
            instructions: counters.instructions,
            syscalls: counters.syscalls,
            exceptions: counters.exceptions,
            interrupts: counters.interrupts,
        }
    }
}

/// `Ace30Ops`: what this half asks of QEMU.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Ops {
    pub now_ns: unsafe extern "C" fn() -> i64,
    pub set_timer: unsafe extern "C" fn(at_ns: i64),
    pub set_irq: unsafe extern "C" fn(core: u32, interrupt: u32, level: bool),
    pub start_core: unsafe extern "C" fn(core: u32, pc: u32),
    pub stall_core: unsafe extern "C" fn(core: u32),
    pub core_state: unsafe extern "C" fn(core: u32, state: *mut CoreState),
    pub core_counters: unsafe extern "C" fn(core: u32, counters: *mut Counters),
    pub ram_read: unsafe extern "C" fn(addr: u32, data: *mut c_void, len: u32) -> bool,
    pub ram_write: unsafe extern "C" fn(addr: u32, data: *const c_void, len: u32) -> bool,
    pub shutdown_requested: unsafe extern "C" fn() -> bool,
    pub quit: unsafe extern "C" fn(code: i32),
    pub abort: unsafe extern "C" fn(code: i32),
}

/// `Ace30Config`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Config {
    pub cores: u32,
    pub quantum: u32,
    pub hostlink_fd: u32,
    pub plant_host_time: bool,
}

/// `Ace30Region`.
#[repr(C)]
#[derive(Debug)]
pub struct Region {
    pub name: *const c_char,
    pub base: u32,
    pub size: u32,
    pub alias: u32,
}

// SAFETY: the name points to a string literal, which any thread may read.
unsafe impl Sync for Region {}

/// `Ace30Access`. `core` is no core's index when QEMU itself makes the access.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct AccessInfo {
    pub core: u32,
    pub ps: u32,
    pub addr: u32,
    pub size: u32,
}
