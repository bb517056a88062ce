//! The heaps of domains.

use core::alloc::Layout;
use core::slice;

use acelab_ipc4::TestResult;
use acelab_user::heap::{self, HeapBox};
use acelab_user::{SysError, kernel_account};

use super::check::{Failure, at_least, ends_with, fails, holds, same};
use super::sandbox::{Sandbox, launch, threads};
use super::{Env, Outcome, passed};

const BYTES: u32 = 4 * 4096;
/// What the kernel fills memory with that it gives out, and that came back.
const GIVEN_OUT: u8 = 0xCD;
const GIVEN_BACK: u8 = 0xDD;

fn layout(size: usize, align: usize) -> Result<Layout, Failure> {
    Layout::from_size_align(size, align).map_err(|_| Failure::new(0_u32, 1_u32))
}

threads! {
    fn keeps_account(_, _) {
        let empty = heap::account()?;
        same(empty.size, BYTES)?;
        same(empty.in_use, 0_u32)?;
        let one = HeapBox::new([7_u32; 25])?;
        let two = HeapBox::new(1_u8)?;
        let account = heap::account()?;
        same(account.blocks, 2_u32)?;
        at_least(account.in_use, 101_u32)?;
        same(account.high_water, account.in_use)?;
        same(one[24], 7_u32)?;
        drop(one);
        let less = heap::account()?;
        same(less.blocks, 1_u32)?;
        holds(less.in_use < account.in_use)?;
        same(less.high_water, account.high_water)?;
        drop(two);
        let end = heap::account()?;
        same(end.in_use, 0_u32)?;
        same(end.allocations, empty.allocations + 2)?;
        0
    }

    fn fills_up(_, _) {
        let failures = heap::account()?.failures;
        let mut count = 0;
        // The blocks hold the way back to the one before.
        let mut last: Option<HeapBox<Link>> = None;
        loop {
            match HeapBox::new(Link { before: None, count, rest: [count; 60] }) {
                Ok(mut block) => {
                    block.before = last.take();
                    last = Some(block);
                    count += 1;
                }
                Err(SysError::NoMemory) => break,
                Err(error) => Err(error)?,
            }
        }
        same(heap::account()?.failures, failures + 1)?;
        let full = count;
        while let Some(mut block) = last {
            count -= 1;
            same(block.count, count)?;
            holds(block.rest.iter().all(|word| *word == count))?;
            last = block.before.take();
        }
        same(heap::account()?.in_use, 0_u32)?;
        // All of it is one piece again.
        let whole = heap::alloc(layout(BYTES as usize, 64)?)?;
        // SAFETY: it has not been used.
        unsafe { heap::free(whole) }?;
        full
    }

    fn misuses(_, _) {
        // SAFETY: the call has no address among its arguments.
        let nothing = unsafe { acelab_user::syscall(32, [0, 4, 0, 0, 0]) };
        same(nothing.status, SysError::InvalidValue.code())?;
        fails(heap::alloc(layout(8, 8192)?), SysError::InvalidValue)?;
        fails(heap::alloc(layout(BYTES as usize + 1, 4)?), SysError::NoMemory)?;
        let block = heap::alloc(layout(100, 4)?)?;
        let inside = block.as_ptr().addr() + 4;
        for word in [0, 4, inside, 0xA020_0000, usize::MAX] {
            // SAFETY: nothing is given back that is in use: none of these is a block.
            let raw = unsafe { acelab_user::syscall(33, [word, 0, 0, 0, 0]) };
            same(raw.status, SysError::InvalidValue.code())?;
        }
        let account = heap::account()?;
        same(account.blocks, 1_u32)?;
        // SAFETY: the block is not used any more.
        unsafe { heap::free(block) }?;
        // SAFETY: the kernel refuses it the second time.
        fails(unsafe { heap::free(block) }, SysError::InvalidValue)?;
        same(heap::account()?.blocks, 0_u32)?;
        0
    }

    fn sees_patterns(_, _) {
        let memory = heap::alloc(layout(256, 64)?)?;
        // SAFETY: the block has so many bytes; that it was given out says that
        // all of them have a value.
        let bytes = unsafe { slice::from_raw_parts(memory.as_ptr(), 256) };
        holds(bytes.iter().all(|byte| *byte == GIVEN_OUT))?;
        // SAFETY: as above, and `bytes` is not used any more.
        unsafe { memory.as_ptr().write_bytes(1, 256) };
        // SAFETY: the block is not used as one any more.
        unsafe { heap::free(memory) }?;
        for index in 0..256 {
            // SAFETY: the page is still mapped; what was freed is looked at on
            // purpose, past what the compiler knows of it.
            let byte = unsafe { memory.as_ptr().add(index).read_volatile() };
            same(byte, GIVEN_BACK)?;
        }
        0
    }

    fn has_none(_, _) {
        fails(heap::alloc(layout(8, 4)?), SysError::BadState)?;
        fails(heap::account(), SysError::BadState)?;
        0
    }

    fn leaks(_, _) {
        for _ in 0..10 {
            heap::alloc(layout(200, 4)?)?;
        }
        heap::account()?.blocks
    }
}

/// A block that knows the one before.
struct Link {
    before: Option<HeapBox<Link>>,
    count: u32,
    rest: [u32; 60],
}

/// See the list.
pub fn heap_account(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    ends_with(*launch(&sandbox.builder("none", has_none, 0), &[])?, 0)?;
    sandbox.domain().create_heap(BYTES / 4096)?;
    fails(sandbox.domain().create_heap(1), SysError::BadState)?;
    ends_with(
        *launch(&sandbox.builder("account", keeps_account, 0), &[])?,
        0,
    )?;
    ends_with(*launch(&sandbox.builder("misuses", misuses, 0), &[])?, 0)?;
    let full = launch(&sandbox.builder("fills", fills_up, 0), &[])?;
    let count = full.join(acelab_user::Deadline::after_millis(1000))?.value;
    at_least(count, 30_u32)?;
    holds(count < 0x1000)?;
    Ok(TestResult::new(&[count]))
}

/// See the list.
pub fn heap_poison(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    sandbox.domain().create_heap(BYTES / 4096)?;
    ends_with(*launch(&sandbox.builder("sees", sees_patterns, 0), &[])?, 0)?;
    passed()
}

/// See the list.
pub fn heap_leak(env: &Env) -> Outcome {
    let before = kernel_account()?;
    let sandbox = Sandbox::new(env)?;
    sandbox.domain().create_heap(BYTES / 4096)?;
    let thread = launch(&sandbox.builder("leaks", leaks, 0), &[])?;
    ends_with(*thread, 10)?;
    // What a thread leaves on the heap is its domain's, and is in the account…
    let leaked = kernel_account()?.heap_bytes - before.heap_bytes;
    at_least(leaked, 2000_u32)?;
    drop(thread);
    drop(sandbox);
    // …until the domain goes.
    let after = kernel_account()?;
    same(after.heap_bytes, before.heap_bytes)?;
    same(after.pages, before.pages)?;
    Ok(TestResult::new(&[leaked]))
}
