//! Events: what the machine saw, as the canonical log records it.
//!
//! The machine writes them, the host link carries them 32 bytes each, the lab
//! prints and compares them. They hold virtual time only.

mod channel;
mod counters;
mod event;
mod field;
mod kind;
mod value;

pub use channel::Channel;
pub use counters::{Activity, CAUSES, CoreCounters, LEVELS, Origin, SYSCALL_NUMBERS};
pub use event::{EVENT_BYTES, Event, LineHead, UnknownEvent};
pub use kind::EventKind;
pub use value::{
    Access, Direction, GatewayFault, Mode, Peer, PortFault, PowerRefusal, RomError, RomState,
    StreamFault, Switch, WindowRefusal,
};
