//! The wave shaper of the loadable library SHAPER.

/// What SHAPER makes of a sample in Q1.31: it is doubled, folded back at both ends, and then
/// softly limited to `(3 t - t³) / 2`, where the square of `t` and the result are rounded down.
pub fn shape(sample: i32) -> i32 {
    let doubled = 2 * i128::from(sample);
    let (top, bottom) = (i128::from(i32::MAX), i128::from(i32::MIN));
    let folded = match doubled {
        above if above > top => 2 * top - above,
        below if below < bottom => 2 * bottom - below,
        within => within,
    };
    let one = 1_i128 << 31;
    let square = (folded * folded).div_euclid(one);
    let limited = (folded * (3 * one - square)).div_euclid(2 * one);
    i32::try_from(limited).expect("a limited sample is one")
}
