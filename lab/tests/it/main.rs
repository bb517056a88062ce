//! Tests of the lab that need no machine.

mod diagnostics;
mod schema;
