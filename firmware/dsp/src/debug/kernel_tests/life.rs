//! Threads: how they begin and end.

use acelab_ipc4::TestResult;
use acelab_user::{
    Builder, Deadline, Event, ExitReason, Object, Semaphore, SysError, Thread, exit,
    kernel_account, local, sleep_until, yield_now,
};

use super::check::{at_least, ends_as, ends_with, fails, holds, same};
use super::sandbox::{Child, Sandbox, launch, prepare, threads};
use super::{Env, Outcome, passed};

/// Threads that a test creates at most; more than the kernel has room for.
const MANY: usize = 64;

threads! {
    fn returns(_, number) { number + 1 }

    fn leaves(_, _) { exit(0x77) }

    fn knows_itself(_, number) {
        let thread = Thread::current()?;
        holds(local::thread() == Some(thread))?;
        same(local::core().map_or(99_u32, |core| core.get().into()), number)?;
        0
    }

    fn spins(board, _) {
        board.set(0, 1);
        loop {
            core::hint::spin_loop();
        }
    }

    fn sleeps(board, _) {
        board.set(0, 1);
        sleep_until(Deadline::FOREVER)?;
        0
    }

    fn waits(board, _) {
        board.set(0, 1);
        board.object::<Semaphore>(1)?.take(Deadline::FOREVER)?;
        0
    }

    fn joins(board, _) {
        let exit = board.object::<Thread>(2)?.join(Deadline::FOREVER)?;
        same(exit.reason.code(), ExitReason::Exited.code())?;
        exit.value
    }

    fn takes_first(board, number) {
        board.object::<Semaphore>(1)?.take(Deadline::FOREVER)?;
        number
    }

    fn spawns(_, _) {
        let builder = Builder::new("child", returns);
        fails(builder.create(), SysError::Permission)?;
        fails(acelab_user::Domain::create(), SysError::Permission)?;
        fails(acelab_user::Partition::create(1), SysError::Permission)?;
        0
    }

    fn spawns_allowed(_, _) {
        let builder = Builder::new("child", returns).core(local::core().ok_or(SysError::BadState)?);
        fails(builder.kernel().create(), SysError::Permission)?;
        // The child shares the domain, and its arguments are not a board.
        let child = builder.arg(0).create()?;
        child.abort()?;
        0
    }
}

/// See the list.
pub fn account(_: &Env) -> Outcome {
    let a = kernel_account()?;
    Ok(TestResult::new(&[
        a.objects,
        a.threads,
        a.semaphores,
        a.mutexes,
        a.events,
        a.timers,
        a.slots,
        a.domains,
        a.partitions,
        a.channels,
        a.pages,
        a.deadlines,
        a.heap_bytes,
    ]))
}

/// See the list.
pub fn thread_life(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let thread = sandbox.builder("returns", returns, 41).create()?;
    fails(thread.join(Deadline::NOW), SysError::Timeout)?;
    thread.start()?;
    fails(thread.start(), SysError::BadState)?;
    ends_with(*thread, 42)?;
    // How it ended is known as long as somebody holds it.
    ends_with(*thread, 42)?;
    fails(thread.start(), SysError::BadState)?;
    let word = *thread;
    thread.close()?;
    fails(word.join(Deadline::NOW), SysError::BadHandle)?;

    ends_with(*sandbox.builder("leaves", leaves, 0).spawn()?, 0x77)?;
    let core = env.core.get().into();
    ends_with(*sandbox.builder("knows", knows_itself, core).spawn()?, 0)?;
    ends_with(
        *sandbox
            .kernel_builder("knows", knows_itself, core)
            .spawn()?,
        0,
    )?;
    ends_with(*sandbox.kernel_builder("returns", returns, 7).spawn()?, 8)?;
    // One that never ran is gone with its handle.
    sandbox.builder("unused", returns, 0).create()?.close()?;
    passed()
}

