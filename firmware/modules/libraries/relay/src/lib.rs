#![cfg_attr(not(test), no_std)]
//! Curves that are another library's: a library without modules that needs another one without
//! modules. With other names in its file, copies of it are a chain, or a circle.

acelab_module_sdk::shared! {
    /// `curves_library::fold` of the library that this one needs.
    pub fn fold_again(sample: i32) -> i32 {
        curves_library::fold(sample)
    }

    /// `curves_library::soft_limit` of the library that this one needs.
    pub fn soft_limit_again(sample: i32) -> i32 {
        curves_library::soft_limit(sample)
    }
}

acelab_module_sdk::library! {
    name: "RELAY",
    version: [1, 0, 0, 0],
    modules: [],
    exports: [fold_again, soft_limit_again],
    dependencies: ["CURVES"],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_passed_on() {
        for sample in [0, 1, -1, 1 << 30, i32::MAX, i32::MIN] {
            assert_eq!(fold_again(sample), curves_library::fold(sample));
            assert_eq!(soft_limit_again(sample), curves_library::soft_limit(sample));
        }
    }
}
