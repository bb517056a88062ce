//! The line of the log that says where an image of a loaded library lies: written
//! by the firmware, read by the lab.

use core::fmt;

const IMAGE: &str = "image ";
const LIBRARY: &str = " of library ";
const NAME: &str = ": ";
const AT: &str = " at 0x";
const UP_TO: &str = "..0x";
const BUILD: &str = " build ";

/// Module of the log that the lines come from.
pub const MODULE: &str = "lib_manager";

/// Bytes of what tells builds of a library apart.
pub const BUILD_BYTES: usize = 16;

/// Where an image lies, in every domain that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImagePlace<N> {
    /// Its index in its library.
    pub image: u32,
    /// The id that its library was loaded by.
    pub library: u32,
    /// The name that the library has for itself.
    pub name: N,
    /// Address of its first byte.
    pub start: u32,
    /// Address behind its last page.
    pub end: u32,
    /// The build of the library, as its file has it.
    pub build: [u8; BUILD_BYTES],
}

impl<N: fmt::Display> fmt::Display for ImagePlace<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            image,
            library,
            name,
            start,
            end,
            build,
        } = self;
        write!(f, "{IMAGE}{image}{LIBRARY}{library}{NAME}{name}")?;
        write!(f, "{AT}{start:08x}{UP_TO}{end:08x}{BUILD}")?;
        build.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<'a> ImagePlace<&'a str> {
    /// From the text of a line, without its level and module.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        // A name may hold any graphic character, but no space.
        let (image, rest) = text.strip_prefix(IMAGE)?.split_once(LIBRARY)?;
        let (library, rest) = rest.split_once(NAME)?;
        let (name, rest) = rest.split_once(AT)?;
        let (start, rest) = rest.split_once(UP_TO)?;
        let (end, build) = rest.split_once(BUILD)?;
        let address = |digits| u32::from_str_radix(digits, 16).ok();
        Some(Self {
            image: image.parse().ok()?,
            library: library.parse().ok()?,
            name,
            start: address(start)?,
            end: address(end)?,
            build: bytes(build)?,
        })
    }
}

fn bytes(digits: &str) -> Option<[u8; BUILD_BYTES]> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let mut bytes = [0; BUILD_BYTES];
    if pairs.len() != bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::format;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let place = ImagePlace {
            image: 1,
            library: 15,
            name: "A:at..0x",
            start: 0x6000_7000,
            end: 0x6000_F000,
            build: core::array::from_fn(|index| index as u8 * 17),
        };
        let line = format!("{place}");
        assert_eq!(
            line,
            "image 1 of library 15: A:at..0x at 0x60007000..0x6000f000 build 00112233445566778899aabbccddeeff"
        );
        assert_eq!(ImagePlace::parse(&line), Some(place));
        for end in 0..line.len() {
            assert_eq!(ImagePlace::parse(&line[..end]), None, "cut at {end}");
        }
        let garbled = line.replace("ff", "é");
        assert_eq!(ImagePlace::parse(&garbled), None);
        assert_eq!(ImagePlace::parse(&(line + "00")), None);
    }
}
