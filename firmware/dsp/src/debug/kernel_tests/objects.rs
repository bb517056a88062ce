//! Permissions and handles.

use acelab_abi::account::KernelAccount;
use acelab_ipc4::TestResult;
use acelab_kernel::object::DOMAIN_QUOTA;
use acelab_user::{
    Deadline, Event, Handle, Mutex, Object, Semaphore, Slot, SysError, Thread, Timer, Wait,
    kernel_account,
};

use super::check::{ends_with, fails, holds, same};
use super::sandbox::{Sandbox, launch, threads};
use super::{Env, Outcome, passed};

threads! {
    fn has_no_permission(board, _) {
        fails(board.object::<Semaphore>(0)?.give(), SysError::Permission)?;
        fails(board.object::<Semaphore>(0)?.count(), SysError::Permission)?;
        fails(board.object::<Mutex>(1)?.lock(Deadline::NOW), SysError::Permission)?;
        fails(board.object::<Event>(2)?.post(1), SysError::Permission)?;
        fails(board.object::<Timer>(3)?.stop(), SysError::Permission)?;
        fails(board.object::<Slot>(4)?.send(&1_u32, Deadline::NOW), SysError::Permission)?;
        let tester = board.object::<Thread>(5)?;
        fails(tester.abort(), SysError::Permission)?;
        fails(tester.join(Deadline::NOW), SysError::Permission)?;
        fails(tester.set_priority(31), SysError::Permission)?;
        // It cannot give itself what it does not have.
        let me = Thread::current()?;
        fails(board.object::<Semaphore>(0)?.grant(me), SysError::Permission)?;
        fails(board.object::<Semaphore>(0)?.close(), SysError::Permission)?;
        0
    }

    /// Uses the semaphore as often as it is asked to, until it may not.
    fn uses(board, _) {
        let semaphore = board.object::<Semaphore>(0)?;
        let go = board.object::<Semaphore>(6)?;
        loop {
            go.take(Deadline::FOREVER)?;
            match semaphore.give() {
                Ok(()) => board.push(1),
                Err(error) => {
                    fails(Err::<(), _>(error), SysError::Permission)?;
                    board.push(2);
                    // What it may use is not its own.
                    fails(go.close(), SysError::Permission)?;
                    fails(go.revoke(Thread::current()?), SysError::Permission)?;
                    return Ok(0);
                }
            }
        }
    }

    /// Passes its permission on to the thread in word 7.
    fn passes_on(board, _) {
        let other = board.object::<Thread>(7)?;
        board.object::<Semaphore>(0)?.grant(other)?;
        0
    }

    fn gives(board, _) {
        board.object::<Semaphore>(0)?.give()?;
        0
    }

    /// Creates objects until there is no more, and leaves them.
    fn hoards(_, _) {
        let mut count = 0;
        loop {
            let result = match count % 5 {
                0 => Semaphore::create(0, 1).map(|object| object.leak().any()),
                1 => Mutex::create().map(|object| object.leak().any()),
                2 => Event::create().map(|object| object.leak().any()),
                3 => Timer::create().map(|object| object.leak().any()),
                _ => Slot::create().map(|object| object.leak().any()),
            };
            match result {
                Ok(_) => count += 1,
                Err(SysError::NoMemory) => return Ok(count),
                Err(error) => Err(error)?,
            }
        }
    }
}

/// See the list.
pub fn permission_none(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let semaphore = Semaphore::create(0, 1)?;
    let (mutex, event, timer, slot) = (
        Mutex::create()?,
        Event::create()?,
        Timer::create()?,
        Slot::create()?,
    );
    let words = [
        semaphore.word(),
        mutex.word(),
        event.word(),
        timer.word(),
        slot.word(),
        Thread::current()?.word(),
    ];
    for (index, word) in words.into_iter().enumerate() {
        board.set(index, word);
    }
    let thread = launch(&sandbox.builder("stranger", has_no_permission, 0), &[])?;
    ends_with(*thread, 0)?;
    // Nothing has come of it.
    same(semaphore.count()?, 0_u32)?;
    fails(event.wait(Wait::any(1), Deadline::NOW), SysError::Timeout)?;
    fails(slot.receive::<u32>(Deadline::NOW), SysError::Timeout)?;
    passed()
}

