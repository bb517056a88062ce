//! The firmware's side: a module of the engine made from a table.

mod area;
mod blocks;
mod bounce;
mod caller;
mod guest;
mod ledger;

pub use area::Area;
pub use bounce::{Bounce, Runner};
pub use caller::{Caller, Fault, Kind};
pub use guest::{Guest, NO_PROGRESS, TableError, WRONG_ANSWER, check_table};
pub use ledger::{Ledger, MAX_BLOCKS, USES_PER_SAMPLE};
