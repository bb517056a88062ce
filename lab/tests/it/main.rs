//! Tests of the lab that need no machine.

mod conformance;
mod coverage;
mod determinism;
mod diagnostics;
mod elf;
mod fake;
mod link;
mod matrix;
mod schema;
mod sound;
mod streams;
mod symbols;
mod verdicts;
