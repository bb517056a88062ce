//! DMA: the gateways between memory, the host and the audio ports.
//!
//! No page table stops a device, so the kernel alone gives it addresses: those of
//! memory that the thread could write itself, and that nobody else gets as long
//! as the device may use it. [`Dma`] keeps which gateway is open, which buffer it
//! has and whether it runs; [`Stream`] and the ports know the registers.

#![forbid(unsafe_code)]

mod buffer;
pub(crate) mod calls;
mod claim;
mod exchange;
mod microphones;
mod port;
mod serial;
mod stream;
mod table;

#[cfg(test)]
mod tests;

pub use buffer::Buffer;
pub use stream::{Status, Stream};
pub use table::Dma;
