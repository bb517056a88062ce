//! The ports. Only Xtensa exists. It is compiled on the host as well, where
//! nobody calls it, so that the compiler and its lints look at it there too.

pub mod xtensa;
