//! From a device to a core's line.

use acelab_abi::interrupt::{CoreLine, Source};
use acelab_abi::regs::dint::{self, Array};
use acelab_abi::regs::dw_ictl::{self, Reg};
use acelab_abi::regs::hfipc::{self, BUSY};
use acelab_abi::regs::idc::{self, Agent};
use acelab_abi::regs::ipc_agent;
use acelab_abi::regs::pmc;
use acelab_abi::trace::{Access, EventKind};

use super::{Bench, core};
use crate::{BusError, Effect, HostEdge};

impl Bench {
    fn open(&mut self, index: u8, source: Source, sub_sources: u16) {
        self.set_half(
            dint::address(core(index), Array::Enable, source),
            sub_sources,
        );
        let enable = dw_ictl::address(core(index), Reg::InterruptEnable);
        let before = self.get(enable);
        self.set(enable, before | source.bit());
    }

    fn levels(&mut self) -> Vec<(u8, bool)> {
        let levels = self.take().into_iter().filter_map(|effect| match effect {
            Effect::Irq {
                core,
                line: CoreLine::Device,
                level,
            } => Some((core.get(), level)),
            _ => None,
        });
        levels.collect()
    }

    fn host_rings(&mut self, message: u32) {
        self.host_set(hfipc::host_address(hfipc::Reg::Idr), BUSY | message);
    }
}

#[test]
fn the_hosts_doorbell_reaches_core_0_through_both_layers() {
    let mut bench = Bench::new(2);
    bench.set(hfipc::address(hfipc::Reg::Ctl), hfipc::TBIE);
    bench.host_rings(0x4700_0000);
    assert_eq!(bench.levels(), [], "neither layer is open");
    bench.set_half(
        dint::address(core(0), Array::Enable, Source::HostIpc),
        dint::HOST_IPC,
    );
    assert_eq!(bench.levels(), [], "the second layer is not open");
    bench.set(
        dw_ictl::address(core(0), Reg::InterruptEnable),
        Source::HostIpc.bit(),
    );
    assert_eq!(bench.levels(), [(0, true)]);
    let status = |bench: &mut Bench, reg| bench.get(dw_ictl::address(core(0), reg));
    for reg in [
        Reg::RawStatus,
        Reg::Status,
        Reg::MaskStatus,
        Reg::FinalStatus,
    ] {
        assert_eq!(status(&mut bench, reg), Source::HostIpc.bit(), "{reg:?}");
    }
    bench.set(dw_ictl::address(core(0), Reg::Mask), Source::HostIpc.bit());
    assert_eq!(bench.levels(), [(0, false)]);
    assert_eq!(status(&mut bench, Reg::Status), Source::HostIpc.bit());
    assert_eq!(status(&mut bench, Reg::FinalStatus), 0);
    bench.set(dw_ictl::address(core(0), Reg::Mask), 0);
    bench.set(hfipc::address(hfipc::Reg::Tdr), BUSY);
    assert_eq!(bench.levels(), [(0, true), (0, false)]);
}

#[test]
fn a_forced_input_and_the_priority_level() {
    let mut bench = Bench::new(1);
    bench.set(dw_ictl::address(core(0), Reg::InterruptEnable), !0);
    bench.set(dw_ictl::address(core(0), Reg::Force), Source::Gpio.bit());
    assert_eq!(
        bench.get(dw_ictl::address(core(0), Reg::FinalStatus)),
        Source::Gpio.bit()
    );
    assert_eq!(bench.get(dw_ictl::address(core(0), Reg::RawStatus)), 0);
    bench.set(dw_ictl::address(core(0), Reg::PriorityLevel), 1);
    assert_eq!(bench.levels(), [(0, true), (0, false)]);
    bench.set(dw_ictl::address(core(0), Reg::FinalStatus), 1);
    let read_only = EventKind::ReadOnlyRegister {
        addr: dw_ictl::address(core(0), Reg::FinalStatus),
        value: 1,
    };
    assert_eq!(bench.events(), [read_only]);
}

#[test]
fn a_core_is_rung_through_its_own_record_only() {
    let mut bench = Bench::new(5);
    for index in 0..5 {
        bench.open(index, Source::IdcA, dint::idc(core(index)));
        bench.set(
            idc::address(core(index), Agent::A, ipc_agent::Reg::Ctl),
            ipc_agent::TBIE,
        );
    }
    bench.take();
    for target in 0..5 {
        let record = core(target);
        bench.set(idc::address(record, Agent::B, ipc_agent::Reg::Idr), BUSY);
        assert_eq!(bench.levels(), [(target, true)]);
        bench
            .write_as(
                target,
                idc::address(record, Agent::A, ipc_agent::Reg::Tdr),
                4,
                BUSY,
            )
            .expect("exists");
        bench
            .write_as(
                target,
                idc::address(record, Agent::A, ipc_agent::Reg::Tda),
                4,
                0,
            )
            .expect("exists");
        assert_eq!(bench.levels(), [(target, false)]);
    }
}

