//! What firmware can get wrong.

use acelab_abi::clock::Nanos;
use acelab_abi::memory::{HP_SRAM, IMR, LP_SRAM, to_uncached};
use acelab_abi::regs::hda::{FIFORDY, FWCB, GEN, Gateway, Reg, TE};
use acelab_abi::regs::{dmic, ssp};
use proptest::prelude::*;

use super::super::Bench;
use super::ring;

/// The fault, if the stream did not start.
fn start(gateway: Gateway, stream: u8, base: u32, size: u32) -> Option<String> {
    let mut bench = Bench::new(1);
    bench.start_dma(gateway, stream, base, size);
    let status = bench.dma(gateway, stream, Reg::Control);
    let line = bench.sound().remove(0);
    assert_eq!(status & GEN == 0, status & TE != 0, "{line}");
    (status & GEN == 0).then_some(line)
}

#[test]
fn rings_lie_in_hp_sram_and_have_a_sensible_size() {
    for gateway in Gateway::ALL {
        let fault = |base, size| start(gateway, 1, base, size);
        let is = |line: Option<String>, reason: &str| {
            assert!(
                line.as_ref().is_some_and(|line| line.contains(reason)),
                "{line:?}"
            );
        };
        assert_eq!(fault(ring(0), 64), None);
        assert_eq!(fault(to_uncached(ring(0)), 64), None);
        is(fault(ring(0), 0), "bad-size");
        is(fault(ring(0), 48), "bad-size");
        is(fault(ring(0) + 32, 64), "misaligned");
        is(fault(0, 64), "outside-memory");
        is(fault(LP_SRAM.base, 64), "outside-memory");
        is(fault(IMR.base, 64), "outside-memory");
        is(fault(HP_SRAM.end() - 128, 256), "outside-memory");
        is(fault(0xFFFF_FF80, 0xFF_FFE0), "outside-memory");
    }
}

#[test]
fn a_link_stream_without_a_port_does_not_start() {
    assert!(
        start(Gateway::LinkOut, 0, ring(0), 64).is_some(),
        "the microphones' number"
    );
    assert!(start(Gateway::LinkOut, 7, ring(0), 64).is_some());
    assert!(start(Gateway::LinkIn, 7, ring(0), 64).is_some());
    assert!(start(Gateway::LinkIn, 0, ring(0), 64).is_none());
}

#[test]
fn an_enabled_stream_keeps_its_ring() {
    let mut bench = Bench::new(1);
    bench.start_dma(Gateway::HostOut, 0, ring(0), 64);
    bench.set_dma(Gateway::HostOut, 0, Reg::BufferAddress, ring(1));
    bench.set_dma(Gateway::HostOut, 0, Reg::BufferSize, 128);
    assert_eq!(bench.dma(Gateway::HostOut, 0, Reg::BufferAddress), ring(0));
    assert_eq!(bench.dma(Gateway::HostOut, 0, Reg::BufferSize), 64);
    assert_eq!(
        bench.sound().split_off(1),
        [
            "fault host-out0 busy value=0xa0031000",
            "fault host-out0 busy value=0x80"
        ]
    );
    bench.set_dma(Gateway::HostOut, 0, Reg::Control, FWCB | TE);
    assert_eq!(bench.dma(Gateway::HostOut, 0, Reg::Control), FWCB);
    bench.set_dma(Gateway::HostOut, 0, Reg::BufferSize, 128);
    assert_eq!(bench.dma(Gateway::HostOut, 0, Reg::BufferSize), 128);
}

#[test]
fn no_more_can_be_committed_than_there_is() {
    let mut bench = Bench::new(1);
    bench.set_dma(Gateway::HostIn, 0, Reg::Increment, 32);
    bench.start_dma(Gateway::HostIn, 0, ring(0), 64);
    bench.set_dma(Gateway::HostIn, 0, Reg::Increment, 65);
    bench.set_dma(Gateway::HostIn, 0, Reg::Increment, 64);
    bench.set_dma(Gateway::HostIn, 0, Reg::Increment, 1);
    bench.start_dma(Gateway::HostOut, 0, ring(1), 64);
    bench.set_dma(Gateway::HostOut, 0, Reg::Increment, 1);
    assert_eq!(
        bench.sound(),
        [
            "fault host-in0 not-controlled value=0x20",
            "start host-in0 ring=0xa0030000/0x40",
            "fault host-in0 too-much value=0x41",
            "fault host-in0 too-much value=0x1",
            "start host-out0 ring=0xa0031000/0x40",
            "fault host-out0 too-much value=0x1",
        ]
    );
}

#[test]
fn positions_survive_a_stop_and_a_start() {
    let mut bench = Bench::new(1);
    bench.start_dma(Gateway::LinkOut, 1, ring(0), 128);
    bench.set_dma(Gateway::LinkOut, 1, Reg::Increment, 96);
    bench.set_dma(Gateway::LinkOut, 1, Reg::Control, FWCB);
    bench.set_dma(Gateway::LinkOut, 1, Reg::BufferSize, 128);
    bench.set_dma(Gateway::LinkOut, 1, Reg::Control, FWCB | GEN | FIFORDY);
    assert_eq!(bench.dma(Gateway::LinkOut, 1, Reg::WritePosition), 96);
    assert_eq!(
        bench.dma(Gateway::LinkOut, 1, Reg::ReadPosition),
        96,
        "empty"
    );
    bench.set_dma(Gateway::LinkOut, 1, Reg::Increment, 128);
    assert_eq!(bench.dma(Gateway::LinkOut, 1, Reg::WritePosition), 96);
}

