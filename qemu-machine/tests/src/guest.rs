//! What guests do with the hardware, as pieces of code.
//!
//! Each piece clobbers `a13` to `a15` and nothing else.

use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::{CoreLine, Source};
use acelab_abi::memory::{BOOT_ENTRY, ROM_JUMP_WORD};
use acelab_abi::regs::{debug_port, dint, dspcs, dw_ictl, idc, ipc_agent, pmc};

use crate::asm::{A, Asm, Label, Reg, Sr};

/// Where guests are put: where the boot ROM starts core 0.
pub const BASE: u32 = BOOT_ENTRY;

/// Offset of the vector base from [`BASE`]: aligned, and past the code.
const VECTORS: u32 = 0x1000;
/// The level-2 vector, for CCOMPARE0 and devices.
const LEVEL2: u32 = 0x180;
/// The vector of exceptions in kernel mode.
const KERNEL: u32 = 0x300;

impl Asm {
    /// `[addr] = value`
    pub fn store(&mut self, addr: u32, value: u32) {
        self.li(A[15], addr);
        self.li(A[14], value);
        self.s32i(A[14], A[15], 0);
    }

    /// `[addr] = value`, 16 bits
    pub fn store16(&mut self, addr: u32, value: u16) {
        self.li(A[15], addr);
        self.li(A[14], value.into());
        self.s16i(A[14], A[15], 0);
    }

    /// Waits until a bit of a 32-bit register is set, or clear.
    pub fn wait_for(&mut self, addr: u32, bit: u32, set: bool) {
        let again = self.here_label();
        self.li(A[15], addr);
        self.l32i(A[15], A[15], 0);
        self.li(A[14], bit);
        self.and(A[15], A[15], A[14]);
        if set {
            self.beqz(A[15], again);
        } else {
            self.bnez(A[15], again);
        }
    }

    /// Spins for about `rounds` times two instructions.
    pub fn pause(&mut self, rounds: u32) {
        self.li(A[15], rounds);
        let again = self.here_label();
        self.addi(A[15], A[15], -1);
        self.bnez(A[15], again);
    }

    /// Ends the run with a register's value as the code.
    pub fn exit(&mut self, code: Reg) {
        self.li(A[15], debug_port::address(debug_port::Reg::Exit));
        self.s32i(code, A[15], 0);
    }

    /// Logs a register's value, with core and time.
    pub fn mark(&mut self, value: Reg) {
        self.li(A[15], debug_port::address(debug_port::Reg::Mark));
        self.s32i(value, A[15], 0);
    }

    /// Powers a secondary core up and lets the boot ROM start it at `entry`.
    pub fn start_core(&mut self, core: CoreId, entry: Label) {
        self.la(A[14], entry);
        self.li(A[15], ROM_JUMP_WORD);
        self.s32i(A[14], A[15], 0);
        self.gate_core(core, true);
        self.store(
            dspcs::boot(core, dspcs::BootReg::Attributes),
            dspcs::SLAVE_CORE,
        );
        self.store(dspcs::control(core), dspcs::SPA);
        self.wait_for(dspcs::control(core), dspcs::CPA, true);
    }

    /// Takes the power of a secondary core away.
    pub fn stop_core(&mut self, core: CoreId) {
        self.store(dspcs::control(core), 0);
        self.wait_for(dspcs::control(core), dspcs::CPA, false);
        self.gate_core(core, false);
    }

    /// Sets or clears the core's bit among those that must not be gated, and
    /// waits for its domain to follow.
    fn gate_core(&mut self, core: CoreId, power: bool) {
        let bit = core.bit();
        self.li(A[13], pmc::address(pmc::Reg::CoreControl));
        self.l16ui(A[14], A[13], 0);
        self.li(A[15], if power { bit } else { !bit });
        if power {
            self.or(A[14], A[14], A[15]);
        } else {
            self.and(A[14], A[14], A[15]);
        }
        self.s16i(A[14], A[13], 0);

        let again = self.here_label();
        self.l16ui(A[15], A[13], 2);
        self.li(A[14], bit);
        self.and(A[15], A[15], A[14]);
        if power {
            self.beqz(A[15], again);
        } else {
            self.bnez(A[15], again);
        }
    }

    /// Leaves the state after reset: vectors, and no exception.
    pub fn leave_reset(&mut self) {
        self.li(A[14], BASE + VECTORS);
        self.wsr(A[14], Sr::VecBase);
        self.li(A[14], 0);
        self.wsr(A[14], Sr::IntEnable);
        self.wsr(A[14], Sr::Ps);
        self.rsync();
    }

    /// Lets core `core` take inter-core doorbells and its first timer.
    pub fn enable_interrupts(&mut self, core: CoreId) {
        self.store(
            idc::address(core, idc::Agent::A, ipc_agent::Reg::Ctl),
            ipc_agent::TBIE,
        );
        self.store16(
            dint::address(core, dint::Array::Enable, Source::IdcA),
            dint::idc(core),
        );
        self.store(
            dw_ictl::address(core, dw_ictl::Reg::InterruptEnable),
            Source::IdcA.bit(),
        );
        self.li(A[14], CoreLine::Device.bit() | CoreLine::Timer0.bit());
        self.wsr(A[14], Sr::IntEnable);
        self.rsync();
    }

    /// Rings a core's doorbell, if it does not ring already.
    pub fn ring(&mut self, core: CoreId) {
        let busy = self.label();
        self.li(
            A[15],
            idc::address(core, idc::Agent::B, ipc_agent::Reg::Idr),
        );
        self.l32i(A[14], A[15], 0);
        self.bnez(A[14], busy);
        self.li(A[14], ipc_agent::BUSY);
        self.s32i(A[14], A[15], 0);
        self.bind(busy);
    }

    /// Takes the doorbell of core `core`, on that core.
    pub fn answer_ring(&mut self, core: CoreId) {
        self.store(
            idc::address(core, idc::Agent::A, ipc_agent::Reg::Tdr),
            ipc_agent::BUSY,
        );
        self.store(idc::address(core, idc::Agent::A, ipc_agent::Reg::Tda), 0);
    }

    /// Places the vectors. The level-2 vector goes to the handler whose
    /// address is in EXCSAVE2; an exception marks its cause and address, and
    /// ends the run.
    pub fn vectors(&mut self) {
        self.org(VECTORS + LEVEL2);
        self.rsr(A[13], Sr::Excsave2);
        self.jx(A[13]);
        self.org(VECTORS + KERNEL);
        let report = self.label();
        self.j(report);
        self.org(VECTORS + 0x400);
        self.bind(report);
        self.rsr(A[12], Sr::ExcVaddr);
        self.mark(A[12]);
        self.rsr(A[12], Sr::ExcCause);
        self.exit(A[12]);
        let forever = self.here_label();
        self.j(forever);
    }
}
