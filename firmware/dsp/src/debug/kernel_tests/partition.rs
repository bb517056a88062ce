//! Partitions: who reaches what.

use core::mem;
use core::ptr;

use acelab_abi::memory::{PAGE_SIZE, USER_DISTANCE};
use acelab_ipc4::TestResult;
use acelab_user::{
    Deadline, Domain, ExitReason, Object, Owned, Partition, Semaphore, SysError, rights,
};

use super::board::Board;
use super::check::{ends_as, ends_with, fails, holds, same};
use super::sandbox::{Sandbox, kernel_view, launch, threads, uncached_user_view};
use super::{Env, Outcome, passed};
use crate::debug::provoke::asm;

/// Words of the board.
const ADDRESS: usize = 0;
const GO: usize = 1;

/// EXCCAUSE of what a partition's rights forbid.
const FETCH: u32 = 20;
const LOAD: u32 = 28;
const STORE: u32 = 29;

/// Reads a word as the calling thread sees it.
fn load(address: u32) -> u32 {
    // SAFETY: the page is mapped for the thread, or the load stops it.
    unsafe { asm::dbg_load(address) }
}

/// Writes the word at an address to itself, as the calling thread.
fn store(address: u32) {
    // SAFETY: the page is one of the test's own, and only tests look at it.
    unsafe { asm::dbg_store(address) }
}

threads! {
    fn loads(board, _) { load(board.get(ADDRESS)) }

    fn stores(board, _) {
        store(board.get(ADDRESS));
        1
    }

    fn executes(board, _) {
        let address = board.get(ADDRESS) as usize;
        // SAFETY: a function lies there, or the fetch stops the thread.
        let function = unsafe { mem::transmute::<usize, extern "C" fn() -> u32>(address) };
        function()
    }

    /// Reads the word twice, and lets the tester do something in between.
    fn loads_twice(board, _) {
        let first = load(board.get(ADDRESS));
        same(first, 0x1234_5678_u32)?;
        board.set(ADDRESS + 8, 1);
        board.object::<Semaphore>(GO)?.take(Deadline::FOREVER)?;
        load(board.get(ADDRESS))
    }

    fn writes_pattern(board, number) {
        let words = ptr::with_exposed_provenance_mut::<u32>(board.get(ADDRESS) as usize);
        for index in 0..8 {
            // SAFETY: the partition is mapped for this thread, and nobody else
            // runs meanwhile.
            unsafe { words.add(index).write_volatile(number + index as u32) };
        }
        0
    }

    fn reads_pattern(board, number) {
        let words = ptr::with_exposed_provenance::<u32>(board.get(ADDRESS) as usize);
        for index in 0..8 {
            // SAFETY: as above.
            let word = unsafe { words.add(index).read_volatile() };
            same(word, number + index as u32)?;
        }
        0
    }

    fn visits_all(board, number) {
        for index in 0..number {
            same(load(board.get(16 + index as usize)), 100 + index)?;
        }
        0
    }
}

/// Writes a word of a partition through the kernel's view.
fn poke(user: u32, word: u32) {
    // SAFETY: the kernel sees every page of the pool; the test owns this one.
    unsafe {
        ptr::with_exposed_provenance_mut::<u32>(kernel_view(user) as usize).write_volatile(word)
    }
}

/// A word of a partition through the kernel's view.
fn peek(user: u32) -> u32 {
    // SAFETY: as above.
    unsafe { ptr::with_exposed_provenance::<u32>(kernel_view(user) as usize).read_volatile() }
}

/// The victim loads, stores or executes, and is stopped for it.
fn is_stopped(sandbox: &Sandbox, entry: acelab_user::Entry, address: u32, cause: u32) -> Outcome {
    sandbox.board().set(ADDRESS, address);
    let victim = launch(&sandbox.builder("victim", entry, 0), &[])?;
    ends_as(*victim, ExitReason::Faulted, cause)?;
    passed()
}

/// See the list.
pub fn partition_rights(env: &Env) -> Outcome {
    let [kind, ..] = env.args;
    let sandbox = Sandbox::new(env)?;
    let domain = sandbox.domain();
    let (partition, address) = Partition::create(2)?;
    let last = address + 2 * PAGE_SIZE - 4;
    let read_write = rights::READ | rights::WRITE;
    poke(last, 0x1234_5678);
    let outcome = match kind {
        0 => {
            domain.attach(*partition, rights::READ)?;
            is_stopped(&sandbox, stores, last, STORE)
        }
        1 => {
            domain.attach(*partition, read_write)?;
            is_stopped(&sandbox, executes, address, FETCH)
        }
        2 => {
            domain.attach(*partition, rights::READ | rights::EXECUTE)?;
            is_stopped(&sandbox, stores, last, STORE)
        }
        3 => {
            domain.attach(*partition, read_write)?;
            is_stopped(&sandbox, loads, last + 4, LOAD)
        }
        4 => {
            let other = Domain::create()?;
            other.attach(*partition, read_write)?;
            let outcome = is_stopped(&sandbox, loads, address, LOAD);
            other.close()?;
            outcome
        }
        5 => {
            domain.attach(*partition, read_write | rights::UNCACHED)?;
            is_stopped(&sandbox, loads, address, LOAD)
        }
        6 => {
            domain.attach(*partition, rights::READ | rights::UNCACHED)?;
            is_stopped(&sandbox, stores, uncached_user_view(last), STORE)
        }
        // The kernel's own address of the same page.
        7 => {
            domain.attach(*partition, read_write)?;
            is_stopped(&sandbox, loads, address + USER_DISTANCE, 26)
        }
        _ => Err(SysError::InvalidValue.into()),
    };
    same(peek(last), 0x1234_5678_u32)?;
    // The domain holds it; closed first, it lets go.
    drop(sandbox);
    outcome
}

