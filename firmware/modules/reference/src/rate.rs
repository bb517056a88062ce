//! The sample-rate converter.

use crate::mixing::saturate;

/// Periods of the lower rate on either side of the filter.
const HALF: i128 = 24;
/// Steps of the filter's table per period.
const STEPS: i128 = 128;
/// Kaiser's β.
const BETA: f64 = 9.0;
/// The −6 dB point, in parts of half the lower rate.
const CUTOFF: f64 = 0.92;

/// What SRC makes of one channel: all frames whose newest input frame is there.
pub fn convert_rate(input: &[i32], from: u32, to: u32) -> Vec<i32> {
    if from == to {
        return input.to_vec();
    }
    let common = (1..=from.min(to))
        .rev()
        .find(|n| from.is_multiple_of(*n) && to.is_multiple_of(*n));
    let common = common.expect("1 divides all");
    let (l, m) = (i128::from(to / common), i128::from(from / common));
    let longer = l.max(m);
    let latency = (HALF * longer + l - 1) / l;
    let table: Vec<i128> = (0..=HALF * STEPS).map(table_entry).collect();
    let unit = (STEPS << 32) / longer;
    let gain = (l << 31) / m;
    let coefficient = |distance: i128| {
        let position = distance * unit;
        let (index, fraction) = ((position >> 32) as usize, (position & 0xFFFF_FFFF) >> 1);
        let way = table[index + 1] - table[index];
        let value = table[index] + ((way * fraction) >> 31);
        if m > l { (value * gain) >> 31 } else { value }
    };
    let mut output = Vec::new();
    for frame in 0i128.. {
        if frame * m / l >= input.len() as i128 {
            break;
        }
        // Everything that is near enough, in units of 1/L input frames.
        let middle = frame * m - latency * l;
        let first = (middle - HALF * longer) / l - 1;
        let last = (middle + HALF * longer) / l + 1;
        let mut sum = 0;
        for k in first..=last {
            let distance = (k * l - middle).abs();
            let Some(sample) = usize::try_from(k).ok().and_then(|k| input.get(k)) else {
                continue;
            };
            if distance < HALF * longer {
                sum += (i128::from(*sample) * coefficient(distance)) >> 32;
            }
        }
        output.push(saturate(sum * 4));
    }
    output
}

/// The filter, Q1.30.
fn table_entry(index: i128) -> i128 {
    let time = index as f64 / STEPS as f64;
    let angle = std::f64::consts::PI * CUTOFF * time;
    let sinc = if index == 0 { 1.0 } else { angle.sin() / angle };
    let edge = time / HALF as f64;
    let window = bessel(BETA * (1.0 - edge * edge).sqrt()) / bessel(BETA);
    (CUTOFF * sinc * window * 2f64.powi(30)).round() as i128
}

/// The modified Bessel function of order 0.
fn bessel(x: f64) -> f64 {
    let terms = (1..60).scan(1.0, |term, k| {
        *term *= (x / 2.0 / f64::from(k)).powi(2);
        Some(*term)
    });
    1.0 + terms.sum::<f64>()
}
