//! The DC blocker.

use crate::mixing::{round, saturate};

/// What DCBLOCK makes of one channel with this weight in Q2.30.
pub fn block_dc(input: &[i32], weight: i32) -> Vec<i32> {
    let mut output: Vec<i32> = Vec::new();
    for (n, x) in input.iter().enumerate() {
        let x1 = if n == 0 { 0 } else { input[n - 1] };
        let y1 = output.last().copied().unwrap_or(0);
        let feedback = round(i128::from(weight) * i128::from(y1), 30);
        output.push(saturate(i128::from(*x) - i128::from(x1) + feedback));
    }
    output
}
