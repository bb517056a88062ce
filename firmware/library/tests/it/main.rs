//! Library files from both ends.

mod catalogue;
mod errors;
mod files;
mod known;
mod linking;
mod reading;
