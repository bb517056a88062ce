//! Tests of the whole.

mod cores;
mod dma;
mod guard;
mod inheritance;
mod invariants;
mod kernel_domain;
mod life;
mod machine;
mod mutexes;
mod objects;
mod pointers;
mod random;
mod reserve;
mod slots;
mod steps;
mod sync;
mod time;
mod world;