/// See the list.
pub fn partition_use(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let domain = sandbox.domain();
    let board = sandbox.board();
    let (code, address) = Partition::create(1)?;
    same(peek(address), 0_u32)?;
    // movi a2, 42; ret
    poke(address, 0x802A_A022);
    poke(address + 4, 0);
    domain.attach(*code, rights::READ | rights::EXECUTE)?;
    board.set(ADDRESS, address);
    ends_with(*launch(&sandbox.builder("executes", executes, 0), &[])?, 42)?;
    ends_with(
        *launch(&sandbox.builder("loads", loads, 0), &[])?,
        0x802A_A022,
    )?;
    // Nobody gets it writable as long as somebody may execute it.
    let write = rights::READ | rights::WRITE;
    let other = Domain::create()?;
    fails(other.attach(*code, write), SysError::Busy)?;
    fails(
        domain.attach(*code, write | rights::UNCACHED),
        SysError::Busy,
    )?;
    fails(
        other.attach(*code, write | rights::EXECUTE),
        SysError::InvalidValue,
    )?;
    fails(
        other.attach(*code, rights::UNCACHED),
        SysError::InvalidValue,
    )?;
    fails(domain.attach(*code, rights::READ), SysError::Busy)?;
    fails(code.close(), SysError::Busy)?;
    fails(other.detach(*code_of(&domain, board)?), SysError::BadState)?;
    passed()
}

/// A partition that is attached to no domain but this.
fn code_of(domain: &Domain, board: &Board) -> Result<Owned<Partition>, SysError> {
    let (partition, address) = Partition::create(1)?;
    board.set(ADDRESS, address);
    domain.attach(*partition, rights::READ)?;
    domain.detach(*partition)?;
    Ok(partition)
}

/// See the list.
pub fn partition_shared(env: &Env) -> Outcome {
    let (partition, address) = Partition::create(1)?;
    let one = Sandbox::new(env)?;
    let two = Sandbox::new(env)?;
    one.domain()
        .attach(*partition, rights::READ | rights::WRITE)?;
    two.domain().attach(*partition, rights::READ)?;
    for (sandbox, place) in [(&one, address), (&two, address)] {
        sandbox.board().set(ADDRESS, place);
    }
    ends_with(*launch(&one.builder("writes", writes_pattern, 50), &[])?, 0)?;
    ends_with(*launch(&two.builder("reads", reads_pattern, 50), &[])?, 0)?;
    ends_with(*launch(&one.builder("reads", reads_pattern, 50), &[])?, 0)?;
    // Past the cache, at the other address, it is the same memory.
    two.domain().detach(*partition)?;
    two.domain()
        .attach(*partition, rights::READ | rights::UNCACHED)?;
    two.board().set(ADDRESS, uncached_user_view(address));
    poke(address, 50);
    ends_with(
        *launch(&two.builder("uncached", reads_pattern, 50), &[])?,
        0,
    )?;
    same(peek(address + 28), 57_u32)?;
    passed()
}

/// See the list.
pub fn partition_detach(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let (partition, address) = Partition::create(1)?;
    poke(address, 0x1234_5678);
    sandbox.domain().attach(*partition, rights::READ)?;
    let go = Semaphore::create(0, 1)?;
    board.set(ADDRESS, address);
    board.set(GO, go.word());
    let victim = launch(&sandbox.builder("victim", loads_twice, 0), &[go.any()])?;
    board.wait_for(ADDRESS + 8, 1)?;
    sandbox.domain().detach(*partition)?;
    go.give()?;
    ends_as(*victim, ExitReason::Faulted, LOAD)?;
    fails(sandbox.domain().detach(*partition), SysError::BadState)?;
    // It is there again when it is attached again.
    sandbox.domain().attach(*partition, rights::READ)?;
    ends_with(
        *launch(&sandbox.builder("again", loads, 0), &[])?,
        0x1234_5678,
    )?;
    sandbox.domain().detach(*partition)?;
    partition.close()?;
    // What another one gets next is empty.
    let (partition, address) = Partition::create(1)?;
    same(peek(address), 0_u32)?;
    holds(partition.word() != 0)?;
    passed()
}

/// See the list.
pub fn partition_many(env: &Env) -> Outcome {
    /// Beside the board.
    const COUNT: usize = 31;
    let mut partitions: [Option<Owned<Partition>>; COUNT] = [const { None }; COUNT];
    let sandbox = Sandbox::new(env)?;
    for (index, slot) in partitions.iter_mut().enumerate() {
        let (partition, address) = Partition::create(1)?;
        poke(address, 100 + index as u32);
        sandbox.domain().attach(*partition, rights::READ)?;
        sandbox.board().set(16 + index, address);
        *slot = Some(partition);
    }
    let visitor = sandbox
        .builder("visits", visits_all, COUNT as u32)
        .spawn()?;
    ends_with(*visitor, 0)?;
    visitor.close()?;
    drop(sandbox);
    Ok(TestResult::new(&[COUNT as u32 + 1]))
}
