//! The attacks.

use alloc::alloc::{Layout, alloc, dealloc};
use alloc::vec::Vec;
use core::hint::black_box;

use acelab_module_sdk::try_zeroed;

use crate::machine;
use crate::plan::Plan;

/// What a module does in place of its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// Reads the word at `a`.
    Read,
    /// Writes `b` to `a`.
    Write,
    /// Goes on at `a`.
    Jump,
    /// Writes to its own text.
    WriteText,
    /// Writes to its own constants.
    WriteConstant,
    /// Executes its own constants.
    ExecuteConstant,
    /// Executes memory of its heap.
    ExecuteHeap,
    /// Executes its stack.
    ExecuteStack,
    /// Never comes back.
    Loop,
    /// Works `a` rounds in each call, and comes back.
    Slow,
    /// Recurses without end.
    Recurse,
    /// Uses a stack pointer that points nowhere.
    NoStack,
    /// An illegal instruction.
    Illegal,
    /// The kernel's instruction `a`.
    Privileged,
    /// The system call `a` with `b` as its first argument.
    Syscall,
    /// Panics.
    Panic,
    /// Loads from an address that is no multiple of four.
    Unaligned,
    /// Divides by 0.
    Divide,
    /// Takes `a` bytes in each call and forgets them; goes on when there are none.
    Leak,
    /// Takes all the memory that it gets, in blocks of `a` bytes, and panics when that is more
    /// than `b` bytes.
    Greedy,
    /// Gives back memory at `a` that it was never given.
    FreeWild,
    /// Gives the same memory back twice.
    FreeTwice,
    /// Changes registers that belong to its caller, and comes back.
    Clobber,
    /// Says that it has taken and given more than there is.
    Lie,
    /// Works `a` rounds in each call, and then moves `b` frames.
    Drip,
    /// Moves nothing unless it gets `a` frames at once.
    Gulp,
    /// Takes memory and gives it back `a` times in each call.
    Churn,
    /// Says in `set_config` that it is done, and never comes back; for a thread of its own.
    Restless,
}

impl Attack {
    /// Does it.
    pub fn strike(self, plan: &Plan) {
        let (a, b) = (plan.a, plan.b);
        match self {
            Self::Read => {
                black_box(machine::read(a));
            }
            Self::Write => machine::write(a, b),
            Self::Jump => machine::jump(a),
            Self::WriteText => machine::write_text(),
            Self::WriteConstant => machine::write_constant(),
            Self::ExecuteConstant => machine::execute_constant(),
            Self::ExecuteHeap => execute_heap(),
            Self::ExecuteStack => machine::execute_stack(),
            Self::Loop => machine::forever(),
            Self::Slow | Self::Drip => {
                (0..a).fold(0, |sum: u32, round| black_box(sum.wrapping_add(round)));
            }
            Self::Recurse => machine::recurse(),
            Self::NoStack => machine::no_stack(),
            Self::Illegal => machine::illegal(),
            Self::Privileged => machine::privileged(a),
            Self::Syscall => machine::syscall(a, b),
            Self::Panic => panic!("this module panics on purpose"),
            Self::Unaligned => machine::load(0x6000_0001),
            Self::Divide => machine::divide(1, 0),
            Self::Leak => {
                take(a.max(1));
            }
            Self::Greedy => greedy(a.max(16), b),
            Self::FreeWild => free(a as usize),
            Self::FreeTwice => {
                if let Some(block) = take(64) {
                    free(block);
                    free(block);
                }
            }
            Self::Clobber => machine::clobber(),
            // In `process` and `get_config`, where there is something to lie about.
            Self::Lie => {}
            // In `process`, by how much it moves, and where there is something to answer.
            Self::Gulp | Self::Restless => {}
            Self::Churn => (0..a).for_each(|_| {
                if let Some(block) = take(64) {
                    free(block);
                }
            }),
        }
    }

    /// How many of the frames that wait it moves then, at most.
    pub fn frames(self, plan: &Plan, wait: usize) -> usize {
        match self {
            Self::Drip => plan.b as usize,
            Self::Gulp if wait < plan.a as usize => 0,
            _ => usize::MAX,
        }
    }
}

fn execute_heap() {
    let block: Result<Vec<u8>, _> = try_zeroed(64);
    if let Ok(block) = block {
        machine::execute(&block);
    }
}

/// Takes so many bytes for ever and returns their address.
fn take(bytes: u32) -> Option<usize> {
    let layout = Layout::from_size_align(bytes as usize, 8).ok()?;
    // SAFETY: it has a size.
    let memory = unsafe { alloc(layout) };
    (!memory.is_null()).then(|| memory.expose_provenance())
}

/// Gives back 64 bytes at an address.
fn free(address: usize) {
    let Ok(layout) = Layout::from_size_align(64, 8) else {
        return;
    };
    // SAFETY: it is not; that is the attack.
    unsafe { dealloc(core::ptr::with_exposed_provenance_mut(address), layout) }
}

fn greedy(block: u32, most: u32) {
    let mut taken = 0u32;
    while take(block).is_some() {
        taken += block;
        assert!(taken <= most, "{taken} bytes, which is more than {most}");
    }
}
