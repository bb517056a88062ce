//! Arithmetic on Q1.31.

/// The factor 1 in Q1.31, which needs a bit more than 31.
pub const UNITY: i64 = 1 << 31;

/// `value · factor / 2^(31 + shift)`, rounded to the nearest integer, halves
/// upwards. `factor` is at most [`UNITY`], so the result fits.
pub fn scale(value: i32, factor: i64, shift: u32) -> i32 {
    let places = 31 + shift;
    ((i64::from(value) * factor + (1 << (places - 1))) >> places) as i32
}

/// [`scale`] by a factor that is below 1, without a shift.
pub fn scale_down(value: i32, factor: i32) -> i32 {
    let product = i64::from(value) * i64::from(factor);
    // The sum of 2^30 and the lower half would need the carry between two words.
    let rounded = ((product as u32 >> 30) + 1) >> 1;
    ((product >> 32) as i32 * 2).wrapping_add(rounded as i32)
}

/// The nearest 32-bit value.
pub fn saturate(value: i64) -> i32 {
    value.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

/// The upper half of the product: `a · b / 2^32`, rounded downwards.
pub fn multiply_high(a: i32, b: i32) -> i32 {
    ((i64::from(a) * i64::from(b)) >> 32) as i32
}
