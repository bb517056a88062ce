//! What the number of a module says.

/// Lowest bit of the library's id; below it is the index in the library.
const LIBRARY_SHIFT: u32 = 12;

/// Number of a module, by which the host names it: 16 bits in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModuleId(pub u16);

impl ModuleId {
    /// Module `index` of a library.
    #[must_use]
    pub const fn new(library: u32, index: u32) -> Self {
        Self((library << LIBRARY_SHIFT | index) as u16)
    }

    /// Id of the library, 0 for the firmware itself.
    #[must_use]
    pub const fn library(self) -> u32 {
        self.0 as u32 >> LIBRARY_SHIFT
    }

    /// Its place in the library's table.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.0 as u32 & ((1 << LIBRARY_SHIFT) - 1)
    }

    /// The number as a word.
    #[must_use]
    pub const fn word(self) -> u32 {
        self.0 as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_library_and_an_index() {
        let module = ModuleId::new(15, 2);
        assert_eq!(module, ModuleId(0xF002));
        assert_eq!((module.library(), module.index()), (15, 2));
        assert_eq!(ModuleId(7).library(), 0);
    }
}
