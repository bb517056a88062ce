//! The kernel's operations, in instructions, measured from outside the guest.
//!
//! A thread writes a word to the debug port before the operation, and one after
//! it; the machine logs both with their exact times. The cost of the words
//! themselves, measured alike, is taken off.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::kernel_bench::Operation;
use acelab_abi::kernel_test::KernelTest;
use acelab_abi::trace::EventKind;

use super::spans::{BadMarks, median_and_max, spans};
use crate::case::message::Message;
use crate::case::test::Kernel;
use crate::events::Content;
use crate::host::{Host, HostError};
use crate::symbols::Elf;
use crate::target::Launcher;

/// Virtual time for all rounds of one operation.
const WITHIN: Nanos = Nanos::from_millis(20_000);

/// What one operation costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelFigure {
    /// What was measured.
    pub what: &'static str,
    /// Instructions in the middle round.
    pub median: u64,
    /// Instructions in the dearest round.
    pub max: u64,
    /// What the median may be, where there is a limit.
    pub limit: Option<u64>,
    /// The best figure that others have published, with its unit and its platform.
    pub published: &'static str,
}

impl KernelFigure {
    /// Whether the limit is kept.
    pub fn is_kept(&self) -> bool {
        self.limit.is_none_or(|limit| self.median <= limit)
    }
}

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The host or the machine failed.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The firmware's bench failed.
    #[error("the firmware's bench of {0} failed with status {1}")]
    Refused(Operation, String),
    /// The bench did something else.
    #[error(transparent)]
    Marks(#[from] BadMarks),
}

/// A line of the table: what it is called, its limit, what others have.
struct Line {
    operation: Operation,
    what: &'static str,
    limit: Option<u64>,
    published: &'static str,
}

const LINES: [Line; 7] = [
    Line {
        operation: Operation::Null,
        what: "null system call, there and back",
        limit: Some(90),
        published: "112 cycles, seL4, Cortex-A9",
    },
    Line {
        operation: Operation::Semaphore,
        what: "semaphore: give, until the waiting thread has it",
        limit: None,
        published: "240 instructions, Zephyr, Xtensa in QEMU, kernel threads",
    },
    Line {
        operation: Operation::Yield,
        what: "yield to another thread of the domain",
        limit: Some(150),
        published: "175 instructions (411 cycles on ESP32-S3), Zephyr, kernel threads",
    },
    Line {
        operation: Operation::CrossCore,
        what: "semaphore: give, until a thread of an idle core has it",
        limit: None,
        published: "none found",
    },
    Line {
        operation: Operation::Timer,
        what: "deadline, until the user thread runs, with half of a mark",
        limit: None,
        published: "590 cycles, seL4, Cortex-A9, interrupt to thread",
    },
    Line {
        operation: Operation::Fault,
        what: "fault, until the thread runs that waited for its mutex",
        limit: None,
        published: "1600 cycles, seL4, Cortex-A9, to the handler and back",
    },
    Line {
        operation: Operation::Exchange,
        what: "positions of two DMA channels and commits to both",
        limit: Some(2000),
        published: "none found",
    },
];

/// Extra cost of a thread in another domain.
const OTHER_DOMAIN: (&str, u64, &str) = (
    "the same to another domain, extra",
    20,
    "137 cycles, L4Re, Cortex-A76, IPC between and within spaces",
);

/// Measures each operation in `rounds` rounds on the debug firmware.
pub fn measure_kernel(
    launcher: &dyn Launcher,
    debug: &Elf,
    rounds: u32,
) -> Result<Vec<KernelFigure>, BenchError> {
    let (marks, _) = median_and_max(run(launcher, debug, Operation::Marks, rounds)?);
    let mut figures = Vec::new();
    for line in &LINES {
        let spans = run(launcher, debug, line.operation, rounds)?;
        let own = if line.operation == Operation::Timer {
            0
        } else {
            marks
        };
        let (median, max) = median_and_max(spans);
        let figure = KernelFigure {
            what: line.what,
            median: median.saturating_sub(own),
            max: max.saturating_sub(own),
            limit: line.limit,
            published: line.published,
        };
        let yielded = (figure.median, figure.max);
        figures.push(figure);
        if line.operation == Operation::Yield {
            let spans = run(launcher, debug, Operation::YieldDomain, rounds)?;
            let (median, max) = median_and_max(spans);
            let (what, limit, published) = OTHER_DOMAIN;
            figures.push(KernelFigure {
                what,
                median: median.saturating_sub(own + yielded.0),
                max: max.saturating_sub(own + yielded.1),
                limit: Some(limit),
                published,
            });
        }
    }
    Ok(figures)
}

/// Instructions of each round, with those of the words, on a machine of its own.
fn run(
    launcher: &dyn Launcher,
    debug: &Elf,
    operation: Operation,
    rounds: u32,
) -> Result<Vec<u64>, BenchError> {
    let cores = if operation == Operation::CrossCore {
        2
    } else {
        1
    };
    let mut host = Host::new(launcher.launch(cores).map_err(HostError::from)?, WITHIN);
    host.boot(&debug.image, WITHIN)?;
    if cores > 1 {
        let other = CoreId::ALL[1].bit();
        let up = host.request(&Message::set_dx(other, other), WITHIN)?;
        refuse(operation, up.reply.primary.status_code())?;
    }
    let mut test = Kernel::plain(KernelTest::Bench);
    test.args[0] = operation.code();
    test.args[1] = rounds;
    let first = host.timeline().lines().len();
    let exchange = host.request(&test.message(), WITHIN)?;
    refuse(operation, exchange.reply.primary.status_code())?;
    let lines = &host.timeline().lines()[first..];
    let marks: Vec<_> = lines
        .iter()
        .filter_map(|line| match line.content {
            Content::Machine(EventKind::Mark { value }) => Some((line.head.time, value)),
            _ => None,
        })
        .collect();
    host.finish().1?;
    Ok(spans(operation, &marks, rounds as usize)?)
}

fn refuse(operation: Operation, status: Option<u32>) -> Result<(), BenchError> {
    match status {
        Some(0) => Ok(()),
        Some(code) => Err(BenchError::Refused(
            operation,
            crate::host::decode::status(code),
        )),
        None => Err(BenchError::Refused(operation, "unknown".into())),
    }
}
