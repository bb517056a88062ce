//! The writer's end of a log ring.

use core::sync::atomic::{AtomicU8, AtomicU32, Ordering, fence};

use acelab_abi::mtrace::{self, DATA_BYTES};

/// The line did not fit; nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingFull;

/// A log ring in shared memory. The core that owns the ring writes it with
/// interrupts masked; the host reads at any time.
#[derive(Clone, Copy)]
pub struct Ring<'a> {
    host_read_ptr: &'a AtomicU32,
    dsp_write_ptr: &'a AtomicU32,
    data: &'a [AtomicU8],
}

impl<'a> Ring<'a> {
    /// A ring over its two pointers and its data.
    ///
    /// # Panics
    /// When `data` is not as large as the ring of the ABI.
    #[must_use]
    pub fn new(
        host_read_ptr: &'a AtomicU32,
        dsp_write_ptr: &'a AtomicU32,
        data: &'a [AtomicU8],
    ) -> Self {
        assert!(
            data.len() == DATA_BYTES as usize,
            "log ring of a wrong size"
        );
        Self {
            host_read_ptr,
            dsp_write_ptr,
            data,
        }
    }

    /// Empties the ring; for boot only, before the host looks.
    pub fn reset(self) {
        self.host_read_ptr.store(0, Ordering::Relaxed);
        self.dsp_write_ptr.store(0, Ordering::Relaxed);
    }

    /// How far the host has read. The host may have written anything.
    #[must_use]
    pub fn host_read_ptr(self) -> u32 {
        self.host_read_ptr.load(Ordering::Relaxed)
    }

    /// Bytes the host has not read.
    #[must_use]
    pub fn used(self, write_ptr: u32) -> u32 {
        mtrace::used(self.host_read_ptr(), write_ptr).unwrap_or(0)
    }

    /// Bytes that fit; none when the host's pointer is out of range.
    #[must_use]
    pub fn free(self, write_ptr: u32) -> u32 {
        mtrace::free(self.host_read_ptr(), write_ptr).unwrap_or(0)
    }

    /// Appends `line` at `write_ptr`, all of it or nothing, and returns the new
    /// write pointer. The caller keeps the pointer: the copy in the ring can be
    /// overwritten by the host.
    pub fn append(self, write_ptr: u32, line: &[u8]) -> Result<u32, RingFull> {
        let len = u32::try_from(line.len()).map_err(|_| RingFull)?;
        if len > self.free(write_ptr) {
            return Err(RingFull);
        }
        let (wrapped, first) = self.data.split_at(write_ptr as usize);
        let (head, tail) = line.split_at(line.len().min(first.len()));
        copy(first, head);
        copy(wrapped, tail);
        let end = (write_ptr + len) % DATA_BYTES;
        // The text must be there before the host learns of it.
        fence(Ordering::Release);
        self.dsp_write_ptr.store(end, Ordering::Relaxed);
        Ok(end)
    }
}

fn copy(slots: &[AtomicU8], bytes: &[u8]) {
    for (slot, byte) in slots.iter().zip(bytes) {
        slot.store(*byte, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    struct Memory {
        read: AtomicU32,
        write: AtomicU32,
        data: Vec<AtomicU8>,
    }

    impl Memory {
        fn new() -> Self {
            let data = (0..DATA_BYTES).map(|_| AtomicU8::new(0)).collect();
            Self {
                read: AtomicU32::new(0),
                write: AtomicU32::new(0),
                data,
            }
        }

        fn ring(&self) -> Ring<'_> {
            Ring::new(&self.read, &self.write, &self.data)
        }

        /// Reads everything, as the host does.
        fn drain(&self) -> Vec<u8> {
            let mut text = Vec::new();
            let mut at = self.read.load(Ordering::Relaxed);
            while at != self.write.load(Ordering::Relaxed) {
                text.push(self.data[at as usize].load(Ordering::Relaxed));
                at = (at + 1) % DATA_BYTES;
            }
            self.read.store(at, Ordering::Relaxed);
            text
        }
    }

    #[test]
    fn a_full_ring_takes_nothing() {
        let memory = Memory::new();
        let end = memory.ring().append(0, &[b'a'; 4087]).unwrap();
        assert_eq!(memory.ring().free(end), 0);
        assert_eq!(memory.ring().append(end, b"b"), Err(RingFull));
        assert_eq!(memory.drain().len(), 4087);
        assert!(memory.ring().append(end, b"b").is_ok());
    }

    #[test]
    fn a_read_pointer_out_of_range_stops_the_log() {
        let memory = Memory::new();
        memory.read.store(DATA_BYTES, Ordering::Relaxed);
        assert_eq!(memory.ring().append(0, b"x"), Err(RingFull));
        assert_eq!(memory.ring().used(5), 0);
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out_in_whole_lines(
            steps in prop::collection::vec((0usize..300, any::<u8>(), any::<bool>()), 1..200)
        ) {
            let memory = Memory::new();
            let mut write_ptr = 0;
            let mut expected = Vec::new();
            let mut got = Vec::new();
            for (len, byte, host_reads) in steps {
                let line = std::vec![byte; len];
                match memory.ring().append(write_ptr, &line) {
                    Ok(end) => {
                        write_ptr = end;
                        expected.extend_from_slice(&line);
                    }
                    Err(RingFull) => prop_assert!(len as u32 > memory.ring().free(write_ptr)),
                }
                prop_assert_eq!(memory.ring().used(write_ptr) as usize, expected.len() - got.len());
                if host_reads {
                    got.extend(memory.drain());
                }
            }
            got.extend(memory.drain());
            prop_assert_eq!(got, expected);
        }
    }
}
