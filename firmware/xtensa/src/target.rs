//! Facts of the target that several stages need.

/// LLVM's name of the target.
pub const TRIPLE: &str = "xtensa-none-elf";

/// The target specification that `rustc` is given.
pub const SPEC: &str = include_str!("../xtensa-ace30-none-elf.json");

/// The linker script that is used where no `-T` is given.
pub const LINKER_SCRIPT: &str = include_str!("../ace30.ld");

/// The linker script of a loadable library.
pub const LIBRARY_SCRIPT: &str = include_str!("../library.ld");

/// Assembly that every image gets: a default `abort`.
pub const RUNTIME_ASM: &str = include_str!("../asm/runtime.S");

/// Features that only the stages after LTO may see: with them LLVM 22 cannot
/// compile `compiler_builtins` (it fails to select a choice between two
/// floating-point constants).
pub const FLOAT_FEATURES: &str = "+fp,+coprocessor";

/// The value of `features` in [`SPEC`].
pub fn features() -> String {
    let spec: serde_json::Value =
        serde_json::from_str(SPEC).expect("the target specification is JSON");
    spec["features"]
        .as_str()
        .expect("the target specification has features")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_has_what_the_firmware_counts_on() {
        let features = features();
        for feature in ["+mul32high", "+s32c1i", "+threadptr", "+bool"] {
            assert!(
                features.split(',').any(|f| f == feature),
                "{feature} is missing"
            );
        }
        assert!(
            !features.contains("+fp"),
            "+fp breaks the build of compiler_builtins"
        );
    }
}
