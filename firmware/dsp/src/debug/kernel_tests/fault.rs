//! User threads that do what they must not.

use acelab_abi::debug_ipc::ExceptionKind;
use acelab_abi::syscall::Syscall;
use acelab_user::{ExitReason, SysError};

use super::check::{ends_as, ends_with, same};
use super::sandbox::{Sandbox, launch, threads, work};
use super::{Env, Outcome, passed};
use crate::debug::provoke;

/// Words of the board.
const ADDRESS: usize = 0;
const STOP: usize = 1;
/// How often the neighbour has looked at its pattern.
const ROUNDS: usize = 2;
/// The neighbour's pattern.
const PATTERN: usize = 32;

threads! {
    fn faults(board, number) {
        let kind = ExceptionKind::from_code(number).ok_or(SysError::InvalidValue)?;
        provoke::provoke(kind, board.get(ADDRESS));
        0
    }

    fn passes_bad_pointer(board, _) {
        let address = board.get(ADDRESS) as usize;
        // SAFETY: the kernel stops the thread before it reads anything.
        let raw = unsafe {
            acelab_user::syscall(Syscall::Log.number() as usize, [2, address, 8, 0, 0])
        };
        raw.status
    }

    /// Works on its pattern until it is told to stop.
    fn neighbour(board, number) {
        let mut round = number;
        while board.get(STOP) == 0 {
            round = round.wrapping_add(1);
            for index in 0..16 {
                board.set(PATTERN + index, round ^ index as u32);
            }
            work(100);
            for index in 0..16 {
                same(board.get(PATTERN + index), round ^ index as u32)?;
            }
            board.count(ROUNDS);
        }
        0
    }
}

/// See the list.
pub fn user_fault(env: &Env) -> Outcome {
    let [kind, address, cause, ..] = env.args;
    let own = Sandbox::new(env)?;
    let other = Sandbox::new(env)?;
    let beside = launch(&other.builder("neighbour", neighbour, 5).priority(20), &[])?;
    own.board().set(ADDRESS, address);
    let victim = launch(&own.builder("victim", faults, kind), &[])?;
    match ExceptionKind::from_code(kind) {
        Some(ExceptionKind::Panic) => ends_as(*victim, ExitReason::Panicked, 0)?,
        _ => ends_as(*victim, ExitReason::Faulted, cause)?,
    }
    // The thread next to it has noticed nothing.
    let rounds = other.board().get(ROUNDS);
    other.board().wait_for(ROUNDS, rounds + 2)?;
    other.board().set(STOP, 1);
    ends_with(*beside, 0)?;
    // Its domain is as good as before.
    own.board().set(STOP, 1);
    ends_with(*launch(&own.builder("after", neighbour, 0), &[])?, 0)?;
    passed()
}

/// See the list.
pub fn user_bad_pointer(env: &Env) -> Outcome {
    let [address, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    sandbox.board().set(ADDRESS, address);
    let victim = launch(&sandbox.builder("victim", passes_bad_pointer, 0), &[])?;
    ends_as(*victim, ExitReason::BadPointer, Syscall::Log.number())?;
    passed()
}
