//! Functions that the compiler evaluates for tables, with 52 bits behind the point.

/// Bits behind the point.
pub const PLACES: u32 = 52;
/// π.
pub const PI: i128 = 14_148_475_504_056_880;

/// sin(2π · part / whole).
pub const fn sine(part: u32, whole: u32) -> i128 {
    let part = part % whole;
    let (half, negative) = if 2 * part >= whole {
        (part - whole / 2, true)
    } else {
        (part, false)
    };
    let part_of_quarter = if 4 * half > whole {
        whole / 2 - half
    } else {
        half
    };
    let x = 2 * PI * part_of_quarter as i128 / whole as i128;
    let square = (x * x) >> PLACES;
    let mut term = x;
    let mut sum = x;
    let mut k = 2;
    while term != 0 {
        term = -((term * square) >> PLACES) / (k * (k + 1));
        sum += term;
        k += 2;
    }
    if negative { -sum } else { sum }
}

/// The modified Bessel function of order 0 of `2 · √quarter`.
pub const fn bessel(quarter: i128) -> i128 {
    let mut term = 1 << PLACES;
    let mut sum = term;
    let mut k = 1;
    while term > 0 {
        term = ((term * quarter) >> PLACES) / (k * k);
        sum += term;
        k += 1;
    }
    sum
}
