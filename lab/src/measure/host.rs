//! Measuring while virtual time passes.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;

use super::stats::CoreTicks;
use crate::case::stream::TICK;
use crate::host::{Host, HostError};

/// Lets `ticks` ticks pass from the next multiple of a tick, serves the
/// mailbox on the way, and says what each of `cores` did.
///
/// The LL scheduler's ticks are multiples of the wall clock, which starts with
/// virtual time. The target stands at each of them before a core notices, so
/// that all that belongs to a tick is counted in it, as long as the core is
/// done before the next.
pub fn measure(host: &mut Host, cores: &[CoreId], ticks: u32) -> Result<Vec<CoreTicks>, HostError> {
    let mut now = Nanos(host.now().0.next_multiple_of(TICK.0));
    host.pass_until(now)?;
    let mut measured: Vec<CoreTicks> = cores.iter().map(|core| CoreTicks::new(*core)).collect();
    let mut before = read(host, cores)?;
    for _ in 0..ticks {
        let end = now.saturating_add(TICK);
        host.pass_until(end)?;
        let after = read(host, cores)?;
        for ((core, after), before) in measured.iter_mut().zip(&after).zip(&before) {
            core.add(now, &after.since(before));
        }
        (now, before) = (end, after);
    }
    host.read_firmware_log()?;
    Ok(measured)
}

fn read(
    host: &mut Host,
    cores: &[CoreId],
) -> Result<Vec<acelab_abi::trace::CoreCounters>, HostError> {
    let read = cores.iter().map(|core| host.target().counters(*core));
    Ok(read.collect::<Result<_, _>>()?)
}
