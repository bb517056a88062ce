//! Frames: a length, a kind, a payload.
//!
//! `u32` length of what follows (little endian), `u8` kind, payload. The
//! length is 1 to [`MAX_FRAME`].

use std::io::{self, Read};

use crate::error::{DecodeError, LinkError};

/// The most that a frame's length may say.
pub const MAX_FRAME: u32 = 1 << 20;

const HEADER: usize = 4;
const CHUNK: usize = 16 << 10;

/// One frame, still undecoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// What the payload is.
    pub kind: u8,
    /// The fields.
    pub payload: &'a [u8],
}

/// Appends a frame to `out`; `payload` appends the payload.
///
/// # Panics
/// When the payload does not fit a frame: the sender must split before.
pub fn encode(out: &mut Vec<u8>, kind: u8, payload: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; HEADER]);
    out.push(kind);
    payload(out);
    let len = u32::try_from(out.len() - start - HEADER).unwrap_or(u32::MAX);
    assert!(len <= MAX_FRAME, "a frame of {len} bytes was built");
    out[start..start + HEADER].copy_from_slice(&len.to_le_bytes());
}

/// The first frame of `bytes`, with how many bytes it takes; `None` when it is
/// not complete.
///
/// # Errors
/// When the header's length is zero or beyond [`MAX_FRAME`].
pub fn split(bytes: &[u8]) -> Result<Option<(Frame<'_>, usize)>, DecodeError> {
    let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else {
        return Ok(None);
    };
    let len = u32::from_le_bytes(*header);
    if len > MAX_FRAME {
        return Err(DecodeError::TooLong {
            len,
            limit: MAX_FRAME,
        });
    }
    let Some(body) = rest.get(..len as usize) else {
        return Ok(None);
    };
    let Some((kind, payload)) = body.split_first() else {
        return Err(DecodeError::Empty);
    };
    Ok(Some((
        Frame {
            kind: *kind,
            payload,
        },
        HEADER + len as usize,
    )))
}

/// What [`FrameReader::poll`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Polled<'a> {
    /// A whole frame.
    Frame(Frame<'a>),
    /// The stream's read timeout passed (or it is non-blocking) and no frame
    /// is complete. What has arrived is kept.
    Pending,
}

/// Cuts a byte stream into frames, with one system call per frame where the
/// stream allows it.
#[derive(Debug)]
pub struct FrameReader<R> {
    stream: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl<R: Read> FrameReader<R> {
    /// Reads frames from `stream`.
    pub fn new(stream: R) -> Self {
        Self {
            stream,
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
        }
    }

    /// The stream, for its options and for writing.
    pub fn stream_mut(&mut self) -> &mut R {
        &mut self.stream
    }

    /// Bytes the reader holds on to. Never more than one frame and a chunk.
    pub fn capacity(&self) -> usize {
        self.buffer.len()
    }

    /// Waits for the next frame.
    ///
    /// # Errors
    /// When the stream ends (within a frame or between two), fails, or holds
    /// no frame.
    pub fn poll(&mut self) -> Result<Polled<'_>, LinkError> {
        loop {
            let taken = split(&self.buffer[self.start..self.end])?.map(|(_, taken)| taken);
            if let Some(taken) = taken {
                let from = self.start;
                self.start += taken;
                let frame = split(&self.buffer[from..from + taken])?;
                // The same bytes were whole a moment ago.
                return Ok(frame.map_or(Polled::Pending, |(frame, _)| Polled::Frame(frame)));
            }
            self.make_room();
            match self.stream.read(&mut self.buffer[self.end..]) {
                Ok(0) => return Err(LinkError::PeerGone),
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                    ) =>
                {
                    return Ok(Polled::Pending);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Moves what is left to the front and makes space for the frame that has
    /// begun. Its length has been checked against the limit before.
    fn make_room(&mut self) {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let header = self.buffer[..self.end].first_chunk::<HEADER>();
        let wanted = header.map_or(0, |header| u32::from_le_bytes(*header) as usize);
        let size = (HEADER + wanted).max(self.end + 1).next_multiple_of(CHUNK);
        if self.buffer.len() < size {
            self.buffer.resize(size, 0);
        }
    }
}
