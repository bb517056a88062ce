//! Hostile threads: each does what it must not, and nobody else may notice.
//!
//! Neighbours in another domain, on the same core and on others, look all the
//! while whether their memory, registers and objects are as they were and
//! whether each tick comes in its time.

mod address;
mod arena;
mod attacks;
mod code;
mod encoding;
mod end;
mod leak;
mod loops;
mod memory;
mod neighbour;
mod neighbours;
mod page;
mod place;
mod privileged;
mod random;
mod random_calls;
mod random_code;
mod special;
mod storm;

pub use attacks::{hostile_code, hostile_memory, hostile_privileged, hostile_state};
pub use leak::register_leak;
pub use loops::loop_attack;
pub use random_calls::random_syscalls;
pub use random_code::random_code;
pub use special::special_registers;
pub use storm::wake_up_storm;

pub(super) use address::kernel_hash;
pub(super) use arena::{Arena, Call};
pub(super) use attacks::Line;
pub(super) use end::End;
pub(super) use neighbours::{Neighbours, Which};
pub(super) use page::Page;
pub(super) use place::{Access, Address, Place};