/// See the list.
pub fn thread_abort(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let semaphore = Semaphore::create(0, 1)?;
    board.set(1, semaphore.word());
    let created = sandbox.builder("victim", returns, 0).create()?;
    created.abort()?;
    ends_as(*created, ExitReason::Aborted, 0)?;
    fails(created.abort(), SysError::BadState)?;
    for (entry, runs) in [
        (spins as acelab_user::Entry, true),
        (sleeps, false),
        (waits, false),
    ] {
        board.set(0, 0);
        let victim = launch(&sandbox.builder("victim", entry, 0), &[semaphore.any()])?;
        board.wait_for(0, 1)?;
        if !runs {
            sandbox.settle()?;
        }
        fails(victim.join(Deadline::NOW), SysError::Timeout)?;
        if runs {
            fails((*victim).close(), SysError::Busy)?;
        }
        victim.abort()?;
        ends_as(*victim, ExitReason::Aborted, 0)?;
        fails(victim.abort(), SysError::BadState)?;
    }
    // Nobody waits for the semaphore any more: what is given stays.
    semaphore.give()?;
    same(semaphore.count()?, 1_u32)?;
    passed()
}

/// See the list.
pub fn thread_join(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let semaphore = Semaphore::create(0, 1)?;
    board.set(1, semaphore.word());
    let target = launch(
        &sandbox.builder("target", takes_first, 9),
        &[semaphore.any()],
    )?;
    board.set(2, target.word());
    let first = launch(&sandbox.builder("first", joins, 0), &[target.any()])?;
    let second = launch(
        &sandbox.builder("second", joins, 0).priority(10),
        &[target.any()],
    )?;
    fails(target.join(Deadline::after_micros(100)), SysError::Timeout)?;
    fails(first.join(Deadline::NOW), SysError::Timeout)?;
    semaphore.give()?;
    ends_with(*first, 9)?;
    ends_with(*second, 9)?;
    ends_with(*target, 9)?;
    fails(
        Thread::current()?.join(Deadline::FOREVER),
        SysError::Deadlock,
    )?;
    passed()
}

/// See the list.
pub fn thread_limits(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let good = sandbox.builder("limits", returns, 0);
    fails(good.priority(32).create(), SysError::InvalidValue)?;
    fails(good.stack_pages(0).create(), SysError::InvalidValue)?;
    fails(good.stack_pages(17).create(), SysError::InvalidValue)?;
    let event = Event::create()?;
    // A domain that is none.
    let wrong = acelab_user::Domain::from_handle(event.handle());
    fails(good.domain(wrong).create(), SysError::WrongKind)?;
    ends_with(*sandbox.builder("spawns", spawns, 0).spawn()?, 0)?;
    ends_with(
        *sandbox
            .builder("allowed", spawns_allowed, 0)
            .spawner()
            .spawn()?,
        0,
    )?;

    let before = kernel_account()?;
    let mut threads: [Option<Child>; MANY] = [const { None }; MANY];
    let mut count = 0_u32;
    for slot in &mut threads {
        match prepare(&good.stack_pages(1), &[]) {
            Ok(thread) => *slot = Some(thread),
            Err(error) => {
                same(error.code(), SysError::NoMemory.code())?;
                break;
            }
        }
        count += 1;
    }
    at_least(count, 20_u32)?;
    drop(threads);
    let after = kernel_account()?;
    same(after.objects, before.objects)?;
    same(after.pages, before.pages)?;
    // What there is no room for does not hurt those that come later.
    ends_with(*good.spawn()?, 1)?;
    Ok(TestResult::new(&[count]))
}

/// See the list.
pub fn thread_churn(env: &Env) -> Outcome {
    let [count, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    for number in 0..count {
        let thread = sandbox.builder("churn", returns, number % 1000).spawn()?;
        yield_now()?;
        ends_with(*thread, number % 1000 + 1)?;
    }
    Ok(TestResult::new(&[count]))
}
