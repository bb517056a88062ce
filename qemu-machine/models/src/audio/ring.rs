//! The ring in HP-SRAM through which a gateway and the firmware pass data.

use acelab_abi::memory::{HP_SRAM, to_cached};
use acelab_abi::regs::hda::{BUFFER_ALIGN, BUFFER_SIZE, SIZE_ALIGN};
use acelab_abi::trace::GatewayFault;

use crate::access::{Memory, NotRam};

/// Place, positions and how much there is to read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ring {
    base: u32,
    size: u32,
    read: u32,
    write: u32,
    fill: u32,
}

impl Ring {
    pub(super) const fn base(&self) -> u32 {
        self.base
    }

    pub(super) const fn size(&self) -> u32 {
        self.size
    }

    pub(super) const fn read_position(&self) -> u32 {
        self.read
    }

    pub(super) const fn write_position(&self) -> u32 {
        self.write
    }

    /// Bytes to read.
    pub(super) const fn fill(&self) -> u32 {
        self.fill
    }

    /// Bytes that may be written.
    pub(super) const fn space(&self) -> u32 {
        self.size - self.fill
    }

    /// The ring begins here from now on; what it holds is dropped.
    pub(super) fn set_base(&mut self, base: u32) {
        self.base = to_cached(base);
        self.drop_contents();
    }

    /// The ring has so many bytes from now on; what it holds is dropped, and a
    /// position beyond its end becomes 0.
    pub(super) fn set_size(&mut self, size: u32) {
        self.size = size & BUFFER_SIZE;
        self.drop_contents();
        if self.write >= self.size {
            self.read = 0;
            self.write = 0;
        }
    }

    /// Empties the ring: the reader is where the writer is.
    pub(super) fn drop_contents(&mut self) {
        self.read = self.write;
        self.fill = 0;
    }

    /// Whether data can be moved through the ring as it is.
    pub(super) fn check(&self) -> Result<(), (GatewayFault, u32)> {
        if !self.base.is_multiple_of(BUFFER_ALIGN) {
            Err((GatewayFault::Misaligned, self.base))
        } else if self.size == 0 || !self.size.is_multiple_of(SIZE_ALIGN) {
            Err((GatewayFault::BadSize, self.size))
        } else if !HP_SRAM.contains(self.base, self.size) {
            Err((GatewayFault::OutsideMemory, self.base))
        } else {
            Ok(())
        }
    }

    /// `len` more bytes may be read, at most the space.
    pub(super) fn produce(&mut self, len: u32) {
        self.write = self.after(self.write, len);
        self.fill += len;
    }

    /// `len` bytes have been read, at most the fill.
    pub(super) fn consume(&mut self, len: u32) {
        self.read = self.after(self.read, len);
        self.fill -= len;
    }

    const fn after(&self, position: u32, len: u32) -> u32 {
        let room = self.size - position;
        if len < room {
            position + len
        } else {
            len - room
        }
    }

    /// The bytes at the read position up to the end of the ring, at most `len`:
    /// their address and number.
    pub(super) fn readable(&self, len: u32) -> (u32, u32) {
        let len = len.min(self.fill).min(self.size - self.read);
        (self.base + self.read, len)
    }

    /// The space at the write position up to the end of the ring, at most `len`
    /// bytes of it: its address and size.
    pub(super) fn writable(&self, len: u32) -> (u32, u32) {
        let len = len.min(self.space()).min(self.size - self.write);
        (self.base + self.write, len)
    }

