//! Operations of the kernel between two words for the debug port; what they
//! cost is measured outside.

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::kernel_bench::Operation;
use acelab_user::{
    Deadline, Duration, ExitReason, Instant, Locked, Mutex, Object, Semaphore, exchange, mark, now,
    null, sleep_until, yield_now,
};

use super::check::{Failure, ends_as, holds};
use super::dma::{HEAP, Loop};
use super::sandbox::{Child, Sandbox, USUAL, launch, threads};
use super::{Env, Outcome, passed};

/// Words of the board.
const ROUNDS: usize = 0;
const OBJECT: usize = 1;
const SECOND: usize = 2;

/// Priority of a thread that runs as soon as it can, above all others.
const URGENT: u32 = 0;
/// Longest time for all rounds.
const PATIENCE: Duration = Duration::from_millis(15_000);
/// How long a core is left alone between rounds, so that it idles.
const REST: Duration = Duration::from_micros(20);

mod asm {
    unsafe extern "C" {
        pub safe fn dbg_illegal();
    }
}

threads! {
    fn marks(board, _) {
        for _ in 0..board.get(ROUNDS) {
            mark(Operation::Marks.start())?;
            mark(Operation::Marks.end())?;
        }
        0
    }

    fn nulls(board, _) {
        for _ in 0..board.get(ROUNDS) {
            mark(Operation::Null.start())?;
            null()?;
            mark(Operation::Null.end())?;
        }
        0
    }

    fn takes(board, _) {
        let semaphore = board.object::<Semaphore>(OBJECT)?;
        for _ in 0..board.get(ROUNDS) {
            semaphore.take(Deadline::FOREVER)?;
            mark(Operation::Semaphore.end())?;
        }
        0
    }

    fn gives(board, _) {
        let semaphore = board.object::<Semaphore>(OBJECT)?;
        for _ in 0..board.get(ROUNDS) {
            mark(Operation::Semaphore.start())?;
            semaphore.give()?;
        }
        0
    }

    fn yields_from(board, operation) {
        let operation = Operation::from_code(operation).unwrap_or(Operation::Yield);
        for _ in 0..board.get(ROUNDS) {
            mark(operation.start())?;
            yield_now()?;
        }
        0
    }

    fn yields_to(board, operation) {
        let operation = Operation::from_code(operation).unwrap_or(Operation::Yield);
        for _ in 0..board.get(ROUNDS) {
            mark(operation.end())?;
            yield_now()?;
        }
        0
    }

    fn takes_across(board, _) {
        let semaphore = board.object::<Semaphore>(OBJECT)?;
        let back = board.object::<Semaphore>(SECOND)?;
        for _ in 0..board.get(ROUNDS) {
            semaphore.take(Deadline::FOREVER)?;
            mark(Operation::CrossCore.end())?;
            back.give()?;
        }
        0
    }

    fn gives_across(board, _) {
        let semaphore = board.object::<Semaphore>(OBJECT)?;
        let back = board.object::<Semaphore>(SECOND)?;
        for _ in 0..board.get(ROUNDS) {
            sleep_until(Deadline::after(REST))?;
            mark(Operation::CrossCore.start())?;
            semaphore.give()?;
            back.take(Deadline::FOREVER)?;
        }
        0
    }

    fn sleeps(board, _) {
        for _ in 0..board.get(ROUNDS) {
            let deadline: Instant = now() + REST;
            mark(Operation::Timer.start())?;
            mark(deadline.ticks() as u32)?;
            sleep_until(Deadline::at(deadline))?;
            mark(Operation::Timer.end())?;
        }
        0
    }

    fn inherits(board, _) {
        let mutex = board.object::<Mutex>(OBJECT)?;
        let turn = board.object::<Semaphore>(SECOND)?;
        for _ in 0..board.get(ROUNDS) {
            turn.take(Deadline::FOREVER)?;
            let locked = mutex.lock(Deadline::FOREVER)?;
            mark(Operation::Fault.end())?;
            holds(locked == Locked::OwnerDied)?;
            mutex.unlock()?;
        }
        0
    }

    fn exchanges_two(board, port) {
        let all = Loop::new(port)?;
        all.start()?;
        for _ in 0..board.get(ROUNDS) {
            sleep_until(Deadline::after(REST))?;
            let mut entries = all.entries()?;
            let ticked = exchange(&mut *entries)?;
            for entry in entries.iter_mut() {
                // More than the port moves between two rounds, so that no ring runs over.
                entry.commit = 32;
            }
            // Only what is there, and what is free, is committed.
            entries[0].commit = entries[0].commit.min(all.size() - entries[0].filled);
            entries[1].commit = entries[1].commit.min(entries[1].filled);
            mark(Operation::Exchange.start())?;
            let accepted = exchange(&mut *entries)?;
            mark(Operation::Exchange.end())?;
            holds(accepted == 2 && ticked == 2)?;
        }
        0
    }

    fn bench_victim(board, _) {
        let mutex = board.object::<Mutex>(OBJECT)?;
        mutex.lock(Deadline::FOREVER)?;
        // The urgent thread waits for the mutex when this returns.
        board.object::<Semaphore>(SECOND)?.give()?;
        mark(Operation::Fault.start())?;
        asm::dbg_illegal();
        0
    }
}

