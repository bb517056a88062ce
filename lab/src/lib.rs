//! The firmware test lab: it boots the firmware on a target, plays the host,
//! and compares what happened with what a case expects.

pub mod bench;
pub mod case;
pub mod cli;
pub mod coverage;
pub mod engine;
pub mod events;
pub mod host;
pub mod library;
pub mod measure;
pub mod report;
pub mod snapshot;
pub mod stream;
pub mod suite;
pub mod symbols;
pub mod target;
pub mod verdict;
