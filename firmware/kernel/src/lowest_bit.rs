//! Which bit of a word is the lowest.

/// The number of the lowest bit that is set in a word that is not 0.
///
/// LLVM counts zeros on Xtensa with some thirty instructions. One bit times a
/// de Bruijn sequence, in which every five adjacent bits differ, is six.
#[inline]
pub(crate) const fn lowest_bit(word: u32) -> usize {
    const SEQUENCE: u32 = 0x077C_B531;
    /// The numbers from above, since LLVM knows a table of the numbers themselves for what
    /// it is, and counts zeros instead.
    const FROM_ABOVE: [u8; 32] = {
        let mut places = [0; 32];
        let mut bit = 0;
        while bit < 32 {
            places[((SEQUENCE << bit) >> 27) as usize] = 31 - bit as u8;
            bit += 1;
        }
        places
    };
    let alone = word & word.wrapping_neg();
    31 - FROM_ABOVE[(alone.wrapping_mul(SEQUENCE) >> 27) as usize] as usize
}

#[cfg(test)]
mod tests {
    use super::lowest_bit;

    #[test]
    fn the_lowest_bit_is_found() {
        for bit in 0..32 {
            assert_eq!(lowest_bit(1 << bit), bit);
            assert_eq!(lowest_bit(u32::MAX << bit), bit);
        }
    }
}