#[test]
fn a_port_without_a_sensible_clock_or_frame_does_not_run() {
    let shape = ssp::frame_shape(2, 32);
    let cases = [
        (0, 800, shape, 3, "no-clock"),
        (64, 0, shape, 3, "no-clock"),
        (1, u32::MAX, shape, 3, "bad-rate"),
        (u32::MAX, 1, shape, 3, "bad-rate"),
        (64, 800, shape, 0, "bad-slots"),
        (64, 800, shape, 4, "bad-slots"),
        (64, 800, shape, u32::MAX, "bad-slots"),
    ];
    for (m, n, shape, slots, reason) in cases {
        let mut bench = Bench::new(1);
        bench.set(ssp::address(0, ssp::Reg::DividerM), m);
        bench.set(ssp::address(0, ssp::Reg::DividerN), n);
        bench.set(ssp::address(0, ssp::Reg::TransmitSlots), slots);
        bench.set(ssp::address(0, ssp::Reg::TransmitControl), ssp::TXEN);
        bench.set(ssp::address(0, ssp::Reg::Control0), shape | ssp::SSE);
        assert!(bench.sound()[0].contains(reason), "{reason}");
        assert_eq!(bench.soc.next_deadline(), None, "{reason}");
        let enabled = bench.get(ssp::address(0, ssp::Reg::Control0)) & ssp::SSE != 0
            && bench.get(ssp::address(0, ssp::Reg::TransmitControl)) & ssp::TXEN != 0;
        assert!(!enabled, "{reason}");
    }
    for (rate, channels, reason) in [
        (0, 2, "no-clock"),
        (192_001, 2, "bad-rate"),
        (48_000, 0, "bad-slots"),
        (48_000, 9, "bad-slots"),
    ] {
        let mut bench = Bench::new(1);
        bench.set(dmic::address(dmic::Reg::Rate), rate);
        bench.set(dmic::address(dmic::Reg::Channels), channels);
        bench.set(dmic::address(dmic::Reg::Control), dmic::SIP);
        assert!(bench.sound()[0].contains(reason), "{reason}");
        assert_eq!(bench.get(dmic::address(dmic::Reg::Control)), 0);
    }
}

#[test]
fn a_running_port_keeps_its_clock_and_frame() {
    let mut bench = Bench::new(1);
    bench.start_port(0, 2, 32);
    bench.run(Nanos(1));
    bench.take();
    for reg in [
        ssp::Reg::DividerM,
        ssp::Reg::DividerN,
        ssp::Reg::TransmitSlots,
        ssp::Reg::ReceiveSlots,
    ] {
        let before = bench.get(ssp::address(0, reg));
        bench.set(ssp::address(0, reg), before + 1);
        assert_eq!(bench.get(ssp::address(0, reg)), before);
    }
    let control = ssp::address(0, ssp::Reg::Control0);
    bench.set(control, ssp::frame_shape(4, 32) | ssp::SSE);
    assert_eq!(bench.get(control), ssp::frame_shape(2, 32) | ssp::SSE);
    let lines = bench.sound();
    assert_eq!(lines.len(), 5);
    assert!(lines.iter().all(|line| line.contains("fault ssp0 running")));
}

proptest! {
    /// Whatever firmware writes into the registers of sound: nothing panics,
    /// nothing hangs, and nothing outside HP-SRAM is written.
    #[test]
    fn no_firmware_does_harm(acts in prop::collection::vec(any::<[u32; 3]>(), 0..80)) {
        let mut bench = Bench::new(1);
        bench.start_port(0, 2, 32);
        bench.start_dma(Gateway::LinkIn, 1, ring(0), 384);
        for [kind, place, value] in acts {
            let value = match value % 6 {
                0 => value,
                1 => 1 << (value / 6 % 32),
                2 => HP_SRAM.base + (value / 6) % HP_SRAM.size / 128 * 128,
                3 => value / 6 % 1000 / 32 * 32,
                4 => FWCB | GEN,
                _ => ssp::frame_shape(value / 6 % 9, value / 60 % 33) | ssp::SSE,
            };
            match kind % 5 {
                0 | 1 => {
                    let gateway = Gateway::ALL[place as usize % 4];
                    let reg = Reg::ALL[place as usize / 4 % Reg::ALL.len()];
                    bench.set_dma(gateway, (place >> 16) as u8 % 3, reg, value);
                }
                2 => {
                    let reg = ssp::Reg::ALL[place as usize % ssp::Reg::ALL.len()];
                    bench.set(ssp::address((place >> 16) as u8 % 2, reg), value);
                }
                3 => {
                    let reg = dmic::Reg::ALL[place as usize % dmic::Reg::ALL.len()];
                    bench.set(dmic::address(reg), value);
                }
                _ => bench.run(Nanos(u64::from(value % 2_000_000))),
            }
        }
        prop_assert!(bench.ram_bytes(LP_SRAM.base, LP_SRAM.size as usize).iter().all(|byte| *byte == 0));
        prop_assert!(bench.ram_bytes(IMR.base, 0x1000).iter().all(|byte| *byte == 0));
    }
}
