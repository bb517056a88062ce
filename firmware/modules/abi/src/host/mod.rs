//! The firmware's side: a module of the engine made from a table.

mod caller;
mod guest;
mod views;

pub use caller::{Caller, Fault};
pub use guest::{Guest, TableError, WRONG_ANSWER, check_table};
