//! Runs a case on a target.

mod account;
mod codegen;
mod corrupt;
mod fault;
mod flood;
pub(crate) mod load;
mod measure;
mod memory_map;
mod power;
mod random;
mod register;
mod reply;
mod run;
mod runner;
mod streams;
mod vectors;
mod wait;

pub use run::{Finished, run_case, run_metered};
