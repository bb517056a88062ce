//! Tries every combination and looks at what became of everybody.

use core::fmt::Write;

use acelab_abi::syscall::{Argument, SYSCALLS, SysError, SyscallInfo};
use acelab_ipc4::TestResult;
use acelab_user::log;

use super::super::check::{Failure, same};
use super::super::hostile::{Arena, Call, End, Line, Neighbours, Which, kernel_hash};
use super::super::{Env, Outcome};
use super::classes::{Class, Expected, for_each};
use super::subjects::Subjects;
use crate::kernel;

const ERRORS: usize = SysError::ALL.len();

/// How often calls have ended how.
#[derive(Clone, Copy, Default)]
struct Counts {
    /// By the code of what was answered; the first is success.
    answers: [u32; ERRORS],
    stopped: u32,
    wrong: u32,
}

impl Counts {
    fn total(&self) -> u32 {
        self.stopped + self.wrong + self.answers.iter().sum::<u32>()
    }

    fn add(&mut self, other: &Self) {
        for (count, more) in self.answers.iter_mut().zip(other.answers) {
            *count += more;
        }
        self.stopped += other.stopped;
        self.wrong += other.wrong;
    }
}

struct Matrix<'a> {
    arena: &'a Arena,
    subjects: Subjects<'a>,
    neighbours: &'a Neighbours,
    /// What everything was like before the first call, and is after each.
    before: (u64, u32),
}

/// See the list.
pub fn argument_matrix(env: &Env) -> Outcome {
    let arena = Arena::new(env)?;
    let neighbours = Neighbours::start(&arena, Which::Quiet)?;
    let subjects = Subjects::new(&arena)?;
    let matrix = Matrix {
        before: state(&arena, &neighbours),
        arena: &arena,
        subjects,
        neighbours: &neighbours,
    };
    let mut all = Counts::default();
    let mut arguments = 0_u32;
    for call in SYSCALLS {
        let text = kernel_hash();
        let mut counts = Counts::default();
        for index in 0..call.args.len() {
            arguments += 1;
            matrix.argument(call, index, &mut counts)?;
        }
        same(kernel_hash(), text)?;
        tell(call, &counts);
        all.add(&counts);
    }
    for number in [SYSCALLS.len() as u32, 0x100, 1 << 31, u32::MAX] {
        let call = Call::system(number, matrix.subjects.good(&SYSCALLS[0]));
        let end = matrix.attempt(&call)?;
        same(end.word(), End::Exit(SysError::BadSyscall.code()).word())?;
    }
    drop(matrix);
    neighbours.stop()?;
    same(all.wrong, 0_u32)?;
    let good = all.answers[SysError::Ok.code() as usize];
    let total = all.total();
    Ok(TestResult::new(&[
        SYSCALLS.len() as u32,
        arguments,
        total,
        total - good - all.stopped,
        all.stopped,
        good,
    ]))
}

impl Matrix<'_> {
    /// Each class for argument `index`.
    fn argument(
        &self,
        call: &SyscallInfo,
        index: usize,
        counts: &mut Counts,
    ) -> Result<(), Failure> {
        let (name, argument) = call.args[index];
        let mut result = Ok(());
        for_each(argument, &mut |class| {
            if result.is_ok() {
                result = self.combination(call, name, (index, argument), class, counts);
            }
        });
        result
    }

    fn combination(
        &self,
        call: &SyscallInfo,
        name: &str,
        (index, argument): (usize, Argument),
        class: Class,
        counts: &mut Counts,
    ) -> Result<(), Failure> {
        let args = self.subjects.bad(call, index, class);
        let end = self.attempt(&Call::system(call.syscall.number(), args))?;
        let number = call.syscall.number();
        match (class.expected(call, argument), end) {
            (Expected::Answer(error), End::Exit(code)) if code == error.code() => {
                counts.answers[code as usize] += 1;
            }
            (Expected::Stopped, End::BadPointer(came)) if came == number => counts.stopped += 1,
            (expected, end) => {
                counts.wrong += 1;
                log!(
                    Error,
                    "{}({name}: {class:?}): {end}, not {expected:?}",
                    call.name
                );
            }
        }
        Ok(())
    }

    /// Lets a thread make a call. Nothing but the thread may be different then:
    /// not the kernel, not the neighbours' memory.
    fn attempt(&self, call: &Call) -> Result<End, Failure> {
        let end = self.arena.run(call, &self.subjects.granted())?;
        self.subjects.renew()?;
        let (kernel, memory) = state(self.arena, self.neighbours);
        same(kernel, self.before.0)?;
        same(memory, self.before.1)?;
        self.neighbours.ping()?;
        Ok(end)
    }
}

/// A number for the kernel, and one for the neighbours' memory.
fn state(arena: &Arena, neighbours: &Neighbours) -> (u64, u32) {
    let kernel = kernel::enter_from_thread(|kernel, port| kernel.digest(port, None));
    (kernel, neighbours.hash() ^ arena.foreign().hash())
}

/// One line for each call: how many classes, and how they ended.
fn tell(call: &SyscallInfo, counts: &Counts) {
    let mut line = Line::new();
    for (error, count) in SysError::ALL.iter().zip(counts.answers) {
        if count > 0 {
            let _ = write!(line, ", {error} {count}");
        }
    }
    if counts.stopped > 0 {
        let _ = write!(line, ", stopped {}", counts.stopped);
    }
    if counts.wrong > 0 {
        let _ = write!(line, ", WRONG {}", counts.wrong);
    }
    log!(
        Info,
        "matrix: {} {}{}",
        call.name,
        counts.total(),
        line.as_str()
    );
}
