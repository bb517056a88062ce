//! Durations: 64-bit seconds, and 128-bit division below them.

use core::time::Duration;

use crate::Group;
use crate::group::{Run, group};

fn durations(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..80 {
        let a = Duration::new(inputs.value::<u64>() >> 8, inputs.below(1_000_000_000));
        let b = Duration::from_nanos(inputs.value());
        hash.put(a.as_nanos());
        hash.put(b.as_micros());
        hash.put(a.as_secs() ^ u64::from(a.subsec_micros()));
        hash.maybe(a.checked_add(b).map(|sum| sum.as_millis()));
        hash.maybe(a.checked_sub(b).map(|difference| difference.as_nanos()));
        hash.put(b.saturating_mul(inputs.below(1000)).as_nanos());
        hash.maybe(a.checked_div(inputs.below(50)).map(|part| part.as_nanos()));
        hash.put(b.as_secs_f32());
        hash.put(b.as_secs_f64());
        hash.put(b.div_duration_f64(Duration::new(1, 5)));
        hash.text(format_args!(
            "{b:?}|{:.2?}",
            Duration::from_micros(inputs.below(5_000_000).into())
        ));
    }
}

/// Ticks of the 38.4 MHz wall clock and nanoseconds.
fn wall_clock(run: &mut Run) {
    let Run { inputs, hash } = run;
    inputs.values::<u64>(100, |nanoseconds| {
        let ticks = (u128::from(nanoseconds) * 24 / 625) as u64;
        hash.put(ticks);
        hash.put((u128::from(ticks) * 625).div_ceil(24) as u64);
        hash.put(nanoseconds / 1_000_000_000 % 3600 / 60);
        hash.put(nanoseconds % 1_000_000_000 / 1000);
    });
}

pub(crate) const GROUPS: &[Group] = &[
    group!("time/durations", durations),
    group!("time/wall-clock", wall_clock),
];
