//! Debug IPC: the tests of parameter TEST. Only the variant `debug` has them.

mod codegen;
mod faults;
mod irq_cost;
mod job;
mod kernel_tests;
mod memory_map;
mod ping;
mod provoke;
mod tests;

pub use faults::without_shoot_down;
pub use irq_cost::probe;
pub use job::test;
pub use ping::answer;
pub use provoke::in_handler;
pub use tests::{mark, run, start, start_deferred};
