//! Tests of the lab with the real machine and firmware. `cargo xtask test`
//! builds both and names them in the environment.

mod breakage;
mod console;
mod lab;
mod modules;
mod processes;
mod reports;
mod snapshots;
