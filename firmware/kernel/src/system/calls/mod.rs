//! The system calls, all of one shape: their arguments have been checked by the
//! table, what is left is what each means.

pub mod memory;
pub mod misc;
pub mod object;
pub mod sync;
pub mod thread;
