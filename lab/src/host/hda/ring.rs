//! Positions in a cyclic buffer.

/// A cyclic buffer of equal parts between the host and the DMA. Positions count bytes
/// since the beginning and never wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ring {
    /// Bytes of the buffer.
    size: u64,
    /// Bytes of a part.
    part: u64,
    /// Bytes that the firmware has told to have passed.
    position: u64,
    /// Bytes that the host has written or read.
    served: u64,
}

/// Bytes of the buffer, from an offset on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Offset in the buffer.
    pub offset: u32,
    /// How many bytes.
    pub len: u32,
}

impl Ring {
    /// An empty buffer of `parts` parts of `part` bytes.
    pub fn new(part: u32, parts: u32) -> Self {
        Self {
            size: u64::from(part) * u64::from(parts),
            part: u64::from(part),
            position: 0,
            served: 0,
        }
    }

    /// Takes the position in the buffer that the firmware tells.
    pub fn advance(&mut self, link_position: u32) {
        let old = self.position % self.size;
        let moved = (u64::from(link_position) + self.size - old) % self.size;
        self.position += moved;
    }

    /// What a playback stream may write now: all but one part, so that a full buffer is
    /// not taken for an empty one.
    pub fn writable(&self) -> u64 {
        (self.position + self.size - self.part).saturating_sub(self.served)
    }

    /// What a capture stream may read: whole parts, which the DMA has completed, or
    /// `all` up to the position.
    pub fn readable(&self, all: bool) -> u64 {
        let end = if all {
            self.position
        } else {
            self.position / self.part * self.part
        };
        end.saturating_sub(self.served)
    }

    /// Marks `bytes` as served; where they lie, in one piece or two.
    pub fn serve(&mut self, bytes: u64) -> [Option<Piece>; 2] {
        let start = self.served % self.size;
        self.served += bytes;
        let first = bytes.min(self.size - start);
        let piece = |offset: u64, len: u64| {
            (len > 0).then_some(Piece {
                offset: offset as u32,
                len: len as u32,
            })
        };
        [piece(start, first), piece(0, bytes - first)]
    }

    /// Up to where the DMA may go: 1 to the size.
    pub fn limit(&self, capture: bool) -> u32 {
        let end = if capture {
            self.served + self.size - self.part
        } else {
            self.served
        };
        match end % self.size {
            0 => self.size as u32,
            offset => offset as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A DMA that moves any amount within the limit, told late, loses and repeats nothing.
        #[test]
        fn what_is_written_is_read_once(steps in prop::collection::vec((0..400_u64, any::<bool>()), 1..200)) {
            let (part, parts) = (128, 4);
            let size = part * parts;
            let mut ring = Ring::new(part, parts);
            let mut memory = vec![0_u8; size as usize];
            let (mut sent, mut taken) = (0_u64, 0_u64);
            for (amount, told) in steps {
                for piece in ring.serve(ring.writable()).into_iter().flatten() {
                    for at in piece.offset..piece.offset + piece.len {
                        memory[at as usize] = sent as u8;
                        sent += 1;
                    }
                }
                for _ in 0..amount.min(sent - taken) {
                    prop_assert_eq!(memory[(taken % u64::from(size)) as usize], taken as u8);
                    taken += 1;
                }
                prop_assert_eq!(u64::from(ring.limit(false)) % u64::from(size), sent % u64::from(size));
                if told {
                    ring.advance((taken % u64::from(size)) as u32);
                }
                prop_assert!(sent - taken < u64::from(size));
            }
        }
    }

    #[test]
    fn capture_is_read_by_whole_parts_until_its_end() {
        let mut ring = Ring::new(128, 4);
        assert_eq!(ring.limit(true), 384);
        ring.advance(200);
        assert_eq!((ring.readable(false), ring.readable(true)), (128, 200));
        ring.serve(128);
        assert_eq!(ring.limit(true), 512);
        ring.advance(40);
        assert_eq!(ring.readable(true), 424);
        let pieces = ring.serve(424);
        assert_eq!(
            pieces,
            [
                Some(Piece {
                    offset: 128,
                    len: 384
                }),
                Some(Piece { offset: 0, len: 40 })
            ]
        );
    }
}
