//! Kernel objects: one table, handles that are checked at each use, and who
//! may use what.

mod id;
mod kinds;
mod table;

#[cfg(test)]
mod model_tests;

pub use id::ObjectId;
pub use kinds::Object;
pub use table::{Entry, Objects, Room};

/// Objects that the threads of one domain may own together.
pub const DOMAIN_QUOTA: u32 = 160;
