//! Reading the firmware's log rings through the debug window.

use acelab_abi::core_id::CoreId;
use acelab_abi::mtrace;
use acelab_abi::regs::dmw;

use super::driver::{Host, HostError};
use super::log::LogLine;
use crate::target::Space;

/// BAR4 offset of the debug window: window 2.
const WINDOW: u32 = dmw::host_address(2);
/// Longer lines are cut; without this a firmware that never ends a line would fill the host's memory.
const LINE_MAX: usize = 1024;

/// What the host has read of each core's ring but not yet seen the end of.
#[derive(Debug)]
pub struct Reader {
    partial: Vec<Vec<u8>>,
}

impl Reader {
    /// A reader for the rings of this many cores.
    pub fn new(cores: u8) -> Self {
        Self {
            partial: vec![Vec::new(); usize::from(cores)],
        }
    }

    /// Takes bytes of a core's ring and returns the lines they complete.
    fn take(&mut self, core: CoreId, bytes: &[u8]) -> Vec<String> {
        let partial = &mut self.partial[core.index()];
        let mut lines = Vec::new();
        for &byte in bytes {
            if byte == b'\n' || partial.len() >= LINE_MAX {
                lines.push(text(partial));
                partial.clear();
            }
            if byte != b'\n' {
                partial.push(byte);
            }
        }
        lines
    }
}

/// Bytes as text on one line: what cannot be printed is shown as an escape.
fn text(bytes: &[u8]) -> String {
    let escape = |c: char| match c {
        '\t' => "\t".to_owned(),
        c if c.is_control() => c.escape_default().to_string(),
        c => c.to_string(),
    };
    String::from_utf8_lossy(bytes).chars().map(escape).collect()
}

/// The unread bytes of a ring, and its write pointer; none if a pointer is out of range.
fn unread(slot: &[u8]) -> Option<(Vec<u8>, u32)> {
    let word = |at: u32| -> Option<u32> {
        let at = usize::try_from(at).ok()?;
        slot.get(at..at + 4)?
            .try_into()
            .ok()
            .map(u32::from_le_bytes)
    };
    let (read, write) = (word(mtrace::HOST_READ_PTR)?, word(mtrace::DSP_WRITE_PTR)?);
    mtrace::used(read, write)?;
    let data = slot.get(mtrace::DATA as usize..mtrace::PAGE_BYTES as usize)?;
    let (read, end) = (read as usize, write as usize);
    let bytes = if end >= read {
        data.get(read..end)?.to_vec()
    } else {
        [data.get(read..)?, data.get(..end)?].concat()
    };
    Some((bytes, write))
}

impl Host {
    /// Reads every core's ring, unless the case told the host not to.
    pub fn read_firmware_log(&mut self) -> Result<(), HostError> {
        if !self.read_log {
            return Ok(());
        }
        let cores = usize::from(self.target.cores());
        // One access for descriptors and slots is cheaper than one for each pointer.
        let window = match self
            .target
            .read(Space::Host, WINDOW, mtrace::slot_offset(cores))
        {
            Ok(window) => window,
            // The firmware has not opened the window yet, or closed it.
            Err(error) if !error.is_infrastructure() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        for core in CoreId::ALL.into_iter().take(cores) {
            let Some(slot) = slot_of(&window, core) else {
                continue;
            };
            let base = mtrace::slot_offset(slot) as usize;
            let Some((bytes, write)) = window.get(base..).and_then(unread) else {
                continue;
            };
            if bytes.is_empty() {
                continue;
            }
            let pointer = WINDOW + mtrace::slot_offset(slot) + mtrace::HOST_READ_PTR;
            self.target
                .write(Space::Host, pointer, &write.to_le_bytes())?;
            for line in self.reader.take(core, &bytes) {
                let line = LogLine::parse(core, self.now, &line);
                self.timeline.log(line.time, core, line.text.clone());
                self.log.push(line);
            }
        }
        Ok(())
    }
}

/// The slot whose descriptor says that it is this core's log.
fn slot_of(window: &[u8], core: CoreId) -> Option<usize> {
    (0..mtrace::SLOTS).find(|slot| {
        let at = slot * mtrace::DESCRIPTOR_BYTES as usize + 4 * mtrace::DESCRIPTOR_TYPE;
        let word = window
            .get(at..at + 4)
            .and_then(|bytes| bytes.try_into().ok());
        word.map(u32::from_le_bytes) == Some(mtrace::debug_log_type(core))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slot(read: u32, write: u32, data: &[u8]) -> Vec<u8> {
        let mut slot = [read.to_le_bytes(), write.to_le_bytes()].concat();
        slot.extend_from_slice(data);
        slot.resize(mtrace::PAGE_BYTES as usize, 0);
        slot
    }

    #[test]
    fn a_ring_is_read_up_to_the_write_pointer() {
        assert_eq!(unread(&slot(0, 3, b"abcd")), Some((b"abc".to_vec(), 3)));
        assert_eq!(unread(&slot(3, 3, b"abcd")), Some((vec![], 3)));
        assert_eq!(unread(&slot(4088, 3, b"abcd")), None);
    }

    #[test]
    fn a_ring_that_wrapped_is_read_in_order() {
        let mut ring = slot(mtrace::DATA_BYTES - 2, 2, b"cd");
        let end = ring.len();
        ring[end - 2..].copy_from_slice(b"ab");
        assert_eq!(unread(&ring), Some((b"abcd".to_vec(), 2)));
    }

    #[test]
    fn a_ring_ends_where_the_next_slot_begins() {
        let mut slots = slot(mtrace::DATA_BYTES - 1, 1, b"b");
        let end = slots.len();
        slots[end - 1] = b'a';
        slots.extend(slot(0, 1, b"x"));
        assert_eq!(unread(&slots), Some((b"ab".to_vec(), 1)));
    }

    #[test]
    fn lines_may_come_in_parts_and_never_mix_cores() {
        let mut reader = Reader::new(2);
        let other = CoreId::ALL[1];
        assert_eq!(reader.take(CoreId::PRIMARY, b"one\ntw"), ["one"]);
        assert_eq!(reader.take(other, b"x\n"), ["x"]);
        assert_eq!(
            reader.take(CoreId::PRIMARY, b"o\n\x01\n"),
            ["two", "\\u{1}"]
        );
    }

    proptest! {
        #[test]
        fn any_slot_is_read_or_left_alone(read: u32, write: u32, slot in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut bytes = [read.to_le_bytes(), write.to_le_bytes()].concat();
            bytes.extend(slot);
            let _ = unread(&bytes);
        }
    }
}
