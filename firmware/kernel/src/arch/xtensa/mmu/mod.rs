//! The MMU: the kernel's map, domains, and what the TLBs hold.

mod boot;
mod image;

pub use image::kernel_tables;
