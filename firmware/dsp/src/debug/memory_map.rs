//! What page tables hold, for the lab.

use acelab_abi::ipc4::Status;
use acelab_abi::memory_map::{KERNEL, MAX_RUNS, Run};
use acelab_ipc4::TestResult;
use acelab_kernel::ids::DomainId;
use acelab_kernel::memory::Space;

use crate::kernel;

/// A piece of the map of `whose` tables from an address on: see
/// [`acelab_abi::memory_map`].
pub fn piece(whose: u32, from: u32) -> Result<TestResult, Status> {
    let space = if whose == KERNEL {
        Space::Kernel
    } else {
        let id = DomainId::new(whose as usize).ok_or(Status::InvalidParam)?;
        Space::Domain(id)
    };
    let piece = kernel::enter_from_thread(|kernel, port| kernel.memory().piece(port, space, from));
    let Some((runs, next)) = piece else {
        return Ok(TestResult::NONE);
    };
    let mut words = [0; 1 + MAX_RUNS * Run::WORDS];
    let mut len = 1;
    words[0] = next;
    for run in runs.into_iter().flatten() {
        words[len..len + Run::WORDS].copy_from_slice(&run.to_words());
        len += Run::WORDS;
    }
    Ok(TestResult::new(&words[..len]))
}