/// See the list.
pub fn permission_grant(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let (semaphore, go) = (Semaphore::create(0, 9)?, Semaphore::create(0, 9)?);
    board.set(0, semaphore.word());
    board.set(6, go.word());
    let user = launch(
        &sandbox.builder("uses", uses, 0),
        &[go.any(), semaphore.any()],
    )?;
    for _ in 0..2 {
        go.give()?;
        sandbox.settle()?;
    }
    semaphore.revoke(*user)?;
    go.give()?;
    ends_with(*user, 0)?;
    board.traced(&[1, 1, 2])?;
    same(semaphore.count()?, 2_u32)?;

    // Who may use an object may let others use it.
    let last = sandbox.builder("last", gives, 0).create()?;
    board.set(7, last.word());
    let objects = [semaphore.any(), last.any()];
    ends_with(
        *launch(&sandbox.builder("passes", passes_on, 0), &objects)?,
        0,
    )?;
    last.start()?;
    ends_with(*last, 0)?;
    same(semaphore.count()?, 3_u32)?;
    passed()
}

/// See the list.
pub fn handle_checks(_: &Env) -> Outcome {
    let semaphore = Semaphore::create(0, 1)?;
    let (stale, word) = (*semaphore, semaphore.word());
    fails(
        Mutex::from_handle(semaphore.handle()).unlock(),
        SysError::WrongKind,
    )?;
    fails(
        Event::from_handle(semaphore.handle()).post(1),
        SysError::WrongKind,
    )?;
    fails(
        Thread::from_handle(semaphore.handle()).abort(),
        SysError::WrongKind,
    )?;
    let index = semaphore.handle().index() as u8;
    semaphore.close()?;
    fails(stale.give(), SysError::BadHandle)?;
    fails(stale.close(), SysError::BadHandle)?;
    // Every index is used again, none of them under a name that was used.
    let mut reused = 0_u32;
    for _ in 0..2 * acelab_abi::object::MAX_OBJECTS {
        let other = Semaphore::create(1, 1)?;
        holds(other.word() != word)?;
        if other.handle().index() == usize::from(index) {
            reused += 1;
        }
        fails(stale.give(), SysError::BadHandle)?;
        fails(stale.take(Deadline::NOW), SysError::BadHandle)?;
        same(other.count()?, 1_u32)?;
    }
    holds(reused >= 1)?;
    // Generations that never were, and words that are no handles at all.
    for generation in [1, 2, 1000, Handle::MAX_GENERATION] {
        if let Some(forged) = Handle::new(index, generation).filter(|one| one.word() != word) {
            fails(Semaphore::from_handle(forged).give(), SysError::BadHandle)?;
        }
    }
    for word in [0, 1, 255] {
        // SAFETY: the call has no address among its arguments.
        let raw = unsafe { acelab_user::syscall(14, [word, 0, 0, 0, 0]) };
        same(raw.status, SysError::BadHandle.code())?;
    }
    Ok(TestResult::new(&[reused]))
}

/// See the list.
pub fn object_quota(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let holding = |account: KernelAccount| {
        [
            account.objects,
            account.semaphores,
            account.mutexes,
            account.events,
            account.timers,
            account.slots,
            account.pages,
            account.deadlines,
        ]
    };
    let before = holding(kernel_account()?);
    let hoarder = sandbox.builder("hoards", hoards, 0).spawn()?;
    ends_with(*hoarder, DOMAIN_QUOTA)?;
    // Its end has closed all of them.
    hoarder.close()?;
    let after = holding(kernel_account()?);
    for (after, before) in after.into_iter().zip(before) {
        same(after, before)?;
    }
    passed()
}
