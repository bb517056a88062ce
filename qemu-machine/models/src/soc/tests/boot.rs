//! From power to the first instruction.

use acelab_abi::clock::Nanos;
use acelab_abi::manifest::{HEADER_BYTES, HEADER_MAGIC};
use acelab_abi::memory::{BOOT_ENTRY, MANIFEST, ROM_JUMP_WORD};
use acelab_abi::regs::dspcs::{self, BootReg, CPA, SLAVE_CORE, SPA};
use acelab_abi::regs::hfipc::{self, BUSY, DONE};
use acelab_abi::regs::{capability, fw_status, host, pmc};
use acelab_abi::trace::{EventKind, PowerRefusal, RomError};

use super::{Bench, core};
use crate::{Effect, HostEdge};

const CORE0: u32 = dspcs::BASE + dspcs::CONTROL;

impl Bench {
    fn put_manifest(&mut self) {
        self.ram
            .put(MANIFEST.base, u32::from_le_bytes(HEADER_MAGIC));
        self.ram.put(MANIFEST.base + 4, HEADER_BYTES);
        self.ram.put(MANIFEST.base + 36, 1);
    }

    fn boot(&mut self) {
        self.power_up();
        self.put_manifest();
        self.host_set(CORE0, SPA);
        self.run(Nanos::from_millis(1));
        assert_eq!(self.host_get(CORE0), Ok(SPA | CPA));
        self.take();
    }

    fn power_secondary(&mut self, index: u8) {
        let control = pmc::address(pmc::Reg::CoreControl);
        let before = self.read_as(0, control, 2).expect("exists");
        self.set_half(control, before as u16 | 1 << index);
        self.run(Nanos::from_micros(20));
    }
}

fn started(effects: &[Effect]) -> Vec<(u8, u32)> {
    let starts = effects.iter().filter_map(|effect| match effect {
        Effect::StartCore { core, pc } => Some((core.get(), *pc)),
        _ => None,
    });
    starts.collect()
}

#[test]
fn core_0_boots_as_the_host_drivers_do_it() {
    let mut bench = Bench::new(2);
    bench.put_manifest();
    bench.host_set(host::Reg::SubsystemControl.offset(), host::SUBSYSTEM_SPA);
    bench.run(Nanos::from_micros(50));
    bench.host_set(host::Reg::PowerControl.offset(), host::DSP_DOMAIN);
    bench.run(Nanos::from_micros(20));
    assert_eq!(
        bench.host_get(host::Reg::PowerStatus.offset()),
        Ok(host::DSP_DOMAIN)
    );
    bench.host_set(hfipc::host_address(hfipc::Reg::Ctl), hfipc::IDIE);
    bench.host_set(hfipc::host_address(hfipc::Reg::Idr), BUSY | host::PURGE_FW);
    assert_eq!(
        bench.host_get(hfipc::host_address(hfipc::Reg::Ida)),
        Ok(DONE)
    );
    bench.host_set(hfipc::host_address(hfipc::Reg::Ida), DONE);
    bench.host_set(CORE0, SPA);
    bench.run(Nanos::from_micros(10));
    let effects = bench.log.clone();
    assert_eq!(started(&effects), [(0, BOOT_ENTRY)]);
    assert!(effects.contains(&Effect::HostInterrupt(HostEdge::Done)));
    assert_eq!(
        format!("\n{}", bench.lines()),
        "
       50000 -- -    power subsystem on
       70000 -- -    power gate core=0 power=on
       70000 -- -    ipc   ring from=host 0x01000000|0x0
       70000 -- -    rom   purge 0x01000000
       70000 -- -    ipc   taken by=dsp
       70000 -- -    ipc   done by=dsp
       70000 -- -    ipc   done-cleared by=host
       80000 -- -    power active core=0 on
       80000 -- -    rom   state init
       80000 -- -    rom   state manifest-loaded
       80000 -- -    rom   state fw-loaded
       80000 -- -    power start core=0 pc=0xa1048000
"
    );
    assert_eq!(
        bench.host_get(fw_status::address(fw_status::Reg::Status)),
        Ok(4)
    );
}

