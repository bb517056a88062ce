//! The groups of the differential code generation test.

use core::ffi::c_void;

use acelab_abi::ipc4::Status;
use acelab_codegen::GROUPS;
use acelab_ipc4::TestResult;
use acelab_kernel::arch::xtensa::current_core;

/// Stack of a group in bytes; some have large frames. `provoke.S` has the room.
const STACK_BYTES: usize = 0x1_0000;

/// What the function on the other stack works with.
struct Call {
    run: fn(u64) -> u64,
    seed: u64,
    hash: u64,
}

unsafe extern "C" {
    /// Calls `function` with `argument` on the stack that ends at `stack_top`.
    fn dbg_call_on_stack(
        argument: *mut c_void,
        function: unsafe extern "C" fn(*mut c_void),
        stack_top: usize,
    );
    /// A stack for each core.
    safe static dbg_stacks: u8;
}

/// Runs group `group`; its hash, low word first, and the number of groups.
pub fn run(group: u32, seed: u64) -> Result<TestResult, Status> {
    let group = GROUPS.get(group as usize).ok_or(Status::InvalidParam)?;
    let mut call = Call {
        run: group.run,
        seed,
        hash: 0,
    };
    let stack_top = (&raw const dbg_stacks).addr() + (current_core().index() + 1) * STACK_BYTES;
    // SAFETY: nothing else uses these stacks; each core has its own. `call` outlives the call and is used by it alone.
    unsafe { dbg_call_on_stack((&raw mut call).cast(), on_stack, stack_top) };
    Ok(TestResult::new(&[
        call.hash as u32,
        (call.hash >> 32) as u32,
        GROUPS.len() as u32,
    ]))
}

/// # Safety
/// `call` is a valid [`Call`] that nobody else uses.
unsafe extern "C" fn on_stack(call: *mut c_void) {
    // SAFETY: see above.
    let call = unsafe { &mut *call.cast::<Call>() };
    call.hash = (call.run)(call.seed);
}
