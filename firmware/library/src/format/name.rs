//! Names of libraries, modules and symbols.

use core::fmt;

use super::WORD;

/// Name of a library or module: at most eight bytes, padded with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub [u8; 8]);

impl Name {
    /// The name in two words of a file; `None` when it is empty, holds anything
    /// but graphic ASCII, or goes on behind a zero.
    #[must_use]
    pub fn from_words(words: [u32; 2]) -> Option<Self> {
        let [a, b, c, d] = words[0].to_le_bytes();
        let [e, f, g, h] = words[1].to_le_bytes();
        let name = [a, b, c, d, e, f, g, h];
        let length = name.iter().position(|byte| *byte == 0).unwrap_or(8);
        let (text, padding) = name.split_at(length);
        let good = !text.is_empty()
            && text.iter().all(u8::is_ascii_graphic)
            && padding.iter().all(|byte| *byte == 0);
        good.then_some(Self(name))
    }

    /// The name as two words of a file.
    #[must_use]
    pub fn words(self) -> [u32; 2] {
        let [a, b, c, d, e, f, g, h] = self.0;
        [
            u32::from_le_bytes([a, b, c, d]),
            u32::from_le_bytes([e, f, g, h]),
        ]
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(8);
        out.write_str(core::str::from_utf8(&self.0[..length]).unwrap_or("?"))
    }
}

/// Name of an import or export, in the words of a file.
#[derive(Clone, Copy, Debug)]
pub struct Symbol<'a> {
    words: &'a [u32],
    length: usize,
}

impl<'a> Symbol<'a> {
    /// The name of `length` bytes that starts the words; `None` when it is not in
    /// them or holds anything but graphic ASCII.
    pub(crate) fn new(words: &'a [u32], length: u32) -> Option<Self> {
        let words = words.get(..length.div_ceil(WORD) as usize)?;
        let symbol = Self {
            words,
            length: length as usize,
        };
        let good = length > 0 && symbol.bytes().all(|byte| byte.is_ascii_graphic());
        good.then_some(symbol)
    }

    /// Its bytes.
    pub fn bytes(self) -> impl Iterator<Item = u8> + 'a {
        let bytes = self.words.iter().flat_map(|word| word.to_le_bytes());
        bytes.take(self.length)
    }

    /// Number of its bytes.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is no empty name")]
    pub fn len(self) -> usize {
        self.length
    }

    /// Whether it is this text.
    #[must_use]
    pub fn is(self, text: &str) -> bool {
        self.length == text.len() && self.bytes().eq(text.bytes())
    }
}

impl PartialEq for Symbol<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.bytes().eq(other.bytes())
    }
}

impl Eq for Symbol<'_> {}

impl fmt::Display for Symbol<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        self.bytes()
            .try_for_each(|byte| out.write_char(char::from(byte)))
    }
}
