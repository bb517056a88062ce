//! The host mailbox: one command at a time in, replies and notifications out.

mod host;
mod send_queue;

pub use host::{Command, HostMailbox, Outbox, emergency_send};
pub use send_queue::{Next, Outgoing, Payload, SendQueue};
