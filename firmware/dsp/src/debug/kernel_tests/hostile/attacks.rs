//! Attacks one by one, each by a thread of its own.

use core::fmt::{self, Write};

use acelab_abi::syscall::MAX_TEXT;
use acelab_ipc4::TestResult;
use acelab_user::log;

use super::super::check::same;
use super::super::{Env, Outcome};
use super::arena::{Arena, Call, is_refusal};
use super::encoding::{Insn, MOVI_A2_0, RET, pack};
use super::end::End;
use super::memory::{OPERATIONS, Operation};
use super::neighbours::{Neighbours, Which};
use super::place::{Access, Address, Place};
use super::privileged::INSTRUCTIONS;
use super::{address, code};

/// A line of the log in the making; what does not fit is cut.
pub struct Line {
    bytes: [u8; MAX_TEXT],
    len: usize,
}

impl Line {
    pub const fn new() -> Self {
        Self {
            bytes: [0; MAX_TEXT],
            len: 0,
        }
    }

    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or("")
    }
}

impl fmt::Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.len..self.len + text.len());
        room.ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len += text.len();
        Ok(())
    }
}

/// What came of all attacks of a test.
#[derive(Default)]
pub struct Tally {
    attacks: u32,
    stopped: u32,
    wrong: u32,
}

impl Tally {
    /// One more, which has ended so; tells of it if that is not right.
    pub fn add(&mut self, what: &str, place: &str, end: End, right: bool) {
        self.attacks += 1;
        if !matches!(end, End::Exit(_)) {
            self.stopped += 1;
        }
        if !right {
            self.wrong += 1;
            log!(Error, "{what} {place}: {end}");
        }
    }

    /// The words of a test: attacks, threads that were stopped.
    pub fn result(&self) -> Outcome {
        same(self.wrong, 0_u32)?;
        Ok(TestResult::new(&[self.attacks, self.stopped]))
    }
}

/// See the list.
pub fn hostile_privileged(env: &Env) -> Outcome {
    let arena = Arena::new(env)?;
    let neighbours = Neighbours::start(&arena, Which::Everywhere)?;
    code::load(&arena, INSTRUCTIONS.iter().map(|(_, insn, _)| *insn))?;
    let mut tally = Tally::default();
    let own = Address::Fixed(arena.data().user());
    for (number, (name, _, verdict)) in INSTRUCTIONS.iter().enumerate() {
        let end = arena.run(&code::call(&arena, number as u32, own, 0), &[])?;
        log!(Info, "{name}: {end}");
        tally.add(name, "", end, verdict.is_met(end));
        neighbours.ping()?;
    }
    neighbours.stop()?;
    tally.result()
}

/// See the list.
pub fn hostile_memory(env: &Env) -> Outcome {
    let arena = Arena::new(env)?;
    let neighbours = Neighbours::start(&arena, Which::Everywhere)?;
    code::load(&arena, OPERATIONS.iter().map(|operation| operation.insn))?;
    let before = arena.foreign().hash();
    let mut tally = Tally::default();
    let mut names = Line::new();
    for operation in &OPERATIONS {
        let _ = write!(names, " {}", operation.name);
    }
    log!(Info, "causes of{}", names.as_str());
    for place in Place::ALL {
        let mut line = Line::new();
        for (number, operation) in OPERATIONS.iter().enumerate() {
            let number = number as u32;
            let address = place.address(&arena);
            let end = arena.run(&code::call(&arena, number, address, 0), &[])?;
            let _ = match end {
                End::Fault(cause) => write!(line, " {cause}"),
                End::Exit(_) => write!(line, " ok"),
                other => write!(line, " {other}"),
            };
            tally.add(
                operation.name,
                place.name(),
                end,
                is_right(*place, address, operation, end),
            );
            neighbours.ping()?;
        }
        log!(Info, "{}:{}", place.name(), line.as_str());
    }
    for (number, operation) in OPERATIONS.iter().enumerate() {
        if operation.bytes > 1 && operation.access != Access::Fetch {
            let odd = Address::Fixed(arena.data().user() + 1);
            let end = arena.run(&code::call(&arena, number as u32, odd, 0), &[])?;
            tally.add(operation.name, "unaligned", end, end == End::Fault(9));
        }
    }
    same(arena.foreign().hash(), before)?;
    neighbours.stop()?;
    tally.result()
}