/// See the list.
pub fn bench(env: &Env) -> Outcome {
    let [operation, rounds, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    sandbox.board().set(ROUNDS, rounds);
    match Operation::from_code(operation) {
        Some(Operation::Marks) => done(&[launch(&sandbox.builder("marks", marks, 0), &[])?])?,
        Some(Operation::Null) => done(&[launch(&sandbox.builder("nulls", nulls, 0), &[])?])?,
        Some(Operation::Timer) => done(&[launch(&sandbox.builder("sleeps", sleeps, 0), &[])?])?,
        Some(Operation::Semaphore) => semaphore(&sandbox)?,
        Some(Operation::Yield) => yields(&sandbox, &sandbox, operation)?,
        Some(Operation::YieldDomain) => {
            let other = Sandbox::new(env)?;
            other.board().set(ROUNDS, rounds);
            yields(&sandbox, &other, operation)?;
        }
        Some(Operation::CrossCore) => across(env, &sandbox)?,
        Some(Operation::Fault) => faults(&sandbox, rounds)?,
        Some(Operation::Exchange) => {
            sandbox.domain().create_heap(HEAP)?;
            let thread = sandbox.builder("exchanges", exchanges_two, 0).devices();
            done(&[launch(&thread, &[])?])?;
        }
        None => holds(false)?,
    }
    passed()
}

/// The threads end well.
fn done(threads: &[Child]) -> Result<(), Failure> {
    let deadline = Deadline::after(PATIENCE);
    for thread in threads {
        let exit = thread.join(deadline)?;
        holds(exit.reason == ExitReason::Exited && exit.value == 0)?;
    }
    Ok(())
}

fn semaphore(sandbox: &Sandbox) -> Result<(), Failure> {
    let semaphore = Semaphore::create(0, 1)?;
    sandbox.board().set(OBJECT, semaphore.word());
    let taker = sandbox.builder("takes", takes, 0).priority(USUAL - 1);
    done(&[
        launch(&taker, &[semaphore.any()])?,
        launch(&sandbox.builder("gives", gives, 0), &[semaphore.any()])?,
    ])
}

fn yields(from: &Sandbox, to: &Sandbox, operation: u32) -> Result<(), Failure> {
    done(&[
        launch(&from.builder("from", yields_from, operation), &[])?,
        launch(&to.builder("to", yields_to, operation), &[])?,
    ])
}

fn across(env: &Env, sandbox: &Sandbox) -> Result<(), Failure> {
    let other = CoreId::ALL[(env.core.index() + 1) % MAX_CORES];
    let semaphore = Semaphore::create(0, 1)?;
    let back = Semaphore::create(0, 1)?;
    sandbox.board().set(OBJECT, semaphore.word());
    sandbox.board().set(SECOND, back.word());
    let objects = [semaphore.any(), back.any()];
    let taker = sandbox.builder("takes", takes_across, 0).core(other);
    done(&[
        launch(&taker, &objects)?,
        launch(&sandbox.builder("gives", gives_across, 0), &objects)?,
    ])
}

fn faults(sandbox: &Sandbox, rounds: u32) -> Result<(), Failure> {
    let mutex = Mutex::create()?;
    let turn = Semaphore::create(0, 1)?;
    sandbox.board().set(OBJECT, mutex.word());
    sandbox.board().set(SECOND, turn.word());
    let objects = [mutex.any(), turn.any()];
    let inheritor = sandbox.builder("inherits", inherits, 0).priority(URGENT);
    let inheritor = [launch(&inheritor, &objects)?];
    for _ in 0..rounds {
        let victim = launch(&sandbox.builder("victim", bench_victim, 0), &objects)?;
        ends_as(*victim, ExitReason::Faulted, 0)?;
    }
    done(&inheritor)
}
