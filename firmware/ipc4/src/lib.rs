#![no_std]
//! See the crate description.
