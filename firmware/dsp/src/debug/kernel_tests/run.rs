//! From the request to the threads that test, and back.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::debug_ipc::MAX_RESULTS;
use acelab_abi::ipc4::Status;
use acelab_abi::kernel_test::{CORES, FIRST, KernelTest, MAX_ARGS, NUMBER};
use acelab_ipc4::{TestRequest, TestResult};
use acelab_kernel::cross_core;
use acelab_user::{Builder, Deadline, Duration, ExitReason, Owned, SysError, Thread, local, log};

use super::sandbox::TESTER;
use super::{Env, execute};
use crate::power;

/// Longest time a test may take.
const PATIENCE: Duration = Duration::from_millis(20_000);
/// Pages of the stack of a thread that tests.
const STACK_PAGES: u32 = 4;

/// What goes to the thread on one core, and what comes back.
struct Job {
    test: AtomicU32,
    args: [AtomicU32; MAX_ARGS],
    len: AtomicU32,
    results: [AtomicU32; MAX_RESULTS],
}

impl Job {
    const fn new() -> Self {
        Self {
            test: AtomicU32::new(0),
            args: [const { AtomicU32::new(0) }; MAX_ARGS],
            len: AtomicU32::new(0),
            results: [const { AtomicU32::new(0) }; MAX_RESULTS],
        }
    }
}

cross_core! {
    static JOBS: [Job; MAX_CORES] = [const { Job::new() }; MAX_CORES];
}

/// Runs a test on all cores of its mask at once; the words of the request's
/// core, or a failure if one core failed.
#[inline(never)]
pub fn run(request: TestRequest) -> Result<TestResult, Status> {
    let test = KernelTest::from_number(request.args[NUMBER]).ok_or(Status::InvalidParam)?;
    let cores = request.args[CORES];
    if cores & request.core.bit() == 0 || cores & !power::active() != 0 {
        return Err(Status::InvalidCoreId);
    }
    let mut threads: [Option<Owned<Thread>>; MAX_CORES] = [const { None }; MAX_CORES];
    let mut failed = false;
    for core in CoreId::ALL {
        if cores & core.bit() != 0 {
            threads[core.index()] = start(test, core, &request).map_or_else(
                |error| {
                    log!(Error, "ktest does not start on core {core}: {error}");
                    failed = true;
                    None
                },
                Some,
            );
        }
    }
    let deadline = Deadline::after(PATIENCE);
    for (thread, core) in threads.into_iter().zip(CoreId::ALL) {
        let Some(thread) = thread else { continue };
        match thread.join(deadline) {
            Ok(exit) => failed |= exit.reason != ExitReason::Exited || exit.value != 0,
            Err(error) => {
                log!(Error, "{} on core {core}: {error}", test.info().name);
                let _ = thread.abort();
                failed = true;
            }
        }
    }
    if failed {
        return Err(Status::Failure);
    }
    let job = &JOBS[request.core.index()];
    let words: [u32; MAX_RESULTS] =
        core::array::from_fn(|index| job.results[index].load(Ordering::Acquire));
    let len = job.len.load(Ordering::Acquire) as usize;
    Ok(TestResult::new(words.get(..len).unwrap_or_default()))
}

fn start(test: KernelTest, core: CoreId, request: &TestRequest) -> Result<Owned<Thread>, SysError> {
    let job = &JOBS[core.index()];
    job.test.store(test.number(), Ordering::Release);
    for (slot, word) in job.args.iter().zip(&request.args[FIRST..]) {
        slot.store(*word, Ordering::Release);
    }
    Builder::new("ktest", ktest)
        .kernel()
        .core(core)
        .priority(TESTER)
        .stack_pages(STACK_PAGES)
        .arg(core.get().into())
        .spawn()
}

/// The thread that tests, on core `number`: 0 when all is as it must be.
extern "C" fn ktest(number: u32) -> u32 {
    let Some(core) = local::core().filter(|core| u32::from(core.get()) == number) else {
        log!(Error, "ktest for core {number} does not know itself");
        return 1;
    };
    let job = &JOBS[core.index()];
    let Some(test) = KernelTest::from_number(job.test.load(Ordering::Acquire)) else {
        return 1;
    };
    let args = core::array::from_fn(|index| job.args[index].load(Ordering::Acquire));
    match execute(test, &Env { core, args }) {
        Ok(result) => {
            for (slot, word) in job.results.iter().zip(result.words()) {
                slot.store(*word, Ordering::Release);
            }
            job.len
                .store(result.words().len() as u32, Ordering::Release);
            0
        }
        Err(failure) => {
            failure.report(test.info().name);
            1
        }
    }
}