#[test]
fn both_ends_of_the_mailbox_see_the_whole_handshake() {
    let mut bench = Bench::new(1);
    bench.power_up();
    bench.set(hfipc::address(hfipc::Reg::Idd), 7);
    bench.set(hfipc::address(hfipc::Reg::Idr), BUSY | 0x1B08_0000);
    let edges = |bench: &mut Bench| {
        let effects = bench.take();
        let edges = effects.into_iter().filter_map(|effect| match effect {
            Effect::HostInterrupt(edge) => Some(edge),
            _ => None,
        });
        edges.collect::<Vec<_>>()
    };
    assert_eq!(edges(&mut bench), [HostEdge::Doorbell]);
    assert_eq!(
        bench.host_get(hfipc::host_address(hfipc::Reg::Tdr)),
        Ok(BUSY | 0x1B08_0000)
    );
    assert_eq!(bench.host_get(hfipc::host_address(hfipc::Reg::Tdd)), Ok(7));
    bench.host_set(hfipc::host_address(hfipc::Reg::Tdr), BUSY);
    bench.host_set(hfipc::host_address(hfipc::Reg::Tda), 0);
    assert_eq!(bench.get(hfipc::address(hfipc::Reg::Ida)), BUSY);
    // The DSP rings again without having cleared DONE: hardware allows it.
    bench.set(hfipc::address(hfipc::Reg::Idr), BUSY | 1);
    assert_eq!(edges(&mut bench), [HostEdge::Doorbell]);
}

#[test]
fn a_host_that_enables_nothing_is_not_interrupted() {
    let mut bench = Bench::new(1);
    bench.set(hfipc::address(hfipc::Reg::Idr), BUSY | 1);
    assert!(
        !bench
            .take()
            .iter()
            .any(|effect| matches!(effect, Effect::HostInterrupt(_)))
    );
    bench.host_set(hfipc::host_address(hfipc::Reg::Ctl), hfipc::TBIE);
    assert!(
        bench
            .take()
            .contains(&Effect::HostInterrupt(HostEdge::Doorbell))
    );
}

#[test]
fn a_core_that_starts_is_told_again_how_its_line_stands() {
    use acelab_abi::clock::Nanos;
    use acelab_abi::regs::dspcs;
    let mut bench = Bench::new(1);
    bench.power_up();
    bench.ram.put(0xA104_2000, u32::from_le_bytes(*b"$AM1"));
    bench.ram.put(0xA104_2004, 52);
    bench.ram.put(0xA104_2024, 1);
    bench.set(dw_ictl::address(core(0), Reg::InterruptEnable), !0);
    bench.set(dw_ictl::address(core(0), Reg::Force), 1);
    assert_eq!(bench.levels(), [(0, true)]);
    bench.host_set(dspcs::control(core(0)), dspcs::SPA);
    bench.run(Nanos::from_millis(1));
    let effects = bench.take();
    let start = effects
        .iter()
        .position(|effect| matches!(effect, Effect::StartCore { .. }));
    let irq = effects
        .iter()
        .position(|effect| matches!(effect, Effect::Irq { level: true, .. }));
    assert!(start.is_some() && start < irq, "{effects:?}");
}

#[test]
fn what_no_block_claims_is_a_bus_error_and_an_event() {
    let mut bench = Bench::new(1);
    assert_eq!(bench.read_as(0, 0x5_0000, 4), Err(BusError));
    assert_eq!(bench.write_as(0, 0x5_0000, 2, 9), Err(BusError));
    let unmapped = |access, size, value| EventKind::Unmapped {
        access,
        addr: 0x5_0000,
        size,
        value,
    };
    assert_eq!(
        bench.events(),
        [unmapped(Access::Read, 4, 0), unmapped(Access::Write, 2, 9)]
    );
}

#[test]
fn what_a_block_does_not_take_is_an_event_and_nothing_else() {
    let mut bench = Bench::new(1);
    assert_eq!(bench.read_as(0, 0x7_3008, 4), Ok(0));
    assert_eq!(bench.read_as(0, 0x7_3000, 1), Ok(0));
    assert_eq!(bench.read_as(0, 0x7_3002, 4), Ok(0));
    assert_eq!(bench.write_as(0, 0x7_3010, 2, 1), Ok(()));
    assert_eq!(bench.get(0x7_3010), 0, "a narrow write is ignored");
    let bad = |access, addr, size, value| EventKind::BadWidth {
        access,
        addr,
        size,
        value,
    };
    assert_eq!(
        bench.events(),
        [
            EventKind::ReservedRegister {
                access: Access::Read,
                addr: 0x7_3008,
                size: 4,
                value: 0
            },
            bad(Access::Read, 0x7_3000, 1, 0),
            bad(Access::Read, 0x7_3002, 4, 0),
            bad(Access::Write, 0x7_3010, 2, 1),
        ]
    );
}

#[test]
fn half_word_registers_pair_up_in_words() {
    let mut bench = Bench::new(1);
    let first = dint::address(core(0), Array::Enable, Source::HostIpc);
    bench.set(first, 0x0002_0001);
    assert_eq!(bench.read_as(0, first, 2), Ok(1));
    assert_eq!(bench.read_as(0, first + 2, 2), Ok(2));
    assert_eq!(bench.get(first), 0x0002_0001);
}

#[test]
fn a_word_of_two_registers_reports_only_the_half_that_was_not_taken() {
    let mut bench = Bench::new(2);
    bench.set(pmc::address(pmc::Reg::CoreControl), 0x0003_0002);
    let control = bench.read_as(0, pmc::address(pmc::Reg::CoreControl), 2);
    assert_eq!(control, Ok(2), "the half that can be written is");
    let refused = bench.events().into_iter().filter_map(|event| match event {
        EventKind::ReadOnlyRegister { addr, value } => Some((addr, value)),
        _ => None,
    });
    assert_eq!(
        refused.collect::<Vec<_>>(),
        [(pmc::address(pmc::Reg::CoreStatus), 3)]
    );
}
