//! A word of an image that the loader sets.

use super::WORD;

const WORD_BITS: u32 = 18;
const WORD_MASK: u32 = (1 << WORD_BITS) - 1;

/// What a site gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The word is an offset in the image, and becomes an address.
    Base,
    /// The word is zero, and becomes the address of this import of the image.
    Import(u32),
}

/// An entry of an image's list of sites: in bits 17:0 the word of the image, in
/// bits 31:18 zero or one more than the number of the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site(pub u32);

impl Site {
    /// The site at `offset` bytes, `None` when the entry cannot name it.
    #[must_use]
    pub const fn new(offset: u32, target: Target) -> Option<Self> {
        let word = offset / WORD;
        if !offset.is_multiple_of(WORD) || word > WORD_MASK {
            return None;
        }
        let number = match target {
            Target::Base => 0,
            Target::Import(import) => import + 1,
        };
        if number > u32::MAX >> WORD_BITS {
            return None;
        }
        Some(Self(number << WORD_BITS | word))
    }

    /// Its word, counted from the start of the image.
    #[must_use]
    pub const fn word(self) -> u32 {
        self.0 & WORD_MASK
    }

    /// What it gets.
    #[must_use]
    pub const fn target(self) -> Target {
        match self.0 >> WORD_BITS {
            0 => Target::Base,
            number => Target::Import(number - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_what_it_was_made_from() {
        for target in [Target::Base, Target::Import(0), Target::Import(16_382)] {
            let site = Site::new(0xF_FFFC, target).unwrap();
            assert_eq!((site.word(), site.target()), (0x3_FFFF, target));
        }
        assert_eq!(Site::new(2, Target::Base), None);
        assert_eq!(Site::new(0x10_0000, Target::Base), None);
        assert_eq!(Site::new(0, Target::Import(16_383)), None);
    }
}
