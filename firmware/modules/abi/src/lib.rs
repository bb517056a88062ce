#![cfg_attr(not(test), no_std)]
//! How firmware and loadable modules call each other.
//!
//! A loadable module is Rust code that was built at another time, and that nobody
//! trusts. It offers a [`ModuleTable`] of functions with the C calling convention;
//! what they get and give lies in *records* of C layout ([`record`]), which belong
//! to the caller. [`guest`] makes the table from a module's `Descriptor`, so that
//! its author writes safe Rust only. [`host`] makes a module of the engine from a
//! table; it makes each call through a [`host::Caller`], which comes back whatever
//! the module does, and believes nothing that the module has written: numbers of
//! frames and bytes are checked against what there was, and no pointer of the
//! module's is followed.

extern crate alloc;

pub mod guest;
pub mod host;
pub mod import;
pub mod record;
mod status;
mod table;

pub use status::{Reason, Status};
pub use table::{Entry, ModuleTable, TABLE_BYTES, VERSION};
