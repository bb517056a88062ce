//! Debug IPC: the tests of parameter TEST. Only the variant `debug` has them.

mod codegen;
mod irq_cost;
mod job;
mod ping;
mod provoke;
mod tests;

pub use irq_cost::probe;
pub use job::{has_job, run_job};
pub use ping::answer;
pub use tests::{run, start, start_deferred};
