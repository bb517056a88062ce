//! What goes wrong in a guarded call ends the call.

use core::ffi::c_void;

use acelab_abi::debug_ipc::ExceptionKind;
use acelab_abi::exception::has_address;
use acelab_abi::syscall::guard::is_allowed;
use acelab_abi::syscall::{SYSCALLS, Syscall};
use acelab_ipc4::TestResult;
use acelab_user::{Deadline, ExitReason, Locked, Mutex, Object, SysError, guard};

use super::super::check::{ends_with, holds, same};
use super::super::sandbox::{Sandbox, USUAL, launch, threads};
use super::super::{Env, Outcome, passed};
use super::{CALL, call, ended, goes_on};
use crate::debug::provoke;

/// Words of the board.
const KIND: usize = 0;
const ADDRESS: usize = 1;
const CAUSE: usize = 2;
const MUTEX: usize = 3;
/// The victim has the mutex.
const HELD: usize = 4;
/// The victim gives it back.
const GIVEN: usize = 5;
const COUNT: usize = 6;

unsafe extern "C" {
    fn guard_test_dirty(lend: *mut c_void, _: *mut c_void) -> u32;
    fn guard_test_around(
        entry: guard::Entry,
        a: *mut c_void,
        b: *mut c_void,
        block: *mut u32,
    ) -> u32;
    safe fn acelab_thread_pointer() -> usize;
    safe static acelab_guard_recovered: u8;
}

extern "C" fn provokes(kind: *mut c_void, address: *mut c_void) -> u32 {
    if let Some(kind) = ExceptionKind::from_code(kind.addr() as u32) {
        provoke::provoke(kind, address.addr() as u32);
    }
    0
}

extern "C" fn calls(number: *mut c_void, _: *mut c_void) -> u32 {
    // SAFETY: the kernel does nothing but end the guarded call.
    unsafe { acelab_user::syscall(number.addr(), [0; 5]) }.status
}

threads! {
    fn guarded(board, _) {
        guard::register()?;
        let mutex = board.object::<Mutex>(MUTEX)?;
        mutex.lock(Deadline::FOREVER)?;
        board.set(HELD, 1);
        let [kind, address, cause] = [KIND, ADDRESS, CAUSE].map(|index| board.get(index));
        let (reason, value) = match ExceptionKind::from_code(kind) {
            Some(ExceptionKind::Panic) => (ExitReason::Panicked, 0),
            _ => (ExitReason::Faulted, cause),
        };
        for _ in 0..2 {
            // SAFETY: what it does is what the test is about, and it has nothing
            // to drop.
            let result = unsafe { call(&CALL, provokes, kind, address) };
            let fault = ended(result, reason, value)?;
            if reason == ExitReason::Faulted && has_address(cause) && address != 0 {
                same(fault.address, address)?;
            }
            goes_on()?;
        }
        board.set(GIVEN, 1);
        mutex.unlock()?;
        0
    }

    fn waits(board, _) {
        let mutex = board.object::<Mutex>(MUTEX)?;
        let locked = mutex.lock(Deadline::FOREVER)?;
        // Its owner has not died, and has had it all the time.
        holds(locked == Locked::Normally && board.get(GIVEN) == 1)?;
        mutex.unlock()?;
        0
    }

    fn calls_all(board, _) {
        guard::register()?;
        for info in SYSCALLS {
            if is_allowed(info.syscall) {
                continue;
            }
            let number = info.syscall.number();
            // SAFETY: it has nothing to drop.
            let result = unsafe { call(&CALL, calls, number, 0) };
            ended(result, ExitReason::Forbidden, number)?;
            board.count(COUNT);
        }
        // SAFETY: as above.
        let unknown = unsafe { call(&CALL, calls, 1000, 0) };
        ended(unknown, ExitReason::Forbidden, 1000)?;
        // SAFETY: as above; the call does nothing.
        let null = unsafe { call(&CALL, calls, Syscall::Null.number(), 0) };
        same(null.map_err(|_| SysError::BadState)?, SysError::Ok.code())?;
        goes_on()?;
        0
    }

    fn keeps_registers(_, _) {
        guard::register()?;
        let block = core::ptr::with_exposed_provenance_mut(acelab_thread_pointer());
        // SAFETY: it is the thread's own text, readable by everybody.
        let narrow = unsafe { (&raw const acelab_guard_recovered).read() } & 15 >= 8;
        let behind = (&raw const acelab_guard_recovered).addr() + if narrow { 2 } else { 3 };
        let behind = core::ptr::with_exposed_provenance_mut(behind);
        for _ in 0..4 {
            // SAFETY: the functions keep what the ABI says, whatever the entry
            // does: that is what is tested. The block is the thread's own.
            let differences = unsafe {
                guard_test_around(guard_test_dirty, behind, core::ptr::null_mut(), block)
            };
            same(differences, 0x100u32)?;
            goes_on()?;
        }
        0
    }
}

/// See the list.
pub fn guarded_fault(env: &Env) -> Outcome {
    let [kind, address, cause, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let mutex = Mutex::create()?;
    for (index, word) in [(KIND, kind), (ADDRESS, address), (CAUSE, cause)] {
        board.set(index, word);
    }
    board.set(MUTEX, mutex.word());
    let victim = launch(&sandbox.builder("victim", guarded, 0), &[mutex.any()])?;
    board.wait_for(HELD, 1)?;
    let urgent = sandbox.builder("waits", waits, 0).priority(USUAL - 1);
    let waits = launch(&urgent, &[mutex.any()])?;
    ends_with(*victim, 0)?;
    ends_with(*waits, 0)?;
    passed()
}

/// See the list.
pub fn guarded_calls(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let thread = launch(&sandbox.builder("victim", calls_all, 0), &[])?;
    ends_with(*thread, 0)?;
    Ok(TestResult::new(&[sandbox.board().get(COUNT)]))
}

/// See the list.
pub fn guarded_registers(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let thread = launch(&sandbox.builder("victim", keeps_registers, 0), &[])?;
    ends_with(*thread, 0)?;
    passed()
}
