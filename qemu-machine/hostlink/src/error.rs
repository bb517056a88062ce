//! What can go wrong on the link.

use std::io;

/// The bytes of a frame are no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A frame without even a kind.
    #[error("empty frame")]
    Empty,
    /// A frame longer than the limit.
    #[error("frame of {len} bytes, the limit is {limit}")]
    TooLong {
        /// What its header says.
        len: u32,
        /// [`crate::frame::MAX_FRAME`].
        limit: u32,
    },
    /// A kind that this direction does not have.
    #[error("unknown kind {0:#04x}")]
    UnknownKind(u8),
    /// The payload ends before its fields do.
    #[error("payload of kind {kind:#04x} is too short")]
    Short {
        /// The message's kind.
        kind: u8,
    },
    /// The payload goes on after its fields.
    #[error("payload of kind {kind:#04x} has {extra} bytes too many")]
    Trailing {
        /// The message's kind.
        kind: u8,
        /// How many.
        extra: usize,
    },
    /// A field has a value that means nothing.
    #[error("{field} {value:#x} does not exist")]
    BadValue {
        /// The field.
        field: &'static str,
        /// Its value.
        value: u32,
    },
    /// The hello does not begin with [`crate::MAGIC`].
    #[error("hello without the magic, got {0:02x?}")]
    BadMagic([u8; 4]),
    /// An event this version does not know.
    #[error(transparent)]
    UnknownEvent(#[from] acelab_abi::trace::UnknownEvent),
}

/// The link is of no use any more.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The other side closed its end or died.
    #[error("the peer is gone")]
    PeerGone,
    /// The other side sent something that is no message.
    #[error("the peer broke the protocol: {0}")]
    Decode(#[from] DecodeError),
    /// The other side sent a message that does not belong here.
    #[error("the peer broke the protocol: {got} instead of {expected}")]
    Unexpected {
        /// What it sent.
        got: &'static str,
        /// What would have been right.
        expected: &'static str,
    },
    /// The other side speaks another version.
    #[error("the peer speaks version {theirs} of the host link, this side {ours}")]
    Version {
        /// Its version.
        theirs: u16,
        /// [`crate::VERSION`].
        ours: u16,
    },
    /// The socket failed.
    #[error("host link: {0}")]
    Io(#[source] io::Error),
}

impl From<io::Error> for LinkError {
    /// Errors that only say that the other side is gone become
    /// [`LinkError::PeerGone`].
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::NotConnected
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::WriteZero => Self::PeerGone,
            _ => Self::Io(error),
        }
    }
}