#[test]
fn a_running_firmware_answers_purge_requests_itself() {
    let mut bench = Bench::new(1);
    bench.boot();
    bench.host_set(hfipc::host_address(hfipc::Reg::Idr), BUSY | host::PURGE_FW);
    assert_eq!(bench.host_get(hfipc::host_address(hfipc::Reg::Ida)), Ok(0));
    assert_eq!(
        bench.get(hfipc::address(hfipc::Reg::Tdr)),
        BUSY | host::PURGE_FW
    );
}

#[test]
fn power_comes_in_order_or_is_refused() {
    let mut bench = Bench::new(1);
    bench.put_manifest();
    bench.host_set(CORE0, SPA);
    let refused = |reason| EventKind::PowerRefused { target: 0, reason };
    assert_eq!(bench.events(), [refused(PowerRefusal::SubsystemOff)]);
    bench.host_set(CORE0, 0);
    bench.host_set(host::Reg::SubsystemControl.offset(), host::SUBSYSTEM_SPA);
    bench.run(Nanos::from_millis(1));
    bench.take();
    bench.host_set(CORE0, SPA);
    assert_eq!(bench.events(), [refused(PowerRefusal::Gated)]);
    bench.run(Nanos::from_millis(1));
    assert_eq!(
        bench.host_get(CORE0),
        Ok(SPA),
        "refused once is refused until the next edge"
    );
}

#[test]
fn the_rom_starts_nothing_without_a_manifest() {
    let cases = [
        (0, 0, 0, RomError::NoManifest, 0),
        (
            u32::from_le_bytes(*b"$AE1"),
            HEADER_BYTES,
            1,
            RomError::NoManifest,
            0x3145_4124,
        ),
        (
            u32::from_le_bytes(HEADER_MAGIC),
            48,
            1,
            RomError::BadManifest,
            48,
        ),
        (
            u32::from_le_bytes(HEADER_MAGIC),
            HEADER_BYTES,
            0,
            RomError::BadManifest,
            0,
        ),
        (
            u32::from_le_bytes(HEADER_MAGIC),
            HEADER_BYTES,
            1000,
            RomError::BadManifest,
            1000,
        ),
    ];
    for (magic, header, entries, error, value) in cases {
        let mut bench = Bench::new(1);
        bench.power_up();
        bench.ram.put(MANIFEST.base, magic);
        bench.ram.put(MANIFEST.base + 4, header);
        bench.ram.put(MANIFEST.base + 36, entries);
        bench.host_set(CORE0, SPA);
        bench.run(Nanos::from_millis(1));
        assert_eq!(started(&bench.log), []);
        let failed = EventKind::RomFailed {
            target: core(0),
            error,
            value,
        };
        assert!(bench.events().contains(&failed), "{failed:?}");
        let error_word = bench.host_get(fw_status::address(fw_status::Reg::Error));
        assert_eq!(error_word, Ok(error.number().into()));
    }
}

#[test]
fn a_secondary_core_goes_up_and_down_and_up_again() {
    let mut bench = Bench::new(3);
    bench.boot();
    let control = dspcs::control(core(2));
    bench.ram.put(ROM_JUMP_WORD, 0xA003_1000);
    for _ in 0..2 {
        bench.power_secondary(2);
        assert_eq!(
            bench.read_as(0, pmc::address(pmc::Reg::CoreStatus), 2),
            Ok(0b101)
        );
        bench.set(dspcs::boot(core(2), BootReg::Attributes), SLAVE_CORE);
        bench.set(control, 0);
        assert_eq!(bench.get(control), 0);
        bench.set(control, SPA);
        assert_eq!(bench.get(control), SPA);
        bench.run(Nanos::from_micros(10));
        assert_eq!(bench.get(control), SPA | CPA);
        assert_eq!(started(&bench.take()), [(2, 0xA003_1000)]);

        bench.set(control, 0);
        assert_eq!(bench.get(control), CPA);
        bench.run(Nanos::from_micros(10));
        assert_eq!(bench.get(control), 0);
        assert!(bench.take().contains(&Effect::StallCore { core: core(2) }));
        bench.set_half(pmc::address(pmc::Reg::CoreControl), 0);
        bench.run(Nanos::from_micros(20));
        assert_eq!(
            bench.read_as(0, pmc::address(pmc::Reg::CoreStatus), 2),
            Ok(0b001)
        );
    }
}