    /// Takes bytes out of the ring, as many as `bytes` has; at most the fill.
    pub(super) fn take(&mut self, bytes: &mut [u8], mem: &mut dyn Memory) -> Result<(), NotRam> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (address, len) = self.readable(rest.len() as u32);
            if len == 0 {
                return Err(NotRam);
            }
            let (head, tail) = rest.split_at_mut(len as usize);
            mem.read(address, head)?;
            self.consume(len);
            rest = tail;
        }
        Ok(())
    }

    /// Puts bytes into the ring, at most its space.
    pub(super) fn put(&mut self, bytes: &[u8], mem: &mut dyn Memory) -> Result<(), NotRam> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (address, len) = self.writable(rest.len() as u32);
            if len == 0 {
                return Err(NotRam);
            }
            let (head, tail) = rest.split_at(len as usize);
            mem.write(address, head)?;
            self.produce(len);
            rest = tail;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Memory of 256 bytes from the start of HP-SRAM.
    struct Small(Vec<u8>);

    impl Small {
        fn range(&self, addr: u32, len: usize) -> Result<std::ops::Range<usize>, NotRam> {
            let start = addr.checked_sub(HP_SRAM.base).ok_or(NotRam)? as usize;
            (start + len <= self.0.len())
                .then_some(start..start + len)
                .ok_or(NotRam)
        }
    }

    impl Memory for Small {
        fn read(&mut self, addr: u32, bytes: &mut [u8]) -> Result<(), NotRam> {
            bytes.copy_from_slice(&self.0[self.range(addr, bytes.len())?]);
            Ok(())
        }

        fn write(&mut self, addr: u32, bytes: &[u8]) -> Result<(), NotRam> {
            let range = self.range(addr, bytes.len())?;
            self.0[range].copy_from_slice(bytes);
            Ok(())
        }
    }

    fn ring(size: u32) -> Ring {
        let mut ring = Ring::default();
        ring.set_base(HP_SRAM.base);
        ring.set_size(size);
        assert_eq!(ring.check(), Ok(()));
        ring
    }

    #[test]
    fn what_cannot_be_a_ring_is_told() {
        let check = |base, size| {
            let mut ring = Ring::default();
            ring.set_base(base);
            ring.set_size(size);
            ring.check().map_err(|(fault, _)| fault)
        };
        assert_eq!(check(HP_SRAM.base, 0), Err(GatewayFault::BadSize));
        assert_eq!(check(HP_SRAM.base, 16), Err(GatewayFault::BadSize));
        assert_eq!(check(HP_SRAM.base + 64, 64), Err(GatewayFault::Misaligned));
        assert_eq!(check(0, 64), Err(GatewayFault::OutsideMemory));
        assert_eq!(
            check(HP_SRAM.end() - 128, 160),
            Err(GatewayFault::OutsideMemory)
        );
        assert_eq!(
            check(0xFFFF_FF80, 0xFF_FFE0),
            Err(GatewayFault::OutsideMemory)
        );
        assert_eq!(check(0x4002_0000, 64), Ok(()), "the uncached alias");
    }

    #[test]
    fn a_full_ring_is_told_from_an_empty_one() {
        let mut ring = ring(64);
        ring.produce(64);
        assert_eq!((ring.fill(), ring.space()), (64, 0));
        assert_eq!(ring.write_position(), ring.read_position());
        ring.consume(64);
        assert_eq!((ring.fill(), ring.space()), (0, 64));
    }

    #[test]
    fn a_new_size_keeps_positions_that_are_in_it() {
        let mut ring = ring(128);
        ring.produce(96);
        ring.set_size(112);
        assert_eq!((ring.read_position(), ring.write_position()), (96, 96));
        assert_eq!(ring.fill(), 0);
        ring.set_size(96);
        assert_eq!((ring.read_position(), ring.write_position()), (0, 0));
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(steps in prop::collection::vec((0..200_u32, any::<bool>()), 0..60)) {
            let mut memory = Small(vec![0; 256]);
            let mut ring = ring(96);
            let mut expected = std::collections::VecDeque::new();
            let mut next = 0_u8;
            for (len, put) in steps {
                if put {
                    let bytes: Vec<u8> = (0..len.min(ring.space()))
                        .map(|_| { next = next.wrapping_add(1); next })
                        .collect();
                    expected.extend(bytes.iter().copied());
                    ring.put(&bytes, &mut memory).expect("space");
                } else {
                    let mut bytes = vec![0; len.min(ring.fill()) as usize];
                    ring.take(&mut bytes, &mut memory).expect("data");
                    let wanted: Vec<u8> = expected.drain(..bytes.len()).collect();
                    prop_assert_eq!(bytes, wanted);
                }
                prop_assert_eq!(ring.fill() as usize, expected.len());
                prop_assert!(ring.read_position() < 96 && ring.write_position() < 96);
            }
            prop_assert!(memory.0[96..].iter().all(|byte| *byte == 0), "written outside");
        }
    }
}
