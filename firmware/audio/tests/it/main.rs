//! The engine over a simulated DMA.

mod account;
mod chain;
mod channel;
mod commands;
mod dp;
mod fake;
mod faults;
mod loaded;
mod memory;
mod mixing;
mod modules;
mod payload;
mod playback;
mod positions;
mod random;
mod rig;
mod tasks;
mod timing;

#[global_allocator]
static ALLOCATOR: account::Counting = account::Counting;
