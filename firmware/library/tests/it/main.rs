//! Library files from both ends.

mod catalogue;
mod errors;
mod files;
mod linking;
mod reading;