#[test]
fn a_domain_is_not_cut_from_under_an_active_core() {
    let mut bench = Bench::new(2);
    bench.boot();
    bench.ram.put(ROM_JUMP_WORD, 0xA003_1000);
    bench.power_secondary(1);
    bench.set(dspcs::boot(core(1), BootReg::Attributes), SLAVE_CORE);
    bench.set(dspcs::control(core(1)), SPA);
    bench.run(Nanos::from_micros(10));
    bench.set_half(pmc::address(pmc::Reg::CoreControl), 0);
    bench.run(Nanos::from_millis(1));
    let status = pmc::address(pmc::Reg::CoreStatus);
    assert_eq!(bench.read_as(0, status, 2), Ok(0b11), "still active");
    bench.set(dspcs::control(core(1)), 0);
    bench.run(Nanos::from_millis(1));
    assert_eq!(
        bench.read_as(0, status, 2),
        Ok(0b01),
        "gated once it was idle"
    );
}

#[test]
fn the_rom_refuses_a_secondary_without_attribute_or_entry() {
    let cases = [
        (0, 0xA003_1000, RomError::NotSecondary, 0),
        (SLAVE_CORE, 0, RomError::NoEntry, 0),
        (SLAVE_CORE, 0x0007_3000, RomError::BadEntry, 0x0007_3000),
    ];
    for (attributes, entry, error, value) in cases {
        let mut bench = Bench::new(2);
        bench.boot();
        bench.ram.put(ROM_JUMP_WORD, entry);
        bench.power_secondary(1);
        bench.set(dspcs::boot(core(1), BootReg::Attributes), attributes);
        bench.set(dspcs::control(core(1)), SPA);
        bench.run(Nanos::from_millis(1));
        assert_eq!(started(&bench.log), []);
        let failed = EventKind::RomFailed {
            target: core(1),
            error,
            value,
        };
        assert!(bench.events().contains(&failed), "{failed:?}");
    }
}

#[test]
fn losing_the_subsystem_stops_every_core_and_forgets_the_devices() {
    let mut bench = Bench::new(2);
    bench.boot();
    bench.ram.put(ROM_JUMP_WORD, 0xA003_1000);
    bench.power_secondary(1);
    bench.set(dspcs::boot(core(1), BootReg::Attributes), SLAVE_CORE);
    bench.set(dspcs::control(core(1)), SPA);
    bench.run(Nanos::from_millis(1));
    bench.take();
    bench.host_set(host::Reg::SubsystemControl.offset(), 0);
    bench.run(Nanos::from_millis(1));
    let effects = bench.take();
    assert!(effects.contains(&Effect::StallCore { core: core(0) }));
    assert!(effects.contains(&Effect::StallCore { core: core(1) }));
    assert_eq!(bench.get(dspcs::boot(core(1), BootReg::Attributes)), 0);
    // The host's own request for core 0's domain stands, so it can boot again.
    bench.boot();
}

#[test]
fn the_part_says_how_many_cores_it_has() {
    for cores in 1..=5 {
        let mut bench = Bench::new(cores);
        assert_eq!(capability::cores(bench.get(capability::BASE)), cores);
        let beyond = core(4);
        bench.get(dspcs::control(beyond));
        let reserved = matches!(bench.events()[..], [EventKind::ReservedRegister { .. }]);
        assert_eq!(reserved, cores < 5);
    }
    assert!(super::Soc::new(0).is_err() && super::Soc::new(6).is_err());
}
