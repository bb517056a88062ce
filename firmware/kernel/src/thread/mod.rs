//! Threads: what the kernel knows of each, and who may run next on a core.

mod limits;
mod name;
mod ready;
mod record;
mod set;

pub use limits::{Guard, Limits};
pub use name::Name;
pub use ready::{Links, ReadyQueue};
pub use record::{Call, Message, Pending, State, Thread, Wait};
pub use set::ThreadSet;
