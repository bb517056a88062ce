//! A confined thread makes few system calls; any other one ends it.

use acelab_abi::syscall::guard::is_for_confined;
use acelab_abi::syscall::{SYSCALLS, Syscall};
use acelab_ipc4::TestResult;
use acelab_user::{Deadline, ExitReason, Object, Semaphore, SysError, heap, now, null};

use super::super::check::{ends_as, ends_with, fails, holds, same};
use super::super::sandbox::{Sandbox, launch, threads};
use super::super::{Env, Outcome};

/// Words of the board.
const TAKEN: usize = 0;
const GIVEN: usize = 1;
const FOREIGN: usize = 2;

/// Pages of the domain's heap.
const HEAP: u32 = 1;

threads! {
    fn confined(board, number) {
        // SAFETY: the arguments are no addresses.
        unsafe { acelab_user::syscall(number as usize, [0; 5]) };
        board.set(TAKEN, 1);
        0
    }

    fn works(board, _) {
        let taken = board.object::<Semaphore>(TAKEN)?;
        let given = board.object::<Semaphore>(GIVEN)?;
        let foreign = board.object::<Semaphore>(FOREIGN)?;
        null()?;
        acelab_user::yield_now()?;
        taken.take(Deadline::FOREVER)?;
        fails(foreign.give(), SysError::Permission)?;
        fails(taken.take(Deadline::at(now())), SysError::Timeout)?;
        let layout = core::alloc::Layout::new::<[u32; 8]>();
        let Ok(block) = heap::alloc(layout) else {
            return Ok(1);
        };
        // SAFETY: the block is not used.
        unsafe { heap::free(block) }?;
        given.give()?;
        acelab_user::exit(7)
    }
}

/// See the list.
pub fn confined_calls(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    sandbox.domain().create_heap(HEAP)?;
    let board = sandbox.board();
    let mut stopped = 0;
    let forbidden = SYSCALLS
        .iter()
        .filter(|info| !is_for_confined(info.syscall));
    let numbers = forbidden.map(|info| info.syscall.number());
    for number in numbers.chain([Syscall::from_number(u32::MAX).map_or(999, Syscall::number)]) {
        let thread = launch(&sandbox.builder("victim", confined, number).confined(), &[])?;
        ends_as(*thread, ExitReason::Forbidden, number)?;
        same(board.get(TAKEN), 0u32)?;
        stopped += 1;
    }
    for more in [
        sandbox.builder("victim", works, 0).spawner(),
        sandbox.builder("victim", works, 0).devices(),
    ] {
        fails(more.confined().create(), SysError::InvalidValue)?;
    }
    let [taken, given, foreign] = [
        Semaphore::create(0, 1)?,
        Semaphore::create(0, 1)?,
        Semaphore::create(0, 1)?,
    ];
    for (index, semaphore) in [(TAKEN, &taken), (GIVEN, &given), (FOREIGN, &foreign)] {
        board.set(index, semaphore.word());
    }
    let builder = sandbox.builder("works", works, 0).confined();
    let thread = launch(&builder, &[taken.any(), given.any()])?;
    taken.give()?;
    given.take(Deadline::after_millis(100))?;
    ends_with(*thread, 7)?;
    holds(foreign.count()? == 0)?;
    Ok(TestResult::new(&[stopped]))
}
