//! Threads of two cores that have to do with each other.

use acelab_abi::core_id::CoreId;
use acelab_abi::kernel_test::FaultSwitch;
use acelab_ipc4::TestResult;
use acelab_user::{
    Deadline, Duration, ExitReason, Mutex, Object, Partition, Semaphore, Slot, SysError, now,
    rights, sleep,
};

use super::check::{Failure, at_most, ends_as, ends_with, fails, same};
use super::sandbox::{Sandbox, launch, threads, time_of_work, work};
use super::switch::Switched;
use super::{Env, Outcome, passed};
use crate::debug::provoke::asm;

/// Words of the board.
const ONE: usize = 0;
const TWO: usize = 1;
const COUNT: usize = 2;
const ROUNDS: usize = 3;
const WAITED: usize = 4;
const ADDRESS: usize = 5;
const DONE: usize = 6;
const GO: usize = 7;

const UNIT: u32 = 60_000;

threads! {
    fn answers(board, _) {
        let (ping, pong) = (board.object::<Semaphore>(ONE)?, board.object::<Semaphore>(TWO)?);
        for _ in 0..board.get(ROUNDS) {
            ping.take(Deadline::FOREVER)?;
            board.count(COUNT);
            pong.give()?;
        }
        0
    }

    fn receives(board, _) {
        let slot = board.object::<Slot>(ONE)?;
        for round in 0..board.get(ROUNDS) {
            let [number, square] = slot.receive::<[u32; 2]>(Deadline::FOREVER)?;
            same(number, round)?;
            same(square, round.wrapping_mul(round))?;
        }
        0
    }

    /// Adds to a counter that a mutex protects.
    fn adds(board, _) {
        let mutex = board.object::<Mutex>(ONE)?;
        for _ in 0..board.get(ROUNDS) {
            let guard = mutex.guard(Deadline::FOREVER)?;
            let value = board.get(COUNT);
            work(20);
            board.set(COUNT, value + 1);
            drop(guard);
        }
        0
    }

    fn spins(board, _) {
        board.set(COUNT, 1);
        loop {
            core::hint::spin_loop();
        }
    }

    /// Holds the mutex until everybody is there, and works.
    fn low(board, _) {
        let guard = board.object::<Mutex>(ONE)?.guard(Deadline::FOREVER)?;
        board.set(COUNT, 1);
        while board.get(GO) == 0 {
            work(50);
        }
        work(UNIT);
        board.push(3);
        drop(guard);
        0
    }

    fn high(board, _) {
        let start = now();
        let guard = board.object::<Mutex>(ONE)?.guard(Deadline::FOREVER)?;
        board.set(WAITED, (now() - start).ticks() as u32);
        drop(guard);
        0
    }

    fn medium(board, _) {
        board.push(5);
        work(6 * UNIT);
        board.set(DONE, 1);
        0
    }

    /// Reads a word again and again, and counts.
    fn reads_on(board, _) {
        let address = board.get(ADDRESS);
        loop {
            // SAFETY: the page is mapped, or the load stops the thread.
            let word = unsafe { asm::dbg_load(address) };
            same(word, 0x600D_F00D_u32)?;
            board.count(COUNT);
        }
    }
}

fn other_core(env: &Env) -> Result<CoreId, Failure> {
    let other = u8::try_from(env.args[0]).ok().and_then(CoreId::new);
    Ok(other.ok_or(SysError::InvalidValue)?)
}

/// See the list.
pub fn smp_semaphores(env: &Env) -> Outcome {
    let other = other_core(env)?;
    let rounds = env.args[1];
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let (ping, pong) = (Semaphore::create(0, 1)?, Semaphore::create(0, 1)?);
    board.set(ONE, ping.word());
    board.set(TWO, pong.word());
    board.set(ROUNDS, rounds);
    let partner = launch(
        &sandbox.builder("answers", answers, 0).core(other),
        &[ping.any(), pong.any()],
    )?;
    let start = now();
    for round in 0..rounds {
        same(board.get(COUNT), round)?;
        ping.give()?;
        pong.take(Deadline::after_millis(50))?;
    }
    let ticks = (now() - start).ticks();
    ends_with(*partner, 0)?;
    Ok(TestResult::new(
        &[(ticks / u64::from(rounds.max(1))) as u32],
    ))
}

