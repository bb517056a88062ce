//! The MMU: the kernel's page tables, the page tables of domains, and what the
//! TLBs hold.
//!
//! The hardware reads page tables by itself. What it has read it keeps until
//! [`forget_translations`], entries that map nothing included.

mod asm;
mod boot;
mod domain;
mod image;
mod library;
mod pages;
mod tlb;

pub use domain::{DomainMap, forget_translations, loaded_asid};
pub use image::{kernel_tables, layout};
pub use library::{draft_words, library_store};
pub use pages::PageMemory;
pub use tlb::{Entry, Tlb, refilled, way_that_hits, wired};
