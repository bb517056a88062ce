//! The host driver: what a Linux driver would do, written once for every target.
//!
//! The host is infinitely fast. It acts only while virtual time stands, so
//! that nothing the guest sees depends on the machine that runs the lab.

mod boot;
mod cost;
pub mod decode;
mod driver;
mod exchange;
mod hda;
pub mod log;
mod mailbox;
mod mtrace;
mod ports;
mod positions;

pub use boot::Image;
pub use cost::Cost;
pub use driver::{Host, HostError, Pause, Record};
pub use exchange::{Again, Exchange};
pub use hda::{Content, Side, StreamId};
pub use mailbox::{Mail, Received};
pub use ports::from_slots;
pub use positions::Reading;
