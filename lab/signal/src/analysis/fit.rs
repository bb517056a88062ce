//! The sine that is nearest to some samples, after IEEE 1057 (four parameters).

use std::f64::consts::TAU;

/// `in_phase · cos + quadrature · sin + offset` at a frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sine {
    /// Cycles per sample.
    pub frequency: f64,
    in_phase: f64,
    quadrature: f64,
    offset: f64,
}

/// Corrections of the frequency; each squares the error.
const ROUNDS: u32 = 6;

impl Sine {
    /// The nearest sine, looked for from `frequency` (cycles per sample) on; `None` if
    /// the samples determine none.
    pub fn fit(samples: &[f64], frequency: f64) -> Option<Self> {
        let mut sine = Self::at(samples, frequency)?;
        for _ in 0..ROUNDS {
            let correction = sine.correction(samples)?;
            if correction.abs() * samples.len() as f64 > 1.0 {
                break;
            }
            sine = Self::at(samples, sine.frequency + correction)?;
        }
        Some(sine)
    }

    /// The nearest sine of exactly this frequency.
    pub fn at(samples: &[f64], frequency: f64) -> Option<Self> {
        let mut sums = [[0.0; 4]; 3];
        for (index, sample) in samples.iter().enumerate() {
            let (sin, cos) = waves(frequency, index);
            let row = [cos, sin, 1.0, *sample];
            for (line, left) in sums.iter_mut().zip(row) {
                for (sum, right) in line.iter_mut().zip(row) {
                    *sum += left * right;
                }
            }
        }
        let [in_phase, quadrature, offset] = solve(sums)?;
        Some(Self {
            frequency,
            in_phase,
            quadrature,
            offset,
        })
    }

    /// What the frequency is off by, to first order.
    fn correction(&self, samples: &[f64]) -> Option<f64> {
        let mut sums = [[0.0; 5]; 4];
        let middle = samples.len() as f64 / 2.0;
        for (index, sample) in samples.iter().enumerate() {
            let (sin, cos) = waves(self.frequency, index);
            let slope =
                (index as f64 - middle) * TAU * (self.quadrature * cos - self.in_phase * sin);
            let row = [cos, sin, 1.0, slope, *sample];
            for (line, left) in sums.iter_mut().zip(row) {
                for (sum, right) in line.iter_mut().zip(row) {
                    *sum += left * right;
                }
            }
        }
        solve(sums).map(|[.., correction]| correction)
    }

    /// Half the distance from peak to peak.
    pub fn amplitude(&self) -> f64 {
        libm::hypot(self.in_phase, self.quadrature)
    }

    /// The power of what is left of the samples without the sine.
    pub fn residual(&self, samples: &[f64]) -> f64 {
        let rest = samples.iter().enumerate().map(|(index, sample)| {
            let (sin, cos) = waves(self.frequency, index);
            let rest = sample - self.in_phase * cos - self.quadrature * sin - self.offset;
            rest * rest
        });
        rest.sum::<f64>() / samples.len().max(1) as f64
    }
}

fn waves(frequency: f64, index: usize) -> (f64, f64) {
    let turns = frequency * index as f64;
    libm::sincos(TAU * (turns - libm::floor(turns)))
}

/// Gauss elimination with pivots: `N` equations in rows of `N + 1` numbers.
fn solve<const N: usize, const M: usize>(mut rows: [[f64; M]; N]) -> Option<[f64; N]> {
    for column in 0..N {
        let size = |row: &usize| rows[*row][column].abs();
        let pivot = (column..N).max_by(|a, b| size(a).total_cmp(&size(b)))?;
        rows.swap(column, pivot);
        if rows[column][column].abs() < 1e-30 {
            return None;
        }
        let head = rows[column];
        for (index, row) in rows.iter_mut().enumerate() {
            if index != column {
                let factor = row[column] / head[column];
                for (value, above) in row.iter_mut().zip(head) {
                    *value -= factor * above;
                }
            }
        }
    }
    let mut solution = [0.0; N];
    for (index, value) in solution.iter_mut().enumerate() {
        *value = rows[index][M - 1] / rows[index][index];
    }
    Some(solution)
}
