//! The attack on ring 0 by zero-overhead loops.
//!
//! LBEG, LEND and LCOUNT belong to the thread. If they counted in the kernel, a
//! thread could have the kernel go on at an address of its choice, in ring 0,
//! when it gets to LEND: so LEND is every address that the kernel may come to.

use core::ops::Range;

use acelab_abi::syscall::Syscall;
use acelab_ipc4::TestResult;
use acelab_user::{Deadline, Duration, SysError, sleep};

use super::super::check::{Failure, same};
use super::super::{Env, Outcome};
use super::address;
use super::arena::{Arena, Call};
use super::encoding::{Insn, pack};
use super::end::End;
use super::neighbours::{Neighbours, Which};
use super::place::Address;

/// Bytes from the start of a function of the kernel that are aimed at.
const FUNCTION: u32 = 0x100;
/// Loop rounds that a thread waits for an interrupt at each address.
const ROUNDS: u32 = 12_000;
/// Time between two interrupts meanwhile.
const BETWEEN: Duration = Duration::from_micros(20);

unsafe extern "C" {
    safe static hostile_loop: u8;
    safe static hostile_loop_end: u8;
    safe static hostile_loop_wait: u8;
    safe static hostile_loop_wait_end: u8;
}

fn of(symbol: &'static u8) -> u32 {
    (&raw const *symbol).addr() as u32
}

/// Where the kernel comes to in a system call and in an interrupt: the vectors,
/// and the functions after them.
fn targets() -> [Range<u32>; 6] {
    let vectors = address::text().start + 0x180..address::text().start + 0x400;
    let [_, functions @ ..] = address::kernel_functions();
    let [n0, n1, n2, n3, n4] = functions.map(|(_, start)| start..start + FUNCTION);
    [vectors, n0, n1, n2, n3, n4]
}

/// What is left of `range` without `hole`: what comes before, what comes after.
fn without(range: Range<u32>, hole: &Range<u32>) -> [Range<u32>; 2] {
    [
        range.start..range.end.min(hole.start),
        range.start.max(hole.end)..range.end,
    ]
}

/// See the list.
pub fn loop_attack(env: &Env) -> Outcome {
    let [whole_text, ..] = env.args;
    let arena = Arena::new(env)?;
    let neighbours = Neighbours::start(&arena, Which::Everywhere)?;
    // What the kernel would go on with: in ring 0, an illegal instruction ends
    // the DSP.
    arena.load_code(pack(&[Insn(0), Insn(0)]).into_iter())?;
    let mut addresses = 0;
    let calls = of(&hostile_loop)..of(&hostile_loop_end);
    let waits = of(&hostile_loop_wait)..of(&hostile_loop_wait_end);
    for range in targets() {
        for number in [Syscall::Null, Syscall::SemCount] {
            for part in without(range.clone(), &calls) {
                addresses += attack(&arena, &part, number)?;
            }
        }
        for part in without(range.clone(), &waits) {
            addresses += wait(&arena, &part)?;
        }
        neighbours.ping()?;
    }
    if whole_text != 0 {
        for part in without(address::text(), &calls) {
            addresses += attack(&arena, &part, Syscall::SemCount)?;
        }
    }
    neighbours.stop()?;
    // How many there are depends on where functions lie.
    super::super::check::at_least(addresses, 12 * FUNCTION)?;
    Ok(TestResult::new(&[targets().len() as u32]))
}

fn call(arena: &Arena, routine: u32, range: &Range<u32>, last: u32) -> Call {
    Call::at(routine)
        .with([range.start, range.end, 1, arena.code().user(), last].map(Address::Fixed))
}

fn attack(arena: &Arena, range: &Range<u32>, syscall: Syscall) -> Result<u32, Failure> {
    let mut start = range.start;
    // In pieces, so that no thread takes too long.
    while start < range.end {
        let piece = start..range.end.min(start + 0x400);
        let call = call(arena, of(&hostile_loop), &piece, syscall.number());
        same(arena.run(&call, &[])?.word(), End::Exit(0).word())?;
        start = piece.end;
    }
    Ok(range.len() as u32)
}

fn wait(arena: &Arena, range: &Range<u32>) -> Result<u32, Failure> {
    if range.is_empty() {
        return Ok(0);
    }
    let call = call(arena, of(&hostile_loop_wait), range, ROUNDS);
    let thread = arena.launch(&call, &[])?;
    // Each time this wakes up, it has interrupted the thread.
    let end = loop {
        match thread.join(Deadline::NOW) {
            Ok(exit) => break End::from(exit),
            Err(SysError::Timeout) => sleep(BETWEEN)?,
            Err(error) => return Err(error.into()),
        }
    };
    same(end.word(), End::Exit(0).word())?;
    Ok(range.len() as u32)
}
