//! What an interrupt costs, in cycles of CCOUNT.

use acelab_abi::interrupt::CoreLine;
use acelab_abi::ipc4::Status;
use acelab_ipc4::TestResult;
use acelab_kernel::arch::xtensa::{CoreLocal, clear_interrupt, cycles, pending_lines, raise};

const MAX_ROUNDS: u32 = 1024;

/// What the handler saw.
#[derive(Clone, Copy)]
struct Probe {
    /// The line that is raised to be measured.
    armed: Option<CoreLine>,
    entered: u32,
    left: u32,
}

static PROBE: CoreLocal<Probe> = CoreLocal::new(Probe {
    armed: None,
    entered: 0,
    left: 0,
});

/// Called first of all by the interrupt handler; true when the interrupt was
/// only there to be measured, and nothing else is to be done.
pub fn probe() -> bool {
    let entered = cycles();
    PROBE.with(|probe| {
        let Some(line) = probe.armed else {
            return false;
        };
        if pending_lines() & line.bit() == 0 {
            return false;
        }
        clear_interrupt(line);
        *probe = Probe {
            armed: None,
            entered,
            left: cycles(),
        };
        true
    })
}

/// The software interrupt of a level.
fn line(level: u32) -> Option<CoreLine> {
    match level {
        1 => Some(CoreLine::Software1),
        3 => Some(CoreLine::Software3),
        _ => None,
    }
}

/// Raises the software interrupt of `level`, 1 or 3, `rounds` times; the
/// smallest cost of entry, exit, and both.
pub fn run(level: u32, rounds: u32) -> Result<TestResult, Status> {
    let line = line(level).ok_or(Status::InvalidParam)?;
    if rounds == 0 || rounds > MAX_ROUNDS {
        return Err(Status::InvalidParam);
    }
    let overhead = (0..4).map(|_| reading_cost()).min().unwrap_or(0);
    let mut best = [u32::MAX; 3];
    for _ in 0..rounds {
        PROBE.with(|probe| probe.armed = Some(line));
        let before = cycles();
        raise(line);
        let after = cycles();
        let probe = PROBE.with(|probe| *probe);
        if probe.armed.is_some() {
            return Err(Status::Failure);
        }
        let costs = [
            probe.entered.wrapping_sub(before),
            after.wrapping_sub(probe.left),
            after
                .wrapping_sub(before)
                .wrapping_sub(probe.left.wrapping_sub(probe.entered)),
        ];
        for (best, cost) in best.iter_mut().zip(costs) {
            *best = (*best).min(cost.saturating_sub(overhead));
        }
    }
    Ok(TestResult::new(&best))
}

/// Cycles between two readings of CCOUNT with nothing between them.
fn reading_cost() -> u32 {
    let before = cycles();
    cycles().wrapping_sub(before)
}
