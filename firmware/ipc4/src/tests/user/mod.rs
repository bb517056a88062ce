//! Execution of commands against an engine that only remembers.

mod engine;
mod every_command;
mod instances;
mod large_configs;
mod pipelines;