fn is_right(place: Place, address: Address, operation: &Operation, end: End) -> bool {
    let Operation { access, bytes, .. } = *operation;
    let unaligned = match address {
        Address::Fixed(address) => !address.is_multiple_of(bytes),
        Address::OfStack(_) => false,
    };
    match end {
        // The function that is jumped to may answer anything.
        End::Exit(code) => place.permits(access, bytes) && (code == 0 || access == Access::Fetch),
        End::Fault(9) => unaligned && access != Access::Fetch,
        End::Fault(cause) => !place.permits(access, bytes) && is_refusal(access, cause),
        _ => false,
    }
}

/// See the list.
pub fn hostile_state(env: &Env) -> Outcome {
    unsafe extern "C" {
        safe static hostile_odd: u8;
        safe static hostile_fault: u8;
        safe static hostile_forever: u8;
        safe static hostile_overflow: u8;
    }
    let of = |symbol: &'static u8| (&raw const *symbol).addr() as u32;
    let arena = Arena::new(env)?;
    let neighbours = Neighbours::start(&arena, Which::Everywhere)?;
    let mut tally = Tally::default();
    for place in Place::ALL {
        let Address::Fixed(address) = place.address(&arena) else {
            continue;
        };
        for stack in [address, address + 1] {
            for (routine, expected) in [
                (of(&hostile_odd), End::Exit(0)),
                (of(&hostile_fault), End::Fault(0)),
            ] {
                let mut call = Call::at(routine).with([Address::Fixed(stack)]);
                call.stack = Some(stack);
                let end = arena.run(&call, &[])?;
                tally.add("a1 and THREADPTR in", place.name(), end, end == expected);
                neighbours.ping()?;
            }
        }
    }
    for (name, function) in address::kernel_functions() {
        let end = arena.run(&Call::at(function), &[])?;
        log!(Info, "jump to {name}: {end}");
        tally.add("jump to", name, end, matches!(end, End::Fault(_)));
        neighbours.ping()?;
    }
    let end = arena.run(&Call::at(of(&hostile_overflow)), &[])?;
    tally.add(
        "stack overflow",
        "",
        end,
        matches!(end, End::Fault(28 | 29)),
    );
    // It is aborted after a while, in which the more urgent ones go on.
    let end = arena.run(&Call::at(of(&hostile_forever)), &[])?;
    tally.add("endless loop", "", end, end == End::Aborted);
    neighbours.ping()?;
    neighbours.stop()?;
    tally.result()
}

/// See the list.
pub fn hostile_code(env: &Env) -> Outcome {
    let [first, second, third, a2, a3, _] = env.args;
    let arena = Arena::new(env)?;
    let neighbours = Neighbours::start(&arena, Which::Everywhere)?;
    let given = [first, second, third];
    let count = given.iter().take_while(|word| **word != u32::MAX).count();
    let mut code = [MOVI_A2_0; 5];
    for (slot, word) in code.iter_mut().zip(&given[..count]) {
        *slot = Insn(*word);
    }
    code[count] = MOVI_A2_0;
    code[count + 1] = RET;
    arena.load_code(pack(&code[..count + 2]).into_iter())?;
    let end = arena.run(&code::call(&arena, 0, Address::Fixed(a2), a3), &[])?;
    log!(Info, "{end}");
    neighbours.ping()?;
    neighbours.stop()?;
    Ok(TestResult::new(&[end.word() >> 16, end.word() & 0xFFFF]))
}
