//! The Rust half of the `ace30` board, linked into QEMU.
//!
//! The C half (`ace30*.c`) knows QEMU and forwards to here: accesses of the
//! cores, and a timer in virtual time. This half owns the devices
//! (`acelab-models`) and the machine's end of the host link. It blocks in the
//! callback, with QEMU's big lock held, while the lab has the word: that is
//! how virtual time stands still.

mod abi;
mod board;
mod fatal;
mod ffi;
mod machine;
mod mode;
mod plant;
mod qemu;
