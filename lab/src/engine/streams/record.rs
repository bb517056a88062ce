//! The outer ends of streams: the host's buffers, and what is recorded.

use std::path::Path;

use acelab_abi::clock::Nanos;
use acelab_signal::{Format, Pcm, Source};

use super::super::runner::{Halt, Runner};
use crate::case::stream::Stream;
use crate::host::{Content, HostError, Side, StreamId, from_slots};
use crate::stream::{Part, Planned, Take};

/// After a pause, what the DSP has handed over last needs this long into the host's memory.
const SETTLE: Nanos = Nanos::from_micros(100);

/// The host's side of a stream, if it has one.
fn host_side(planned: &Planned) -> Option<StreamId> {
    let side = if planned.is_playback() {
        Side::Playback
    } else {
        Side::Capture
    };
    let index = planned.stream.host()?;
    Some(StreamId { side, index })
}

/// FNV-1a of 64 bits.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3)
    })
}

impl Runner<'_> {
    /// Opens both ends before a start.
    pub(super) fn open(&mut self, index: usize) -> Result<(), Halt> {
        let planned = self.planned(index);
        let stream = &planned.stream;
        if let Some(port) = stream.port() {
            let hears = !planned.is_playback() && stream.loopback.is_none();
            let source = if hears {
                Some(self.source(stream, planned.input())?)
            } else {
                None
            };
            let result = self.host.connect_port(port, source);
            self.tried("port", "it can be connected", result)?;
            // What it has sent before is of another stream.
            if planned.is_playback() {
                let result = self.host.drain_port(port);
                self.tried("port", "it can be recorded", result)?;
            }
        }
        if let Some(id) = host_side(&planned) {
            let content = if planned.is_playback() {
                Content::Signal(self.source(stream, stream.format)?)
            } else {
                Content::Silence
            };
            let result = self
                .host
                .hda_open(id, stream.format, content, stream.buffer.0);
            self.tried("host stream", "it can be opened", result)?;
        }
        Ok(())
    }

    fn source(&mut self, stream: &Stream, format: Format) -> Result<Source, Halt> {
        let folder = self.case.folder.clone();
        Source::open(&stream.signal, format, Path::new(&folder)).map_err(|error| {
            self.fail(
                format!("signal of `{}`", stream.name),
                "a signal",
                error.to_string(),
            );
            Halt::Failed
        })
    }

    pub(super) fn run_hosts(&mut self, group: &[usize], run: bool) -> Result<(), Halt> {
        for index in group {
            if let Some(id) = host_side(&self.planned(*index)) {
                let result = self.host.hda_run(id, run);
                self.tried("host stream", "it can be moved", result)?;
            }
        }
        Ok(())
    }

    pub(super) fn serve(&mut self, index: usize, serve: bool) -> Result<(), Halt> {
        match host_side(&self.planned(index)) {
            Some(id) => {
                let result = self.host.hda_serve(id, serve);
                self.tried("host stream", "it can be served", result)
            }
            None => Ok(()),
        }
    }

    pub(super) fn close(&mut self, index: usize) -> Result<(), Halt> {
        match host_side(&self.planned(index)) {
            Some(id) => {
                let result = self.host.hda_close(id).map(|_| ());
                self.tried("host stream", "it can be closed", result)
            }
            None => Ok(()),
        }
    }

    /// Keeps what was recorded since the stream began or went on; `end` is when the
    /// message was sent that ended it.
    pub(super) fn collect(&mut self, index: usize, end: Nanos) -> Result<(), Halt> {
        let planned = self.planned(index);
        let (begin, fresh) = {
            let state = &self.streams.states[index];
            (state.begin, state.fresh)
        };
        let result = self.recorded(&planned, begin);
        let parts = self.tried("recording", "it can be fetched", result)?;
        // So that the determinism check compares the sound as well.
        for part in &parts {
            let (frames, hash) = (part.pcm.frames(), fnv(part.pcm.bytes()));
            let name = &planned.stream.name;
            self.host
                .note(format!("recorded {name} frames={frames} fnv={hash:016x}"));
        }
        self.streams.tracks[index].takes.push(Take {
            begin,
            end,
            fresh,
            parts,
        });
        Ok(())
    }

    fn recorded(&mut self, planned: &Planned, begin: Nanos) -> Result<Vec<Part>, HostError> {
        if !planned.is_playback() {
            let Some(id) = host_side(planned) else {
                return Ok(Vec::new());
            };
            self.host
                .pass_until(self.host.now().saturating_add(SETTLE))?;
            let bytes = self.host.hda_recorded(id)?;
            return Ok(vec![Part {
                start: begin,
                pcm: Pcm::new(planned.stream.format, bytes),
            }]);
        }
        let Some(port) = planned.stream.port() else {
            return Ok(Vec::new());
        };
        let parts = self.host.drain_port(port)?;
        let part = |recording: crate::target::Recording| Part {
            start: recording.start,
            pcm: from_slots(planned.output, &recording.bytes),
        };
        Ok(parts.into_iter().map(part).collect())
    }

    /// Keeps what streams have recorded that the case has not stopped.
    pub(in crate::engine) fn collect_playing(&mut self) -> Result<(), Halt> {
        let end = self.host.now();
        for index in 0..self.streams.states.len() {
            if self.streams.states[index].stage == super::Stage::Playing {
                self.collect(index, end)?;
            }
        }
        Ok(())
    }
}
