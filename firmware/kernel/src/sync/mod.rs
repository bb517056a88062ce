//! Objects that threads wait for. Each file holds the state of one kind and
//! what the kernel does with it.
//!
//! Who waits is a set; the first of a set is the most urgent thread, and among
//! equals the one that came first. Nothing is sorted, so a thread whose
//! priority changes while it waits needs no other place.

mod deadlines;
mod event;
mod mutex;
mod semaphore;
mod slot;
mod timer;

pub use deadlines::{DeadlineKey, Deadlines};
pub use event::EventFlags;
pub use mutex::{MAX_HELD, Mutex};
pub use semaphore::Semaphore;
pub use slot::Slot;
pub use timer::Timer;
