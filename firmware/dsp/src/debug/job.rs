//! A test on the core it is meant for: core 0 leaves it in shared memory, the
//! core's thread `test` does it.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::debug_ipc::{MAX_ARGS, MAX_RESULTS, TestId};
use acelab_abi::ipc4::Status;
use acelab_ipc4::{TestRequest, TestResult};
use acelab_kernel::arch::xtensa::current_core;
use acelab_kernel::cross_core;
use acelab_kernel::idc::Message;
use acelab_user::Deadline;

use super::tests;
use crate::{doorbell, power, threads};

/// Longest time a test may take on another core.
const MILLIS: u32 = 10_000;

const IDLE: u32 = 0;
const POSTED: u32 = 1;
const RUNNING: u32 = 2;
const DONE: u32 = 3;

struct Job {
    state: AtomicU32,
    id: AtomicU32,
    args: [AtomicU32; MAX_ARGS],
    status: AtomicU32,
    len: AtomicU32,
    results: [AtomicU32; MAX_RESULTS],
}

impl Job {
    const fn new() -> Self {
        Self {
            state: AtomicU32::new(IDLE),
            id: AtomicU32::new(0),
            args: [const { AtomicU32::new(0) }; MAX_ARGS],
            status: AtomicU32::new(0),
            len: AtomicU32::new(0),
            results: [const { AtomicU32::new(0) }; MAX_RESULTS],
        }
    }

    fn request(&self, core: CoreId) -> Option<TestRequest> {
        let id = TestId::from_code(self.id.load(Ordering::Relaxed))?;
        let args = core::array::from_fn(|index| self.args[index].load(Ordering::Relaxed));
        Some(TestRequest { id, core, args })
    }
}

cross_core! {
    static JOBS: [Job; MAX_CORES] = [const { Job::new() }; MAX_CORES];
}

/// Starts a test on its core and does not wait.
pub fn post(test: TestRequest) {
    if test.core == current_core() {
        // Whatever it returns: nobody waits for it.
        let _ = tests::execute(test);
        return;
    }
    let job = &JOBS[test.core.index()];
    job.id.store(test.id.code(), Ordering::Relaxed);
    for (slot, word) in job.args.iter().zip(test.args) {
        slot.store(word, Ordering::Relaxed);
    }
    job.state.store(POSTED, Ordering::Release);
    let _ = threads::event(test.core).post(threads::JOB);
}

/// Runs a test on its core and waits for the result.
pub fn run_on(test: TestRequest) -> Result<TestResult, Status> {
    if test.core == current_core() {
        return tests::execute(test);
    }
    post(test);
    let job = &JOBS[test.core.index()];
    let done = || job.state.load(Ordering::Acquire) == DONE;
    if !power::wait_until(MILLIS, done) {
        return Err(Status::Failure);
    }
    let words: [u32; MAX_RESULTS] =
        core::array::from_fn(|index| job.results[index].load(Ordering::Relaxed));
    match Status::from_code(job.status.load(Ordering::Relaxed)) {
        Some(Status::Success) => {
            let len = job.len.load(Ordering::Relaxed) as usize;
            Ok(TestResult::new(words.get(..len).unwrap_or_default()))
        }
        Some(status) => Err(status),
        None => Err(Status::Failure),
    }
}

/// The thread `test` of a secondary core.
pub extern "C" fn test(_: u32) -> ! {
    let core = current_core();
    loop {
        run_job(core);
        threads::wait(core, threads::JOB, Deadline::FOREVER);
    }
}

/// Does the test that waits for this core, if there is one.
fn run_job(core: CoreId) {
    let job = &JOBS[core.index()];
    if job.state.load(Ordering::Acquire) != POSTED {
        return;
    }
    // From here on the job is no longer posted: a core that loses its power in
    // the middle must not begin it again.
    job.state.store(RUNNING, Ordering::Release);
    let result = job
        .request(core)
        .ok_or(Status::InvalidParam)
        .and_then(tests::execute);
    let (status, result) = match result {
        Ok(result) => (Status::Success, result),
        Err(status) => (status, TestResult::default()),
    };
    for (slot, word) in job.results.iter().zip(result.words()) {
        slot.store(*word, Ordering::Relaxed);
    }
    job.len
        .store(result.words().len() as u32, Ordering::Relaxed);
    job.status.store(status.code(), Ordering::Relaxed);
    job.state.store(DONE, Ordering::Release);
    doorbell::send(CoreId::PRIMARY, Message::Notify);
}
