//! Accesses to where there is nothing, and atomics.

use acelab_abi::clock::Nanos;
use acelab_abi::trace::{Access, Event, EventKind};
use acelab_machine_tests::Setup;
use acelab_machine_tests::asm::{A, Asm, Sr};
use acelab_machine_tests::guest::BASE;
use acelab_machine_tests::workload::SHARED;

const LIMIT: Nanos = Nanos::from_millis(1);

/// In none of the regions.
const NOWHERE: u32 = 0x9000_0010;
/// In the register space, where no block is.
const NO_BLOCK: u32 = 0x0000_0010;

// EXCCAUSE values of the Xtensa ISA.
const LOAD_STORE_ERROR: u32 = 3;
const FETCH_BUS_ERROR: u32 = 14;
const LOAD_STORE_BUS_ERROR: u32 = 15;
const LOAD_STORE_TLB_MISS: u32 = 24;

/// Does one thing after reset; an exception marks its address and exits with
/// its cause.
fn guest(act: impl FnOnce(&mut Asm)) -> Asm {
    let mut asm = Asm::new(BASE);
    asm.leave_reset();
    act(&mut asm);
    asm.li(A[2], 0xFFFF);
    asm.exit(A[2]);
    asm.vectors();
    asm
}

/// The exit code, and the events of the guest.
fn outcome(guest: Asm) -> (u32, Vec<EventKind>) {
    let mut run = Setup::cores(1).boot(guest);
    let code = run.to_exit(LIMIT);
    let events = run.events();
    let by_core = events.iter().filter(|event| event.core.is_some());
    (code, by_core.map(|event: &Event| event.kind).collect())
}

fn unmapped(access: Access, addr: u32, size: u8, value: u32) -> EventKind {
    EventKind::Unmapped {
        access,
        addr,
        size,
        value,
    }
}

#[test]
fn a_load_from_nowhere_is_an_event_and_an_exception() {
    for addr in [NOWHERE, NO_BLOCK] {
        let (code, events) = outcome(guest(|asm| {
            asm.li(A[2], addr);
            asm.l32i(A[3], A[2], 0);
        }));
        assert_eq!(code, LOAD_STORE_BUS_ERROR);
        assert_eq!(events[0], unmapped(Access::Read, addr, 4, 0));
        assert_eq!(events[1], EventKind::Mark { value: addr });
    }
}

#[test]
fn a_store_to_nowhere_is_an_event_and_an_exception() {
    for addr in [NOWHERE, NO_BLOCK] {
        let (code, events) = outcome(guest(|asm| {
            asm.li(A[2], addr);
            asm.li(A[3], 0x1234);
            asm.s16i(A[3], A[2], 0);
        }));
        assert_eq!(code, LOAD_STORE_BUS_ERROR);
        assert_eq!(events[0], unmapped(Access::Write, addr, 2, 0x1234));
        assert_eq!(events[1], EventKind::Mark { value: addr });
    }
}

#[test]
fn a_jump_to_nowhere_is_an_event_and_an_exception() {
    let (code, events) = outcome(guest(|asm| {
        asm.li(A[2], NOWHERE);
        asm.jx(A[2]);
    }));
    assert_eq!(code, FETCH_BUS_ERROR);
    assert!(matches!(
        events[0],
        EventKind::Unmapped {
            access: Access::Read,
            addr: NOWHERE,
            ..
        }
    ));
    assert_eq!(events[1], EventKind::Mark { value: NOWHERE });
}

/// The walk happens in the middle of a block of instructions, where QEMU does
/// not like to tell the time.
#[test]
fn a_page_table_walk_to_nowhere_is_an_event_and_a_tlb_miss() {
    const VIRTUAL: u32 = 0xC000_1000;
    const SPANNING_WAY: u32 = 6;
    let (code, events) = outcome(guest(|asm| {
        asm.li(A[2], NOWHERE & !0x3F_FFFF);
        asm.wsr(A[2], Sr::PteVaddr);
        asm.li(A[2], VIRTUAL & !0x1FFF_FFFF | SPANNING_WAY);
        asm.idtlb(A[2]);
        asm.li(A[2], VIRTUAL);
        asm.rsync();
        asm.nop();
        asm.l32i(A[3], A[2], 0);
        asm.nop();
        asm.nop();
    }));
    assert_eq!(code, LOAD_STORE_TLB_MISS);
    let entry = NOWHERE & !0x3F_FFFF | VIRTUAL >> 10;
    assert_eq!(events[0], unmapped(Access::Read, entry, 4, 0));
    assert_eq!(events[1], EventKind::Mark { value: VIRTUAL });
}

#[test]
fn an_atomic_traps_until_it_is_enabled() {
    let swap = |asm: &mut Asm| {
        asm.li(A[2], SHARED);
        asm.li(A[3], 0);
        asm.wsr(A[3], Sr::ScompareOne);
        asm.li(A[4], 7);
        asm.s32c1i(A[4], A[2], 0);
        asm.l32i(A[5], A[2], 0);
        asm.mark(A[5]);
    };
    let (code, _) = outcome(guest(swap));
    assert_eq!(code, LOAD_STORE_ERROR);
    let (code, events) = outcome(guest(|asm| {
        asm.li(A[2], 0x15);
        asm.wsr(A[2], Sr::AtomCtl);
        swap(asm);
    }));
    assert_eq!(code, 0xFFFF);
    assert!(events.contains(&EventKind::Mark { value: 7 }));
}

#[test]
fn both_aliases_show_the_same_bytes() {
    let (code, events) = outcome(guest(|asm| {
        asm.store(SHARED, 0xCAFE_F00D);
        asm.li(A[2], acelab_abi::memory::to_uncached(SHARED));
        asm.l32i(A[3], A[2], 0);
        asm.mark(A[3]);
    }));
    assert_eq!(code, 0xFFFF);
    assert!(events.contains(&EventKind::Mark { value: 0xCAFE_F00D }));
}
