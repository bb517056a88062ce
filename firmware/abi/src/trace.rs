//! Events: what the machine saw, as the canonical log records it.
//!
//! The machine writes them, the host link carries them 32 bytes each, the lab
//! prints and compares them. They hold virtual time only.

mod channel;
mod event;
mod field;
mod kind;
mod value;

pub use channel::Channel;
pub use event::{EVENT_BYTES, Event, LineHead, UnknownEvent};
pub use kind::EventKind;
pub use value::{Access, Mode, Peer, PowerRefusal, RomError, RomState, Switch, WindowRefusal};
