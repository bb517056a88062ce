//! The functions of `ace30.h` that this half exports.

use std::os::fd::{FromRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::{self, HP_SRAM, HW_REGISTERS, IMR, LP_SRAM};
use acelab_abi::trace::Access;
use acelab_hostlink::MachineInfo;

use crate::abi::{AccessInfo, Config, Ops, Region};
use crate::board::{Board, Initiator};
use crate::fatal;
use crate::mode::mode_of;
use crate::plant::Plant;
use crate::qemu::Linked;

/// How often a machine that waits for its lab looks whether it shall end.
/// Nothing that is compared depends on it.
const SHUTDOWN_POLL: Duration = Duration::from_millis(100);

/// What C calls `Ace30Board`.
pub type LinkedBoard = Board<Linked, UnixStream>;

const fn region(name: &'static std::ffi::CStr, region: memory::Region) -> Region {
    Region {
        name: name.as_ptr(),
        base: region.base,
        size: region.size,
        alias: region.uncached().base,
    }
}

static RAM: [Region; 3] = [
    region(c"lp-sram", LP_SRAM),
    region(c"hp-sram", HP_SRAM),
    region(c"imr", IMR),
];

static REGISTERS: Region = region(c"registers", HW_REGISTERS);

/// The RAM regions.
///
/// # Safety
/// `count` must point to a writable number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ace30_ram_regions(count: *mut u32) -> *const Region {
    // SAFETY: the caller's promise.
    unsafe { *count = RAM.len() as u32 };
    RAM.as_ptr()
}

/// The range of the hardware registers.
#[unsafe(no_mangle)]
pub extern "C" fn ace30_register_region() -> *const Region {
    &raw const REGISTERS
}

/// The `PRID` of a core.
#[unsafe(no_mangle)]
pub extern "C" fn ace30_prid(core: u32) -> u32 {
    core_id(core).map_or(0, CoreId::prid)
}

/// Creates the board. The result lives as long as the process.
///
/// # Safety
/// `ops` and `config` must point to values as `ace30.h` describes them; the
/// descriptor must be a socket that nobody else owns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ace30_board_new(
    ops: *const Ops,
    config: *const Config,
) -> *mut LinkedBoard {
    // SAFETY: the caller's promise.
    let (ops, config) = unsafe { (*ops, *config) };
    fatal::install(ops.abort);
    // SAFETY: the caller's promise; the machine has checked that it is one.
    let socket = unsafe { OwnedFd::from_raw_fd(config.hostlink_fd.cast_signed()) };
    let stream = UnixStream::from(socket);
    if let Err(error) = stream.set_read_timeout(Some(SHUTDOWN_POLL)) {
        panic!("the host link's socket: {error}");
    }
    let info = MachineInfo {
        cores: config.cores as u8,
        quantum: config.quantum,
    };
    // SAFETY: these are QEMU's functions, and the board is only called by the
    // exports below, which QEMU calls under the big lock.
    let qemu = unsafe { Linked::new(ops) };
    let plant = if config.plant_host_time {
        Plant::HostTime
    } else {
        Plant::Nothing
    };
    match Board::new(info, qemu, stream, plant) {
        Ok(board) => Box::into_raw(Box::new(board)),
        Err(error) => panic!("{error}"),
    }
}

/// A core reads a hardware register.
///
/// # Safety
/// `board` must come from [`ace30_board_new`]; the pointers must be valid. QEMU
/// must hold the big lock and make no second call during this one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ace30_board_read(
    board: *mut LinkedBoard,
    access: *const AccessInfo,
    value: *mut u32,
) -> bool {
    // SAFETY: the caller's promise.
    let (board, access) = unsafe { (&mut *board, &*access) };
    let Some(by) = initiator(access) else {
        return false;
    };
    let read = board.read(by, access.addr, access.size as u8);
    if let Ok(read) = read {
        // SAFETY: the caller's promise.
        unsafe { *value = read };
    }
    read.is_ok()
}

/// A core writes a hardware register.
///
/// # Safety
/// As for [`ace30_board_read`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ace30_board_write(
    board: *mut LinkedBoard,
    access: *const AccessInfo,
    value: u32,
) -> bool {
    // SAFETY: the caller's promise.
    let (board, access) = unsafe { (&mut *board, &*access) };
    initiator(access).is_some_and(|by| {
        board
            .write(by, access.addr, access.size as u8, value)
            .is_ok()
    })
}

/// A core accessed an address where there is nothing.
///
/// # Safety
/// As for [`ace30_board_read`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ace30_board_unmapped(
    board: *mut LinkedBoard,
    access: *const AccessInfo,
    is_write: bool,
    value: u32,
) {
    // SAFETY: the caller's promise.
    let (board, access) = unsafe { (&mut *board, &*access) };
    let direction = if is_write {
        Access::Write
    } else {
        Access::Read
    };
    if let Some(by) = initiator(access) {
        board.unmapped(by, direction, access.addr, access.size as u8, value);
    }
}

/// The board's timer has expired.
///
/// # Safety
/// As for [`ace30_board_read`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ace30_board_timer(board: *mut LinkedBoard) {
    // SAFETY: the caller's promise.
    unsafe { &mut *board }.timer();
}

/// The lab has closed the link while the cores ran.
///
/// # Safety
/// As for [`ace30_board_read`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ace30_board_hangup(board: *mut LinkedBoard) {
    // SAFETY: the caller's promise.
    unsafe { &mut *board }.hangup();
}

fn core_id(core: u32) -> Option<CoreId> {
    u8::try_from(core).ok().and_then(CoreId::new)
}

/// Which core makes an access; none when QEMU itself does.
fn initiator(access: &AccessInfo) -> Option<Initiator> {
    let core = core_id(access.core)?;
    let mode = mode_of(access.ps);
    Some(Initiator { core, mode })
}
