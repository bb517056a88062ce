//! What is outside of the part's ports: a source for each that is listened to, and a
//! recorder for each that sends.

use acelab_abi::port::{PortId, PortMode};
use acelab_signal::{Format, Pcm, Sample, Source};

use super::driver::{Host, HostError};
use crate::target::Recording;

/// The sources at the ports.
#[derive(Default)]
pub struct Ports {
    sources: Vec<PortSource>,
}

struct PortSource {
    port: PortId,
    source: Source,
    /// The next frame to queue.
    frame: u64,
}

/// Bytes of a slot outside of the part.
const SLOT_BYTES: usize = 4;
/// Frames that are queued at a port: 1/10 s.
const AHEAD: u32 = 10;

impl Host {
    /// Connects a port to the lab: what it sends is recorded, what it receives comes from
    /// `source` or is silence.
    pub fn connect_port(&mut self, port: PortId, source: Option<Source>) -> Result<(), HostError> {
        self.target.set_port(port, PortMode::External)?;
        let Some(source) = source else {
            return Ok(());
        };
        if self.ports.sources.iter().any(|known| known.port == port) {
            return Ok(());
        }
        self.note(format!("port {port} source {}", source.format()));
        self.ports.sources.push(PortSource {
            port,
            source,
            frame: 0,
        });
        self.feed_ports()
    }

    /// Queues more of each source where little is left.
    pub(super) fn feed_ports(&mut self) -> Result<(), HostError> {
        for item in &mut self.ports.sources {
            let format = item.source.format();
            let slot_bytes = SLOT_BYTES * usize::from(format.channels);
            let frames = (format.rate / AHEAD) as usize;
            let queued = self.target.port_status(item.port)?.queued as usize;
            if queued < frames * slot_bytes {
                let pcm = item.source.pcm(item.frame, frames);
                self.target.queue_source(item.port, &slots(&pcm))?;
                item.frame += frames as u64;
            }
        }
        Ok(())
    }

    /// Frames that the source at a port has given out.
    pub fn port_source_frames(&self, port: PortId) -> u64 {
        let known = self.ports.sources.iter().find(|known| known.port == port);
        known.map_or(0, |known| known.frame)
    }

    /// What a port has sent since it was asked last, each part without a gap.
    pub fn drain_port(&mut self, port: PortId) -> Result<Vec<Recording>, HostError> {
        let mut parts: Vec<Recording> = Vec::new();
        loop {
            let part = self.target.drain_sink(port)?;
            if part.bytes.is_empty() {
                return Ok(parts);
            }
            match parts.last_mut().filter(|last| follows(last, &part)) {
                Some(last) => last.bytes.extend(part.bytes),
                None => parts.push(part),
            }
        }
    }
}

/// Whether `part` goes on where `last` ends: the machine hands out long parts in pieces.
fn follows(last: &Recording, part: &Recording) -> bool {
    let frames = last.bytes.len() / usize::from(last.frame_bytes).max(1);
    part.frame != 0
        && part.frame_bytes == last.frame_bytes
        && last.frame + frames as u64 == part.frame
}

/// Audio as words of slots.
fn slots(pcm: &Pcm) -> Vec<u8> {
    match pcm.format().sample {
        Sample::S16 => {
            let samples = pcm.bytes().chunks_exact(2);
            samples
                .flat_map(|sample| [sample[0], sample[1], 0, 0])
                .collect()
        }
        _ => pcm.bytes().to_vec(),
    }
}

/// Words of slots as audio in the format that the port was set to.
pub fn from_slots(format: Format, words: &[u8]) -> Pcm {
    let bytes = match format.sample {
        Sample::S16 => {
            let words = words.chunks_exact(SLOT_BYTES);
            words.flat_map(|word| [word[0], word[1]]).collect()
        }
        _ => words.to_vec(),
    };
    Pcm::new(format, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn slots_hold_samples() {
        for text in ["s16le/48000/2", "s24le/48000/3", "s32le/8000/1"] {
            let format = text.parse().expect("a format");
            let signal = "noise -1 dBFS".parse().expect("a signal");
            let source = Source::open(&signal, format, Path::new(".")).expect("no file");
            let pcm = source.pcm(0, 100);
            let words = slots(&pcm);
            assert_eq!(words.len(), 100 * 4 * usize::from(format.channels));
            assert_eq!(from_slots(format, &words), pcm);
        }
    }

    #[test]
    fn pieces_of_a_part_are_one_part() {
        let piece = |frame, frames: usize| Recording {
            frame,
            frame_bytes: 8,
            bytes: vec![0; 8 * frames],
            ..Recording::default()
        };
        assert!(follows(&piece(0, 10), &piece(10, 5)));
        assert!(follows(&piece(10, 5), &piece(15, 1)));
        assert!(!follows(&piece(0, 10), &piece(0, 5)));
        assert!(!follows(&piece(0, 10), &piece(11, 5)));
    }
}
