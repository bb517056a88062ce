//! Every system call with every class of bad argument.
//!
//! Made from the table of system calls: a call that is added is tried without
//! anybody having to think of it, and a kind of argument that is added does not
//! compile before its classes are told.

mod classes;
mod run;
mod subjects;
mod waiting;

pub use run::argument_matrix;
pub use waiting::unmapped_while_waiting;
