//! Tests of the lab that need no machine.

mod diagnostics;
mod elf;
mod fake;
mod schema;
mod verdicts;
