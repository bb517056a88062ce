//! Doorbells back and forth between core 0 and another core.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::Status;
use acelab_ipc4::TestResult;
use acelab_kernel::cross_core;
use acelab_kernel::idc::Message;

use crate::{doorbell, power};

/// Longest time one answer may take.
const MILLIS: u32 = 10;

cross_core! {
    /// Answers given so far, by all cores together.
    static ANSWERS: AtomicU32 = AtomicU32::new(0);
}

/// Core 0: rings `core` and waits for its answer, `rounds` times.
pub fn run(core: CoreId, rounds: u32) -> Result<TestResult, Status> {
    if core.is_primary() {
        return Err(Status::InvalidParam);
    }
    for _ in 0..rounds {
        let before = ANSWERS.load(Ordering::Acquire);
        doorbell::send(core, Message::Ping);
        if !power::wait_until(MILLIS, || ANSWERS.load(Ordering::Acquire) != before) {
            return Err(Status::Failure);
        }
    }
    Ok(TestResult::new(&[rounds]))
}

/// The other core, in its doorbell's handler.
pub fn answer() {
    ANSWERS.fetch_add(1, Ordering::AcqRel);
    doorbell::send(CoreId::PRIMARY, Message::Notify);
}
