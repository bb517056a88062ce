//! How much the kernel's own stacks are used.

use acelab_abi::kernel_stack::KernelStack;
use acelab_abi::memory::Region;
use acelab_ipc4::TestResult;

use super::check::{at_least, at_most};
use super::{Env, Outcome};

/// Bytes of a stack that have been used since its memory got its power, by which
/// it was zeroed: what lies above the lowest word that is not zero.
fn used(stack: Region) -> u32 {
    let untouched = (stack.base..stack.end()).step_by(4).take_while(|address| {
        let word = core::ptr::with_exposed_provenance::<u32>(*address as usize);
        // SAFETY: the kernel's stacks are mapped, but for their guard pages;
        // whatever a handler leaves there meanwhile is a word.
        unsafe { word.read_volatile() == 0 }
    });
    stack.size - 4 * untouched.count() as u32
}

/// See the list.
pub fn handler_stack(env: &Env) -> Outcome {
    let stack = KernelStack::Handler.of(env.core);
    let bytes = used(stack);
    // The way into this test went over it.
    at_least(bytes, 256_u32)?;
    at_most(bytes, stack.size * 3 / 4)?;
    Ok(TestResult::new(&[bytes, stack.size]))
}
