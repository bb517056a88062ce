//! Text of the firmware log, as read from the mtrace rings.
//!
//! One line is `[    0.000123] <inf> ipc: text\n`: seconds and microseconds of
//! the wall clock, level, module, text. The shape is that of Zephyr's
//! `LOG_OUTPUT_FORMAT_LINUX_TIMESTAMP`.

/// Importance of a line. A log that is set to a level has that level and all
/// that come before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// Something failed.
    Error = 0,
    /// Something is odd.
    Warning = 1,
    /// What is going on.
    Info = 2,
    /// Detail for whoever works on the firmware.
    Debug = 3,
}

impl Level {
    /// All levels, most important first.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Info, Self::Debug];

    /// The tag between the angle brackets.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Error => "err",
            Self::Warning => "wrn",
            Self::Info => "inf",
            Self::Debug => "dbg",
        }
    }

    /// The level with this tag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.tag() == tag)
    }

    /// The level that the first priority mask of ENABLE_LOGS asks for: its
    /// highest bit counts, bit 0 error, 1 warning, 2 and 3 info, 4 debug.
    /// `None` when none of these is set.
    #[must_use]
    pub const fn from_priorities(mask: u32) -> Option<Self> {
        if mask & 1 << 4 != 0 {
            Some(Self::Debug)
        } else if mask & 3 << 2 != 0 {
            Some(Self::Info)
        } else if mask & 1 << 1 != 0 {
            Some(Self::Warning)
        } else if mask & 1 << 0 != 0 {
            Some(Self::Error)
        } else {
            None
        }
    }
}

/// Longest line in bytes, with its newline; longer text is cut.
pub const MAX_LINE_BYTES: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_priority_bit_decides() {
        assert_eq!(Level::from_priorities(0), None);
        assert_eq!(Level::from_priorities(0b0_0001), Some(Level::Error));
        assert_eq!(Level::from_priorities(0b0_0111), Some(Level::Info));
        assert_eq!(Level::from_priorities(0b1_0001), Some(Level::Debug));
        assert_eq!(Level::from_priorities(1 << 5), None);
    }

    #[test]
    fn tags_lead_back() {
        for level in Level::ALL {
            assert_eq!(Level::from_tag(level.tag()), Some(level));
        }
    }
}
