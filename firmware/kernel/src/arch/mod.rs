//! The ports. Only Xtensa exists; on the host there is nothing but the
//! portable modules.

#[cfg(target_arch = "xtensa")]
pub mod xtensa;
