//! Names of threads. A build without the feature `thread-names` keeps none.

#[cfg(feature = "thread-names")]
use acelab_abi::syscall::MAX_NAME;

/// The name of a thread. Aligned, so that it is copied in words, not in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(align(4))]
pub struct Name {
    #[cfg(feature = "thread-names")]
    bytes: [u8; MAX_NAME],
}

#[cfg(feature = "thread-names")]
impl Name {
    /// No name.
    pub const NONE: Self = Self {
        bytes: [0; MAX_NAME],
    };

    /// From text; what does not fit or is not printable ASCII ends it.
    #[must_use]
    #[inline(never)]
    pub fn new(text: &[u8]) -> Self {
        let mut name = Self::NONE;
        let printable = text.iter().take_while(|byte| (0x20..0x7F).contains(*byte));
        for (to, from) in name.bytes.iter_mut().zip(printable) {
            *to = *from;
        }
        name
    }

    /// From the words of a thread's parameters.
    #[must_use]
    pub fn from_words(words: [u32; MAX_NAME / 4]) -> Self {
        let mut bytes = [0; MAX_NAME];
        for (to, word) in bytes.chunks_exact_mut(4).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        Self::new(&bytes)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let len = self.bytes.iter().position(|byte| *byte == 0);
        let text = &self.bytes[..len.unwrap_or(MAX_NAME)];
        core::str::from_utf8(text).unwrap_or("")
    }
}

#[cfg(not(feature = "thread-names"))]
impl Name {
    /// No name.
    pub const NONE: Self = Self {};

    /// Keeps nothing.
    #[must_use]
    pub const fn new(_text: &[u8]) -> Self {
        Self::NONE
    }

    /// Keeps nothing.
    #[must_use]
    pub const fn from_words(_words: [u32; acelab_abi::syscall::MAX_NAME / 4]) -> Self {
        Self::NONE
    }

    /// Nothing.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        ""
    }
}

#[cfg(all(test, feature = "thread-names"))]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cut_at_its_room_and_at_what_cannot_be_printed() {
        assert_eq!(Name::new(b"ipc").as_str(), "ipc");
        assert_eq!(Name::new(b"0123456789abcdefg").as_str(), "0123456789abcdef");
        assert_eq!(Name::new(b"a\nb").as_str(), "a");
        assert_eq!(Name::new(&[0xFF, b'a']).as_str(), "");
        let word = u32::from_le_bytes(*b"kwor");
        assert_eq!(Name::from_words([word, 0x6B, 0, word]).as_str(), "kwork");
    }
}
