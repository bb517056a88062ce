//! What a core runs, from its processor state.

use acelab_abi::trace::Mode;

const INTLEVEL: u32 = 0xF;
const EXCM: u32 = 1 << 4;
const RING: u32 = 3 << 6;

/// The mode that an event of a core with this PS gets.
pub const fn mode_of(ps: u32) -> Mode {
    if ps & (EXCM | INTLEVEL) != 0 {
        Mode::Exception
    } else if ps & RING != 0 {
        Mode::User
    } else {
        Mode::Kernel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_in_user_mode_is_an_exception() {
        assert_eq!(mode_of(0x00), Mode::Kernel);
        assert_eq!(mode_of(0xA0), Mode::User);
        assert_eq!(mode_of(0xB0), Mode::Exception);
        assert_eq!(mode_of(0x03), Mode::Exception);
    }
}
