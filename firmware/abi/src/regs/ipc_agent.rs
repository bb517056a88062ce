//! One side of a doorbell: the register set that host mailbox and inter-core
//! doorbells share.
//!
//! A doorbell joins two agents. Each is the *initiator* of its own messages
//! and the *target* of the other's. Source: `struct intel_adsp_ipc` in
//! Zephyr's `ace30/adsp_ipc_regs.h`, `HFIPCX*` in Linux'
//! `sound/soc/sof/intel/mtl.h`.

registers! {
    /// Registers of one agent.
    pub enum Reg {
        /// Target doorbell: [`BUSY`] and the peer's message; writing
        /// [`BUSY`] clears it and with it the interrupt.
        Tdr = 0x00, "TDR";
        /// Target acknowledge: writing with [`BUSY`] clear completes the
        /// message for the peer.
        Tda = 0x04, "TDA";
        /// Initiator doorbell: writing with [`BUSY`] set sends; reads
        /// [`BUSY`] until the peer completes.
        Idr = 0x10, "IDR";
        /// Initiator acknowledge: [`DONE`] after the peer's completion,
        /// write 1 to clear.
        Ida = 0x14, "IDA";
        /// Channel status; not modelled.
        Cst = 0x20, "CST";
        /// Channel status request; not modelled.
        Csr = 0x24, "CSR";
        /// Interrupt enables, [`TBIE`] and [`IDIE`].
        Ctl = 0x28, "CTL";
        /// Capabilities; not modelled.
        Cap = 0x2C, "CAP";
        /// Target data: the second word of the peer's message.
        Tdd = 0x100, "TDD";
        /// Initiator data: the second word of the next message.
        Idd = 0x180, "IDD";
    }
}

/// Bytes that one agent occupies.
pub const SPAN: u32 = 0x200;

/// TDR and IDR: a message is in flight. TDA: not yet completed.
pub const BUSY: u32 = 1 << 31;
/// IDA: the peer has completed the message.
pub const DONE: u32 = 1 << 31;
/// TDR and IDR: the first word of the message.
pub const MESSAGE: u32 = !BUSY;
/// CTL: interrupt while TDR is busy.
pub const TBIE: u32 = 1 << 0;
/// CTL: interrupt while IDA is done.
pub const IDIE: u32 = 1 << 1;
