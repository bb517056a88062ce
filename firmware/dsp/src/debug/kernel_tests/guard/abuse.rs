//! Threads that use guards as nobody should: they end, and nobody else does.

use acelab_abi::debug_ipc::ExceptionKind;
use acelab_abi::syscall::Syscall;
use acelab_abi::syscall::guard::GuardWord;
use acelab_user::{Deadline, ExitReason, Partition, SysError, guard, rights};

use super::super::check::{ends_as, ends_with, fails, holds, same};
use super::super::sandbox::{Sandbox, launch, threads};
use super::super::{Env, Outcome, passed};
use super::{CALL, call};
use crate::debug::provoke;

/// Words of the board.
const ENTRY: usize = 0;
const READY: usize = 1;
const GO: usize = 2;

mod asm {
    unsafe extern "C" {
        pub safe fn dbg_illegal();
    }
}

/// Registers with any entry; the address of the block.
fn register_at(entry: u32) -> Result<*mut u32, SysError> {
    let args = [entry as usize, 0, 0, 0, 0];
    // SAFETY: no argument is the address of memory that the kernel uses.
    let raw = unsafe { acelab_user::syscall(Syscall::GuardRegister.number() as usize, args) };
    match SysError::from_code(raw.status) {
        Some(SysError::Ok) => Ok(core::ptr::with_exposed_provenance_mut(raw.first as usize)),
        error => Err(error.unwrap_or(SysError::NotSupported)),
    }
}

/// Says that the thread is in a guarded call.
fn pretend(block: *mut u32) {
    // SAFETY: the block is the thread's own, which has this word.
    unsafe { block.add(GuardWord::Serial as usize).write_volatile(1) };
}

extern "C" fn loops(_: *mut core::ffi::c_void, _: *mut core::ffi::c_void) -> u32 {
    loop {
        core::hint::black_box(0);
    }
}

threads! {
    /// Goes on where it does something wrong again.
    fn fails_again(_, _) {
        let block = register_at((asm::dbg_illegal as *const ()).addr() as u32)?;
        pretend(block);
        provoke::provoke(ExceptionKind::DivideByZero, 0);
        0
    }

    /// Goes on where nothing is any more.
    fn goes_nowhere(board, _) {
        let block = register_at(board.get(ENTRY))?;
        board.set(READY, 1);
        while board.get(GO) == 0 {
            acelab_user::sleep(acelab_user::Duration::from_micros(50))?;
        }
        pretend(block);
        provoke::provoke(ExceptionKind::Illegal, 0);
        0
    }

    /// Has never made a guarded call, and says that it is in one.
    fn pretends(_, _) {
        guard::register()?;
        let own = acelab_user::local::block().is_some();
        holds(own)?;
        pretend(core::ptr::with_exposed_provenance_mut(acelab_thread_pointer()));
        let _ = acelab_user::Thread::current();
        0
    }

    /// Is in a guarded call for ever.
    fn stays(board, _) {
        guard::register()?;
        board.set(READY, 1);
        let endless = guard::Call { limit: guard::Limit::NONE, ..CALL };
        // SAFETY: it has nothing to drop.
        let _ = unsafe { call(&endless, loops, 0, 0) };
        0
    }

    /// Registers where it must not, and twice.
    fn registers(board, _) {
        for entry in [0, board.get(ENTRY), acelab_thread_pointer() as u32, 0xA020_0000] {
            fails(register_at(entry), SysError::InvalidValue)?;
        }
        guard::register()?;
        fails(guard::register(), SysError::BadState)?;
        fails(register_at(0), SysError::BadState)?;
        super::goes_on()?;
        0
    }

    /// Fills its stack, all of it.
    fn overwrites(_, _) {
        guard::register()?;
        // SAFETY: it has nothing to drop, and its stack is nobody else's.
        let _ = unsafe { call(&CALL, fills, 0, 0) };
        0
    }
}

unsafe extern "C" {
    safe fn acelab_thread_pointer() -> usize;
}

extern "C" fn fills(_: *mut core::ffi::c_void, _: *mut core::ffi::c_void) -> u32 {
    let block: *mut u32 = core::ptr::with_exposed_provenance_mut(acelab_thread_pointer());
    for index in GuardWord::Limit as usize..acelab_abi::syscall::guard::BLOCK_WORDS {
        // SAFETY: the block is the thread's own; nothing in here needs it.
        unsafe { block.add(index).write_volatile(0x6F6F_6F6F) };
    }
    provoke::provoke(ExceptionKind::Illegal, 0);
    0
}

/// See the list.
pub fn guard_abuse(env: &Env) -> Outcome {
    let [kind, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    match kind {
        0 => {
            let thread = launch(&sandbox.builder("victim", fails_again, 0), &[])?;
            ends_as(*thread, ExitReason::Faulted, 0)?;
        }
        1 => {
            let (code, address) = Partition::create(1)?;
            sandbox
                .domain()
                .attach(*code, rights::READ | rights::EXECUTE)?;
            board.set(ENTRY, address);
            let thread = launch(&sandbox.builder("victim", goes_nowhere, 0), &[])?;
            board.wait_for(READY, 1)?;
            sandbox.domain().detach(*code)?;
            code.close()?;
            board.set(GO, 1);
            ends_as(*thread, ExitReason::Faulted, 20)?;
        }
        2 => {
            // It goes on with the registers of a call that was never made.
            let thread = launch(&sandbox.builder("victim", pretends, 0), &[])?;
            ends_as(*thread, ExitReason::Faulted, 16)?;
        }
        3 => {
            let thread = launch(&sandbox.builder("victim", stays, 0), &[])?;
            board.wait_for(READY, 1)?;
            thread.abort()?;
            ends_as(*thread, ExitReason::Aborted, 0)?;
        }
        4 => {
            let (data, address) = Partition::create(1)?;
            sandbox
                .domain()
                .attach(*data, rights::READ | rights::WRITE)?;
            board.set(ENTRY, address);
            let thread = launch(&sandbox.builder("victim", registers, 0), &[])?;
            ends_with(*thread, 0)?;
            sandbox.domain().detach(*data)?;
            // Ring 0 has none.
            fails(guard::register(), SysError::Permission)?;
        }
        5 => {
            let thread = launch(&sandbox.builder("victim", overwrites, 0), &[])?;
            let exit = thread.join(Deadline::after_millis(1000))?;
            same(exit.reason.code(), ExitReason::Faulted.code())?;
        }
        _ => holds(false)?,
    }
    passed()
}
