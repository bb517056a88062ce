//! Tests of the kernel from inside: the list is `acelab_abi::kernel_test`.
//!
//! A test is a function of a kernel thread, `ktest`, on the core that is asked
//! for. It makes threads, domains and objects with the same library that user
//! code has, looks at what they do, and leaves nothing behind. What it finds
//! wrong is an `err` line of the log that names the place and both values.

mod board;
mod check;
mod run;
mod sandbox;
mod switch;

mod bench;
mod dma;
mod fault;
mod fpu;
mod guard;
mod heap;
mod hostile;
mod inheritance;
mod life;
mod ll_tasks;
mod matrix;
mod module;
mod mutex;
mod objects;
mod order;
mod partition;
mod power;
mod semaphore;
mod smp;
mod stack;
mod sync;
mod time;
mod timer;
mod tlb;

pub use run::run;

use acelab_abi::core_id::CoreId;
use acelab_abi::kernel_test::{KernelTest, MAX_ARGS};
use acelab_ipc4::TestResult;

use check::Failure;

/// What a test is told.
#[derive(Clone, Copy)]
struct Env {
    /// The core it runs on.
    core: CoreId,
    /// Its arguments.
    args: [u32; MAX_ARGS],
}

/// The words a test returns, or what is wrong.
type Outcome = Result<TestResult, Failure>;

/// The outcome of a test without words.
const fn passed() -> Outcome {
    Ok(TestResult::NONE)
}

/// Every test under its name in the list.
mod tests {
    pub use super::{
        bench::*, dma::*, fault::*, fpu::*, guard::*, heap::*, hostile::*, inheritance::*, life::*,
        ll_tasks::*, matrix::*, module::*, mutex::*, objects::*, order::*, partition::*, power::*,
        semaphore::*, smp::*, stack::*, sync::*, time::*, timer::*, tlb::*,
    };
}

macro_rules! dispatcher {
    ($($variant:ident $name:ident,)+) => {
        /// Runs a test in the calling thread.
        fn execute(test: KernelTest, env: &Env) -> Outcome {
            match test {
                $(KernelTest::$variant => tests::$name(env),)+
            }
        }
    };
}
acelab_abi::for_each_kernel_test!(dispatcher);
