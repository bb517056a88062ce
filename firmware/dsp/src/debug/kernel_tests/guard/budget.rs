//! The watchdog: a guarded call has the time that it is given, whoever else runs
//! on its core.

use core::ffi::c_void;

use acelab_abi::clock::NANOS_PER_INSTRUCTION;
use acelab_ipc4::TestResult;
use acelab_user::guard::{Call, Limit};
use acelab_user::{Duration, ExitReason, SysError, guard, now, sleep};

use super::super::board::Board;
use super::super::check::{Failure, at_least, at_most, ends_with, holds};
use super::super::sandbox::{Sandbox, USUAL, launch, threads, work};
use super::super::{Env, Outcome};
use super::{WHO, call, ended, goes_on};

/// Words of the board.
const LIMIT: usize = 0;
const STOP: usize = 1;
const BURSTS: usize = 2;
/// How far the endless call has come.
const COUNTER: usize = 3;
/// The time of the call that was ended, in µs.
const ALONE: usize = 4;
/// The same while another thread takes most of the core.
const BESIDE: usize = 5;

/// Counts in one µs of a thread's own time: five instructions each.
const PER_MICRO: u32 = 1000 / (5 * NANOS_PER_INSTRUCTION as u32);
/// Counts that are never reached.
const ENDLESS: u32 = 0;
/// Between two looks of the watchdog, in µs.
const SPAN: u32 = 250;
/// What handlers of interrupts may take of the time of a call, in µs, for each ms
/// of the limit.
const HANDLERS: u32 = 120;

unsafe extern "C" {
    fn guard_test_count(counter: *mut c_void, most: *mut c_void) -> u32;
}

/// The address of the counter.
fn counter(board: &Board) -> u32 {
    core::ptr::from_ref(board).expose_provenance() as u32 + 4 * COUNTER as u32
}

/// How long a call that never ends by itself has run, in µs: its own time.
fn time_of_endless(board: &Board, limit: Limit) -> Result<u32, Failure> {
    let endless = Call {
        limit,
        who: WHO,
        context: 0,
    };
    // SAFETY: it writes the counter only.
    let result = unsafe { call(&endless, guard_test_count, counter(board), ENDLESS) };
    let fault = ended(result, ExitReason::Budget, board.get(LIMIT).div_ceil(SPAN))?;
    let start = (guard_test_count as *const ()).addr() as u32;
    holds((start..start + 32).contains(&fault.pc))?;
    goes_on()?;
    Ok(board.get(COUNTER) / PER_MICRO)
}

/// A call that needs three quarters of its limit is not ended.
fn takes_its_time(board: &Board, limit: Limit) -> Result<(), Failure> {
    let counts = board.get(LIMIT) * 3 / 4 * PER_MICRO;
    let enough = Call {
        limit,
        who: WHO,
        context: 0,
    };
    // SAFETY: as above.
    let result = unsafe { call(&enough, guard_test_count, counter(board), counts) };
    holds(result == Ok(0))
}

threads! {
    fn has_a_budget(board, _) {
        guard::register()?;
        let limit = Limit::from_micros(board.get(LIMIT));
        takes_its_time(board, limit)?;
        board.set(ALONE, time_of_endless(board, limit)?);
        // From here on another thread takes four fifths of the core.
        board.set(BURSTS, 1);
        takes_its_time(board, limit)?;
        board.set(BESIDE, time_of_endless(board, limit)?);
        board.set(STOP, 1);
        0
    }

    fn bursts(board, _) {
        while board.get(STOP) == 0 {
            if board.get(BURSTS) == 0 {
                sleep(Duration::from_micros(100))?;
                continue;
            }
            board.count(BURSTS);
            let end = now() + Duration::from_micros(200);
            while now() < end {
                work(50);
            }
            sleep(Duration::from_micros(50))?;
        }
        0
    }
}

/// See the list.
pub fn guarded_budget(env: &Env) -> Outcome {
    let [micros, ..] = env.args;
    if micros == 0 {
        return Err(SysError::InvalidValue.into());
    }
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    board.set(LIMIT, micros);
    let urgent = sandbox.builder("bursts", bursts, 0).priority(USUAL - 1);
    let beside = launch(&urgent, &[])?;
    let thread = launch(&sandbox.builder("victim", has_a_budget, 0), &[])?;
    ends_with(*thread, 0)?;
    ends_with(*beside, 0)?;
    let limit = micros.next_multiple_of(SPAN);
    for index in [ALONE, BESIDE] {
        let took = board.get(index);
        at_least(took + limit * HANDLERS / 1000 + 2, limit)?;
        at_most(took, limit + SPAN + 1)?;
    }
    // The other one has run several times meanwhile.
    at_least(board.get(BURSTS), micros / 100)?;
    Ok(TestResult::new(&[board.get(ALONE), board.get(BESIDE)]))
}
