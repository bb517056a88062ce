//! The firmware's side: a module of the engine made from a table.

mod area;
mod blocks;
mod bounce;
mod caller;
mod check;
mod guest;
mod ledger;
mod link;

pub use area::Area;
pub use bounce::{Bounce, Runner};
pub use caller::{Caller, Fault, Kind};
pub use check::{TableError, check_table};
pub use guest::Guest;
pub use ledger::{Ledger, MAX_BLOCKS, USES_PER_SAMPLE};
pub use link::{NO_PROGRESS, WRONG_ANSWER};
