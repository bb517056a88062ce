//! The tone generator and the probe.

/// What TONE puts out on each channel: frequency in millihertz, amplitude in Q1.31.
pub fn tone(frequency: u32, amplitude: u32, rate: u32, frames: usize) -> Vec<i32> {
    (0..frames as u128)
        .map(|n| {
            let turns = ((n * u128::from(frequency)) << 32) / (1000 * u128::from(rate));
            let product = i128::from(sine(turns as u32)) * i128::from(amplitude);
            ((product + (1 << 30)) >> 31) as i32
        })
        .collect()
}

/// The sine of a phase in turns, 32 bits behind the point: straight lines between
/// 256 points of each quarter.
fn sine(phase: u32) -> i32 {
    let point = |n: u32| {
        let angle = f64::from(n) / 512.0 * std::f64::consts::PI;
        (angle.sin() * 2f64.powi(31)).round() as i32
    };
    match phase >> 30 {
        0 => {
            let (step, rest) = (phase >> 22, i64::from(phase & 0x3F_FFFF));
            let way = i64::from(point(step + 1)) - i64::from(point(step));
            point(step) + ((way * rest) >> 22) as i32
        }
        1 if phase == 1 << 30 => point(256),
        1 => sine((1 << 31) - phase),
        _ => -sine(phase - (1 << 31)),
    }
}

/// What PROBE remembers of interleaved Q1.31 samples: hash and largest magnitude.
pub fn probe(samples: &[i32]) -> (u32, u32) {
    let hash = samples.iter().fold(0u32, |hash, sample| {
        (hash.rotate_left(5) ^ *sample as u32).wrapping_mul(0x9E37_79B1)
    });
    let peak = samples.iter().map(|sample| sample.unsigned_abs()).max();
    (hash, peak.unwrap_or(0))
}
