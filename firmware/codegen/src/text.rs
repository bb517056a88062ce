//! UTF-8, characters and searching in text.

use core::fmt;

use crate::Group;
use crate::group::{Run, group};

/// Text of up to `N` bytes.
pub(crate) struct Buffer<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Buffer<N> {
    pub fn new() -> Self {
        Self {
            bytes: [0; N],
            length: 0,
        }
    }

    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.length]).unwrap_or("")
    }
}

impl<const N: usize> fmt::Write for Buffer<N> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        let end = self.length + s.len();
        self.bytes
            .get_mut(self.length..end)
            .ok_or(fmt::Error)?
            .copy_from_slice(s.as_bytes());
        self.length = end;
        Ok(())
    }
}

fn validation(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..300 {
        let mut bytes = [0; 24];
        let length = inputs.below(25) as usize;
        // Bytes that often make a valid sequence.
        for byte in &mut bytes[..length] {
            *byte = match inputs.below(6) {
                0 | 1 => inputs.next() as u8 & 0x7F,
                2 => 0xC2 + inputs.below(30) as u8,
                3 => 0xE0 + inputs.below(20) as u8,
                _ => 0x80 + inputs.below(0x40) as u8,
            };
        }
        match core::str::from_utf8(&bytes[..length]) {
            Ok(text) => hash.put(text.chars().map(u32::from).sum::<u32>()),
            Err(error) => {
                hash.put(error.valid_up_to());
                hash.maybe(error.error_len());
            }
        }
        for chunk in bytes[..length].utf8_chunks() {
            hash.put(chunk.valid().len());
            hash.put(chunk.invalid().len());
        }
    }
}

fn encoding(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..300 {
        let Some(c) = char::from_u32(inputs.value::<u32>() % 0x11_0000) else {
            continue;
        };
        let mut utf8 = [0; 4];
        let text = c.encode_utf8(&mut utf8);
        hash.put(text.starts_with(c));
        hash.bytes(text.as_bytes());
        let mut utf16 = [0; 2];
        for unit in c.encode_utf16(&mut utf16) {
            hash.put(*unit);
        }
        hash.put(
            c.is_alphabetic() as u8 | (c.is_numeric() as u8) << 1 | (c.is_whitespace() as u8) << 2,
        );
        hash.maybe(c.to_digit(36));
        for lower in c.to_lowercase() {
            hash.put(lower);
        }
        for part in c.escape_default() {
            hash.put(part);
        }
    }
}

const PROSE: &str =
    "Der DSP läuft; la boîte à musique… 日本語のテキスト, and a line\r\nmore\tof it.\n";

fn searching(run: &mut Run) {
    let Run { inputs, hash } = run;
    let prose = core::hint::black_box(PROSE);
    for needle in core::hint::black_box(["e", "la ", "本語", "\n", "…", "xyz", "", "line"]) {
        hash.maybe(prose.find(needle));
        hash.maybe(prose.rfind(needle));
        hash.put(prose.matches(needle).count());
        hash.maybe(
            prose
                .split_once(needle)
                .map(|(before, after)| before.len() * 100 + after.len()),
        );
    }
    for word in prose
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        hash.bytes(word.as_bytes());
        hash.put(word.eq_ignore_ascii_case("LINE"));
        hash.put(word.cmp("la"));
    }
    for line in prose.lines() {
        hash.bytes(line.trim().as_bytes());
    }
    for (at, c) in prose.char_indices().rev() {
        hash.put(at);
        hash.put(c);
    }
    for _ in 0..60 {
        let at = inputs.below(prose.len() as u32 + 4) as usize;
        hash.put(prose.is_char_boundary(at));
        hash.maybe(prose.get(at..).map(str::len));
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("text/validation", validation),
    group!("text/encoding", encoding),
    group!("text/searching", searching),
];
