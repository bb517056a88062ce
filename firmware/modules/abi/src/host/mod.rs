//! The firmware's side: a module of the engine made from a table.

mod caller;
mod guest;
mod ledger;
mod views;

pub use caller::{Caller, Fault, Kind};
pub use guest::{Guest, TableError, WRONG_ANSWER, check_table};
pub use ledger::{Ledger, MAX_BLOCKS};
