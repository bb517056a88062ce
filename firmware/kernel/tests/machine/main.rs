//! The kernel's drivers against the machine's own device models: what one side
//! writes into a register, the other has to understand.

mod bench;
mod dma;
mod doorbell;
mod mailbox;
mod power;
mod timer;
