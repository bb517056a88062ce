//! Reviewed snapshots: what a case did, without times and addresses.

mod audio;
mod fold;
mod render;
mod store;

pub use render::render;
pub use store::{Comparison, Policy, Store};
