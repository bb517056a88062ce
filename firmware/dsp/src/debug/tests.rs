//! Which test does what.

use acelab_abi::debug_ipc::{Disturbance, ExceptionKind, TestId};
use acelab_abi::ipc4::Status;
use acelab_abi::regs::debug_port;
use acelab_ipc4::{TestRequest, TestResult};
use acelab_kernel::arch::xtensa::{Mmio, without_interrupts};
use acelab_kernel::bus::Bus;

use super::{codegen, irq_cost, job, kernel_tests, memory_map, ping, provoke};
use crate::audio;
use crate::klog::log;
use crate::{klog, timers};

/// Starts a test without result. `Ok(true)` says that it is to start when the
/// host has taken the reply, through [`start_deferred`].
pub fn start(test: TestRequest) -> Result<bool, Status> {
    match test.id {
        TestId::Exception => ExceptionKind::from_code(test.args[0])
            .ok_or(Status::InvalidParam)
            .map(|_| true),
        TestId::Hang | TestId::Exit => Ok(true),
        TestId::LogFlood | TestId::Mark => job::run_on(test).map(|_| false),
        TestId::Plant => {
            let shared = audio::shared().ok_or(Status::BadState)?;
            shared.plant(test.args[0]);
            Ok(false)
        }
        TestId::Disturb => {
            let [kind, micros, ..] = test.args;
            let kind = Disturbance::from_code(kind).ok_or(Status::InvalidParam)?;
            let shared = audio::shared().ok_or(Status::BadState)?;
            shared.core(test.core).disturb(kind, micros);
            Ok(false)
        }
        TestId::Codegen
        | TestId::IrqCost
        | TestId::LogCounters
        | TestId::DoorbellPing
        | TestId::Kernel
        | TestId::MemoryMap => Err(Status::InvalidParam),
    }
}

/// Starts what [`start`] has put off.
pub fn start_deferred(test: TestRequest) {
    job::post(test);
}

/// Runs a test with a result.
pub fn run(test: TestRequest) -> Result<TestResult, Status> {
    match test.id {
        TestId::Codegen | TestId::IrqCost | TestId::LogCounters => job::run_on(test),
        TestId::DoorbellPing => ping::run(test.core, test.args[0]),
        TestId::Kernel => kernel_tests::run(test),
        TestId::MemoryMap => memory_map::piece(test.args[0], test.args[1]),
        TestId::Exception
        | TestId::LogFlood
        | TestId::Hang
        | TestId::Exit
        | TestId::Mark
        | TestId::Plant
        | TestId::Disturb => Err(Status::InvalidParam),
    }
}

/// Writes a word to the debug port.
pub fn mark(word: u32) {
    Mmio.write32(debug_port::address(debug_port::Reg::Mark), word);
}

/// Does the work of a test on the core that it asks for.
pub(super) fn execute(test: TestRequest) -> Result<TestResult, Status> {
    let [first, second, third, ..] = test.args;
    match test.id {
        TestId::Exception => {
            let kind = ExceptionKind::from_code(first).ok_or(Status::InvalidParam)?;
            let start = timers::now_micros();
            while timers::now_micros() - start < u64::from(third) {}
            provoke::provoke(kind, second);
            log!(Error, "test", "{kind} did not fault");
            Err(Status::Failure)
        }
        TestId::LogFlood => {
            for line in 1..=first {
                log!(Info, "test", "flood {line}/{first}");
            }
            Ok(TestResult::default())
        }
        TestId::Codegen => codegen::run(first, u64::from(third) << 32 | u64::from(second)),
        TestId::IrqCost => irq_cost::run(first, second),
        TestId::Hang => without_interrupts(|| {
            loop {
                core::hint::spin_loop();
            }
        }),
        TestId::Exit => {
            Mmio.write32(debug_port::address(debug_port::Reg::Exit), first);
            Ok(TestResult::default())
        }
        TestId::Mark => {
            mark(first);
            Ok(TestResult::default())
        }
        TestId::LogCounters => Ok(TestResult::new(&klog::counters(test.core))),
        TestId::DoorbellPing
        | TestId::Kernel
        | TestId::MemoryMap
        | TestId::Plant
        | TestId::Disturb => Err(Status::InvalidParam),
    }
}
