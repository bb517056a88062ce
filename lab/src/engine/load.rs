//! Loading a library: the host's DMA sends the file while the request is worked on.

use acelab_abi::clock::Nanos;
use acelab_abi::ipc4::layout::{LIBRARY_DMA, LIBRARY_ID};
use acelab_abi::ipc4::{GlobalType, Primary, Target};
use acelab_signal::{Format, Sample};

use super::runner::{Halt, Runner};
use crate::case::Load;
use crate::case::expect::ReplyExpectation;
use crate::case::message::{Message, put};
use crate::host::{Content, Side, StreamId};
use crate::library::LibraryError;

/// What the controller is told to carry: its format says nothing about a file.
pub(crate) const FORMAT: Format = Format {
    sample: Sample::S32,
    rate: 48_000,
    channels: 2,
};

/// Length of the cyclic buffer.
pub(crate) const BUFFER: Nanos = Nanos::from_millis(200);

/// What is sent, and how.
pub(super) struct Sending {
    /// The file.
    pub bytes: Vec<u8>,
    /// Bytes after which nothing more comes.
    pub end: usize,
    /// Number of the host's DMA stream.
    pub dma: u8,
    /// The id that the message gives it.
    pub id: u8,
    /// Whether LOAD_LIBRARY_PREPARE is sent before.
    pub prepare: bool,
}

impl Runner<'_> {
    /// Sends LOAD_LIBRARY, before it LOAD_LIBRARY_PREPARE if it is asked for, with the DMA running.
    pub(super) fn load(&mut self, step: &Load) -> Result<(), Halt> {
        let bytes = self.library_bytes(step.library)?;
        let sending = Sending {
            end: step.stall.map_or(bytes.len(), |end| end as usize),
            bytes,
            dma: step.dma,
            id: step.id.unwrap_or(step.library),
            prepare: step.prepare,
        };
        self.send_library(sending, &step.expect)
    }

    /// Sends a file, and checks the reply.
    pub(super) fn send_library(
        &mut self,
        sending: Sending,
        expect: &ReplyExpectation,
    ) -> Result<(), Halt> {
        let Sending {
            bytes,
            end,
            dma,
            id,
            prepare,
        } = sending;
        let stream = StreamId {
            side: Side::Playback,
            index: dma,
        };
        let content = Content::Bytes { end, bytes };
        let opened = self.host.hda_open(stream, FORMAT, content, BUFFER);
        self.tried("host stream", "it can be opened", opened)?;
        let running = self.host.hda_run(stream, true);
        self.tried("host stream", "it runs", running)?;
        if prepare {
            let message = message(GlobalType::LoadLibraryPrepare, dma, 0);
            self.exchange(&message, &ReplyExpectation::default())?;
        }
        let message = message(GlobalType::LoadLibrary, dma, id);
        self.exchange(&message, expect)?;
        let stopped = self.host.hda_run(stream, false);
        self.tried("host stream", "it stands", stopped)?;
        let closed = self.host.hda_close(stream).map(|_| ());
        self.tried("host stream", "it can be closed", closed)
    }

    /// What was sent for a library of the case, once it was read.
    pub(super) fn library_file(&self, id: u32) -> Option<&[u8]> {
        let file = self.libraries.known(u8::try_from(id).ok()?)?;
        Some(&file.bytes)
    }

    pub(super) fn library_bytes(&mut self, id: u8) -> Result<Vec<u8>, Halt> {
        let library = self.case.libraries.iter().find(|library| library.id == id);
        let file = match library {
            Some(library) => self.libraries.get(library).map(|file| file.bytes.clone()),
            // Numbers are checked when the case is read.
            None => Ok(Vec::new()),
        };
        file.map_err(|error| self.no_library(&error))
    }

    /// Notes that a library's file cannot be had.
    pub(super) fn no_library(&mut self, error: &LibraryError) -> Halt {
        self.fail("library", "its file", error.to_string());
        Halt::Failed
    }
}

/// The request to load a library by a stream, or to prepare for that.
pub(crate) fn message(kind: GlobalType, dma: u8, library: u8) -> Message {
    let mut message = Message {
        primary: Primary::request(Target::Global, kind.code()).word(),
        extension: 0,
        payload: Vec::new(),
        modules: Vec::new(),
    };
    put(&mut message, LIBRARY_DMA, u32::from(dma));
    put(&mut message, LIBRARY_ID, u32::from(library));
    message
}
