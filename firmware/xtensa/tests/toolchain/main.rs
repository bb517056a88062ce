//! The driver against the real toolchain, on small fixtures.

mod codegen;
mod image;
mod library;
mod support;
