//! Guests whose event log shows how the cores ran beside each other.

use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::CoreLine;

use crate::asm::{A, Asm, Label, Sr};
use crate::guest::BASE;

/// A word of RAM that the cores share, past any guest's code.
pub const SHARED: u32 = BASE + 0x8000;
/// One word per core, set when the core is done.
const DONE: u32 = SHARED + 0x40;

/// The first `count` cores.
fn cores(count: u8) -> impl Iterator<Item = CoreId> {
    CoreId::ALL.into_iter().take(count.into())
}

/// Starts the secondary cores at their labels.
fn start_others(asm: &mut Asm, entries: &[(CoreId, Label)]) {
    for (core, entry) in &entries[1..] {
        asm.start_core(*core, *entry);
    }
}

fn entries(asm: &mut Asm, count: u8) -> Vec<(CoreId, Label)> {
    cores(count).map(|core| (core, asm.label())).collect()
}

/// Cores that sleep. Each has a timer of its own period; each tick is marked
/// and rings the next core, which marks its cycle counter. Core 0 ends the run
/// after `ticks`.
pub fn sleeping(count: u8, ticks: u32) -> Asm {
    let mut asm = Asm::new(BASE);
    let entries = entries(&mut asm, count);
    start_others(&mut asm, &entries);
    let (_, first) = entries[0];
    asm.j(first);
    for (core, entry) in &entries {
        let core = *core;
        let next = entries[(core.index() + 1) % entries.len()].0;
        let period = 1003 + 211 * u32::from(core.get());
        let handler = asm.label();

        asm.bind(*entry);
        asm.leave_reset();
        asm.la(A[2], handler);
        asm.wsr(A[2], Sr::Excsave2);
        asm.li(A[4], 0);
        asm.enable_interrupts(core);
        asm.rsr(A[2], Sr::Ccount);
        asm.li(A[3], period);
        asm.add(A[2], A[2], A[3]);
        asm.wsr(A[2], Sr::Ccompare0);
        let sleep = asm.here_label();
        asm.waiti(0);
        asm.j(sleep);

        asm.bind(handler);
        asm.rsr(A[5], Sr::IntSet);
        let no_tick = asm.label();
        asm.li(A[6], CoreLine::Timer0.bit());
        asm.and(A[7], A[5], A[6]);
        asm.beqz(A[7], no_tick);
        asm.rsr(A[7], Sr::Ccount);
        asm.li(A[6], period);
        asm.add(A[7], A[7], A[6]);
        asm.wsr(A[7], Sr::Ccompare0);
        asm.addi(A[4], A[4], 1);
        asm.li(A[6], u32::from(core.get()) << 24);
        asm.or(A[6], A[6], A[4]);
        asm.mark(A[6]);
        asm.ring(next);
        asm.bind(no_tick);
        let no_ring = asm.label();
        asm.li(A[6], CoreLine::Device.bit());
        asm.and(A[7], A[5], A[6]);
        asm.beqz(A[7], no_ring);
        asm.answer_ring(core);
        asm.rsr(A[7], Sr::Ccount);
        asm.mark(A[7]);
        asm.bind(no_ring);
        if core.is_primary() {
            let go_on = asm.label();
            asm.li(A[6], ticks);
            asm.bne(A[4], A[6], go_on);
            asm.exit(A[4]);
            asm.bind(go_on);
        }
        asm.rfi(2);
    }
    asm.vectors();
    asm
}

/// Cores that never sleep and race for one word: each adds to it `rounds`
/// times without any lock, and marks what it sees now and then. The result
/// shows every difference in how their instructions fell between each other.
pub fn racing(count: u8, rounds: u32) -> Asm {
    let mut asm = Asm::new(BASE);
    let entries = entries(&mut asm, count);
    start_others(&mut asm, &entries);
    let (_, first) = entries[0];
    asm.j(first);
    for (core, entry) in &entries {
        asm.bind(*entry);
        asm.leave_reset();
        asm.li(A[2], SHARED);
        asm.li(A[4], rounds);
        asm.li(A[6], 0x7F);
        let again = asm.here_label();
        asm.l32i(A[5], A[2], 0);
        asm.addi(A[5], A[5], 1 + core.get().cast_signed());
        asm.s32i(A[5], A[2], 0);
        asm.addi(A[4], A[4], -1);
        let silent = asm.label();
        asm.and(A[7], A[4], A[6]);
        asm.bnez(A[7], silent);
        asm.mark(A[5]);
        asm.bind(silent);
        asm.bnez(A[4], again);
        if core.is_primary() {
            for (other, _) in &entries[1..] {
                asm.wait_for(done(*other), 1, true);
            }
            asm.l32i(A[5], A[2], 0);
            asm.exit(A[5]);
        } else {
            asm.store(done(*core), 1);
        }
        let forever = asm.here_label();
        asm.j(forever);
    }
    asm.vectors();
    asm
}

fn done(core: CoreId) -> u32 {
    DONE + 4 * u32::from(core.get())
}

/// One core that spins for ever.
pub fn endless() -> Asm {
    let mut asm = Asm::new(BASE);
    let forever = asm.here_label();
    asm.j(forever);
    asm
}
