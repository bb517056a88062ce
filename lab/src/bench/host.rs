//! Host time of a boot.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use acelab_abi::clock::Nanos;

use crate::host::{Host, HostError};
use crate::symbols::Elf;
use crate::target::{Launcher, Metered, Usage};

/// Host time of boots, each the median of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootTime {
    /// From nothing to FW_READY and the end of the machine.
    pub whole: Duration,
    /// What the lab itself used of it.
    pub own_share: Duration,
    /// One access over the link.
    pub access: Duration,
}

/// Boots `elf` on one core `runs` times.
pub fn boot_time(launcher: &dyn Launcher, elf: &Elf, runs: usize) -> Result<BootTime, HostError> {
    let mut times = Vec::new();
    for _ in 0..runs {
        let start = Instant::now();
        let target = launcher.launch(1)?;
        let usage = Rc::new(Cell::new(Usage {
            waiting: start.elapsed(),
            ..Usage::default()
        }));
        let target = Box::new(Metered::new(target, Rc::clone(&usage)));
        let mut host = Host::new(target, Nanos::from_millis(1_000));
        host.boot(&elf.image, Nanos::from_millis(1_000))?;
        host.finish().1?;
        times.push((start.elapsed(), usage.get()));
    }
    let of = |f: &dyn Fn(&(Duration, Usage)) -> Duration| median(times.iter().map(f).collect());
    Ok(BootTime {
        whole: of(&|(whole, _)| *whole),
        own_share: of(&|(whole, usage)| whole.saturating_sub(usage.waiting)),
        access: of(&|(_, usage)| {
            usage
                .accessing
                .checked_div(usage.accesses)
                .unwrap_or_default()
        }),
    })
}

/// The middle one of some times.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
