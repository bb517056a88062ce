#![cfg_attr(not(test), no_std)]
//! Curves for other libraries: a library without modules, of which one copy serves all.

acelab_module_sdk::shared! {
    /// A soft limit for a sample in Q1.31: `(3 x - x³) / 2`, which keeps ±1. The square and the
    /// result are rounded down.
    pub fn soft_limit(sample: i32) -> i32 {
        let x = i64::from(sample);
        let square = (x * x) >> 31;
        // At most 1 in magnitude, for |x| <= 1.
        ((x * ((3 << 31) - square)) >> 32) as i32
    }

    /// Folds a sample in Q1.31 back from twice its magnitude: a triangle.
    pub fn fold(sample: i32) -> i32 {
        let doubled = i64::from(sample) * 2;
        let top = i64::from(i32::MAX);
        let bottom = i64::from(i32::MIN);
        let folded = if doubled > top {
            2 * top - doubled
        } else if doubled < bottom {
            2 * bottom - doubled
        } else {
            doubled
        };
        folded as i32
    }
}

acelab_module_sdk::library! {
    name: "CURVES",
    version: [1, 0, 0, 0],
    modules: [],
    exports: [soft_limit, fold],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_keeps_the_ends_and_grows() {
        assert_eq!(soft_limit(i32::MIN), i32::MIN);
        assert_eq!(soft_limit(i32::MAX), i32::MAX);
        assert_eq!(soft_limit(0), 0);
        let samples = (0..=64)
            .map(|step| (i64::from(i32::MIN) + step * (1 << 26)).min(i64::from(i32::MAX)) as i32);
        let values: Vec<_> = samples.map(|x| soft_limit(x)).collect();
        assert!(values.is_sorted(), "{values:?}");
    }

    #[test]
    fn a_fold_goes_there_and_back() {
        assert_eq!(
            [0, 1 << 29, 1 << 30, i32::MAX].map(|x| fold(x)),
            [0, 1 << 30, i32::MAX - 1, 0]
        );
        assert_eq!([-(1 << 30), i32::MIN].map(|x| fold(x)), [i32::MIN, 0]);
    }
}