/// See the list.
pub fn smp_slots(env: &Env) -> Outcome {
    let other = other_core(env)?;
    let rounds = env.args[1];
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let slot = Slot::create()?;
    board.set(ONE, slot.word());
    board.set(ROUNDS, rounds);
    let receiver = launch(
        &sandbox.builder("receives", receives, 0).core(other),
        &[slot.any()],
    )?;
    for round in 0..rounds {
        let message = [round, round.wrapping_mul(round)];
        slot.send(&message, Deadline::after_millis(50))?;
    }
    ends_with(*receiver, 0)?;
    passed()
}

/// See the list.
pub fn smp_mutex(env: &Env) -> Outcome {
    let other = other_core(env)?;
    let rounds = env.args[1];
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let mutex = Mutex::create()?;
    board.set(ONE, mutex.word());
    board.set(ROUNDS, rounds);
    let objects = [mutex.any()];
    let threads = [
        launch(&sandbox.builder("here", adds, 0), &objects)?,
        launch(&sandbox.builder("there", adds, 0).core(other), &objects)?,
        launch(
            &sandbox
                .builder("there too", adds, 0)
                .core(other)
                .priority(20),
            &objects,
        )?,
    ];
    for thread in &threads {
        ends_with(**thread, 0)?;
    }
    same(board.get(COUNT), 3 * rounds)?;
    passed()
}

/// See the list.
pub fn smp_inversion(env: &Env) -> Outcome {
    let other = other_core(env)?;
    let _switched = Switched::when(env.args[1], FaultSwitch::WithoutInheritance);
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let mutex = Mutex::create()?;
    board.set(ONE, mutex.word());
    let objects = [mutex.any()];
    let low = launch(
        &sandbox.builder("low", low, 0).core(other).priority(24),
        &objects,
    )?;
    board.wait_for(COUNT, 1)?;
    let high = launch(&sandbox.builder("high", high, 0).priority(8), &objects)?;
    // Now it waits for the one on the other core.
    sandbox.settle()?;
    let medium = sandbox.builder("medium", medium, 0).core(other);
    let medium = launch(&medium.priority(16), &[])?;
    board.set(GO, 1);
    for thread in [&low, &medium, &high] {
        ends_with(**thread, 0)?;
    }
    same(board.get(DONE), 1_u32)?;
    // The one on the other core finished its work before the medium one began.
    board.traced(&[3, 5])?;
    let waited = Duration::from_ticks(board.get(WAITED).into()).as_micros();
    let unit = time_of_work(UNIT).as_micros();
    at_most(waited, 3 * unit)?;
    Ok(TestResult::new(&[waited as u32, unit as u32]))
}

/// See the list.
pub fn smp_abort(env: &Env) -> Outcome {
    let other = other_core(env)?;
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    for _ in 0..env.args[1] {
        board.set(COUNT, 0);
        let victim = launch(&sandbox.builder("victim", spins, 0).core(other), &[])?;
        board.wait_for(COUNT, 1)?;
        fails(victim.join(Deadline::NOW), SysError::Timeout)?;
        victim.abort()?;
        ends_as(*victim, ExitReason::Aborted, 0)?;
    }
    passed()
}

/// See the list.
pub fn smp_shoot_down(env: &Env) -> Outcome {
    let other = other_core(env)?;
    let _switched = Switched::when(env.args[1], FaultSwitch::WithoutShootDown);
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let (partition, address) = Partition::create(1)?;
    let view = super::sandbox::kernel_view(address) as usize;
    let word = core::ptr::with_exposed_provenance_mut::<u32>(view);
    // SAFETY: the page is the test's own.
    unsafe { word.write_volatile(0x600D_F00D) };
    sandbox
        .domain()
        .attach(*partition, rights::READ | rights::UNCACHED)?;
    board.set(ADDRESS, super::sandbox::uncached_user_view(address));
    let reader = launch(&sandbox.builder("victim", reads_on, 0).core(other), &[])?;
    board.wait_for(COUNT, 100)?;
    sandbox.domain().detach(*partition)?;
    let seen = board.get(COUNT);
    sleep(Duration::from_micros(500))?;
    // One that was read before may be counted after.
    at_most(board.get(COUNT), seen + 1)?;
    ends_as(*reader, ExitReason::Faulted, 28)?;
    Ok(TestResult::new(&[seen]))
}
