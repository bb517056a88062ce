//! Rings and ports.

use acelab_abi::clock::Nanos;
use acelab_abi::interrupt::Source;
use acelab_abi::port::{PortId, PortMode, Running};
use acelab_abi::regs::dint::{self, Array};
use acelab_abi::regs::hda::{BF, BNE, BSC, BSCIE, FWCB, GBUSY, GEN, Gateway, Reg, SCS, XRUN};
use acelab_abi::regs::{dmic, ssp};
use proptest::prelude::*;

use super::super::{Bench, core};
use super::{ring, ssp0};

const LINK: u8 = 1;
/// A burst of twelve frames at 48 kHz.
const BURST: Nanos = Nanos(250_000);

/// Frames that count up, each slot 32 bits.
fn counting(words: u32) -> Vec<u8> {
    (1..=words).flat_map(u32::to_le_bytes).collect()
}

#[test]
fn a_burst_leaves_each_quarter_of_a_millisecond() {
    let mut bench = Bench::new(1);
    bench.outside(ssp0(), PortMode::External);
    bench.run(Nanos(1_000));
    let bytes = counting(96);
    bench.fill_ram(ring(0), &bytes);
    bench.start_dma(Gateway::LinkOut, LINK, ring(0), 384);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Increment, 384);
    let full = BF | BNE | GBUSY;
    assert_eq!(bench.dma(Gateway::LinkOut, LINK, Reg::Control) & full, full);
    bench.start_port(0, 2, 32);
    assert_eq!(bench.soc.next_deadline(), Some(Nanos(1_000)), "at once");

    bench.run(Nanos::ZERO);
    assert_eq!(bench.dma(Gateway::LinkOut, LINK, Reg::ReadPosition), 96);
    bench.run(Nanos(BURST.0 - 1));
    assert_eq!(bench.dma(Gateway::LinkOut, LINK, Reg::ReadPosition), 96);
    bench.run(Nanos(1));
    assert_eq!(bench.dma(Gateway::LinkOut, LINK, Reg::ReadPosition), 192);
    bench.run(Nanos(3 * BURST.0));

    let recorded = bench.drain(ssp0());
    assert_eq!((recorded.start, recorded.frame), (Nanos(1_000), 0));
    assert_eq!(recorded.frame_bytes, 8);
    assert_eq!(recorded.bytes, bytes, "four bursts have left");
    assert_eq!(
        bench.sound(),
        [
            "start link-out1 ring=0xa0030000/0x180",
            "start ssp0-out rate=48000/1 slots=2 bits=32",
            "start ssp0-in rate=48000/1 slots=2 bits=32",
            "xrun ssp0-out frame=48",
        ]
    );
}

#[test]
fn an_underrun_is_silence_one_event_and_a_bit() {
    let mut bench = Bench::new(1);
    bench.outside(ssp0(), PortMode::External);
    bench.fill_ram(ring(0), &counting(96));
    bench.start_dma(Gateway::LinkOut, LINK, ring(0), 384);
    // Eighteen frames and a half of 8 bytes.
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Increment, 148);
    bench.start_port(0, 2, 32);
    bench.run(Nanos(4 * BURST.0));
    let status = bench.dma(Gateway::LinkOut, LINK, Reg::Control);
    assert_eq!(status & (XRUN | BNE), XRUN | BNE, "half a frame is left");
    let tur = ssp::address(0, ssp::Reg::TransmitControl);
    assert_ne!(bench.get(tur) & ssp::TUR, 0);
    bench.set(tur, ssp::TXEN | ssp::TSRE | ssp::TUR);
    assert_eq!(bench.get(tur) & ssp::TUR, 0);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Control, FWCB | GEN | XRUN);
    assert_eq!(bench.dma(Gateway::LinkOut, LINK, Reg::Control) & XRUN, 0);

    bench.set_dma(Gateway::LinkOut, LINK, Reg::Increment, 96 + 4);
    bench.run(Nanos(2 * BURST.0));
    let gaps: Vec<String> = bench.sound().split_off(3);
    assert_eq!(
        gaps,
        [
            "xrun ssp0-out frame=18",
            "xrun-end ssp0-out frame=60",
            "xrun ssp0-out frame=73",
        ],
    );
    let heard = bench.drain(ssp0()).bytes;
    let mut expected = counting(36);
    expected.resize(60 * 8, 0);
    expected.extend(&counting(61)[144..240]);
    assert_eq!(heard[..72 * 8], expected);
}

#[test]
fn what_is_sent_comes_back_a_burst_later() {
    for by_firmware in [false, true] {
        let mut bench = Bench::new(1);
        if by_firmware {
            bench.set(ssp::address(0, ssp::Reg::Control1), ssp::LBM);
        } else {
            bench.outside(ssp0(), PortMode::Loopback);
        }
        let bytes = counting(96);
        bench.fill_ram(ring(0), &bytes);
        bench.start_dma(Gateway::LinkOut, LINK, ring(0), 384);
        bench.set_dma(Gateway::LinkOut, LINK, Reg::Increment, 384);
        bench.start_dma(Gateway::LinkIn, LINK, ring(1), 384);
        bench.start_port(0, 2, 32);
        bench.run(Nanos(BURST.0 - 1));
        assert_eq!(bench.dma(Gateway::LinkIn, LINK, Reg::WritePosition), 0);
        bench.run(Nanos(1));
        assert_eq!(bench.dma(Gateway::LinkIn, LINK, Reg::WritePosition), 96);
        bench.run(Nanos(3 * BURST.0));
        let status = bench.dma(Gateway::LinkIn, LINK, Reg::Control);
        assert_eq!(status & (BF | BNE | XRUN), BF | BNE);
        assert_eq!(bench.ram_bytes(ring(1), 384), bytes);
        assert_eq!(bench.drain(ssp0()).bytes.is_empty(), by_firmware);
    }
}

#[test]
fn an_overrun_drops_what_has_no_place() {
    let mut bench = Bench::new(1);
    bench.outside(ssp0(), PortMode::External);
    let bytes = counting(400);
    let queued = bench
        .soc
        .queue_source(bench.now, ssp0(), &bytes, &mut bench.ram);
    assert_eq!(queued, Ok(()));
    // Room for 28 frames.
    bench.start_dma(Gateway::LinkIn, LINK, ring(1), 224);
    bench.start_port(0, 2, 32);
    bench.run(Nanos(4 * BURST.0));
    assert_eq!(bench.ram_bytes(ring(1), 224), bytes[..224]);
    let status = bench.dma(Gateway::LinkIn, LINK, Reg::Control);
    assert_eq!(status & (BF | XRUN), BF | XRUN);
    bench.set_dma(Gateway::LinkIn, LINK, Reg::Increment, 96);
    bench.run(BURST);
    assert_eq!(bench.ram_bytes(ring(1), 96), bytes[4 * 96..5 * 96]);
    assert_eq!(
        bench.sound().split_off(3),
        ["xrun ssp0-in frame=28", "xrun-end ssp0-in frame=48"]
    );
    bench.outside(ssp0(), PortMode::External);
    let status = bench.soc.port_status(bench.now, ssp0(), &mut bench.ram);
    assert_eq!(
        status.queued,
        1600 - 5 * 96,
        "the same mode changes nothing"
    );
    let running = Running {
        start: Nanos::ZERO,
        rate: 48_000,
        per: 1,
        slots: 2,
        bits: 32,
        frames: 60,
    };
    assert_eq!(
        (status.input, status.output),
        (Some(running), Some(running))
    );
}

#[test]
fn containers_of_16_bits_and_slots_that_are_not_active() {
    let mut bench = Bench::new(1);
    bench.outside(ssp0(), PortMode::External);
    let samples: Vec<u8> = (0..48_u16)
        .flat_map(|sample| (0xFF00 | sample).to_le_bytes())
        .collect();
    bench.fill_ram(ring(0), &samples);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::BufferAddress, ring(0));
    bench.set_dma(Gateway::LinkOut, LINK, Reg::BufferSize, 96);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Control, FWCB | GEN | SCS);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Increment, 96);
    bench.program_port(0, 4, 12);
    bench.set(ssp::address(0, ssp::Reg::TransmitSlots), 0b1010);
    bench.set(
        ssp::address(0, ssp::Reg::TransmitControl),
        ssp::TXEN | ssp::TSRE,
    );
    bench.set(
        ssp::address(0, ssp::Reg::Control0),
        ssp::frame_shape(4, 12) | ssp::SSE,
    );
    bench.run(Nanos(2 * BURST.0));
    let recorded = bench.drain(ssp0());
    assert_eq!(recorded.frame_bytes, 8);
    let words: Vec<u32> = recorded
        .bytes
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes(word.try_into().expect("four")))
        .collect();
    let expected: Vec<u32> = (0..48).map(|sample| 0xF00 | sample).collect();
    assert_eq!(words, expected, "twelve bits of each sample");
}

#[test]
fn a_stop_ends_the_recording_at_the_frame_and_a_start_begins_another() {
    let mut bench = Bench::new(1);
    bench.outside(ssp0(), PortMode::External);
    bench.start_port(0, 2, 32);
    // Three frames and a bit.
    bench.run(Nanos(70_000));
    bench.set(ssp::address(0, ssp::Reg::Control0), ssp::frame_shape(2, 32));
    assert_eq!(bench.soc.next_deadline(), None);
    bench.run(Nanos(1_000_000));
    bench.set(
        ssp::address(0, ssp::Reg::Control0),
        ssp::frame_shape(2, 32) | ssp::SSE,
    );
    bench.run(Nanos(2 * BURST.0));
    let first = bench.drain(ssp0());
    assert_eq!((first.start, first.bytes.len()), (Nanos::ZERO, 3 * 8));
    let second = bench.drain(ssp0());
    assert_eq!(
        (second.start, second.frame, second.bytes.len()),
        (Nanos(1_070_000), 0, 24 * 8)
    );
    bench.run(BURST);
    let third = bench.drain(ssp0());
    assert_eq!((third.start, third.frame), (Nanos(1_070_000 + 500_000), 24));
    assert_eq!(bench.drain(ssp0()).bytes, []);
}

#[test]
fn directions_start_and_stop_apart_on_one_grid() {
    let mut bench = Bench::new(1);
    bench.outside(ssp0(), PortMode::External);
    bench.program_port(0, 2, 32);
    bench.set(
        ssp::address(0, ssp::Reg::Control0),
        ssp::frame_shape(2, 32) | ssp::SSE,
    );
    assert_eq!(bench.soc.next_deadline(), None, "nobody listens");
    bench.run(Nanos(30_000));
    let transmit = ssp::address(0, ssp::Reg::TransmitControl);
    let receive = ssp::address(0, ssp::Reg::ReceiveControl);
    bench.set(transmit, ssp::TXEN);
    assert_eq!(bench.soc.next_deadline(), Some(Nanos(41_667)), "frame 2");
    bench.run(Nanos(50_000));
    bench.set(receive, ssp::RXEN);
    bench.run(Nanos(500_000));
    bench.set(transmit, 0);
    bench.run(BURST);
    bench.set(receive, 0);
    assert_eq!(bench.soc.next_deadline(), None);
    let recorded = bench.drain(ssp0());
    assert_eq!(
        (recorded.start, recorded.bytes.len()),
        (Nanos(41_667), 25 * 8)
    );
    assert_eq!(
        bench.sound(),
        [
            "start ssp0-out rate=48000/1 slots=2 bits=32",
            "start ssp0-in rate=48000/1 slots=2 bits=32",
            "stop ssp0-out frames=25",
            "stop ssp0-in frames=24",
        ]
    );
}

#[test]
fn a_loopback_hears_what_has_left_before_a_stop_and_then_silence() {
    let mut bench = Bench::new(1);
    bench.outside(ssp0(), PortMode::Loopback);
    let bytes = counting(96);
    bench.fill_ram(ring(0), &bytes);
    bench.start_dma(Gateway::LinkOut, LINK, ring(0), 384);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Increment, 384);
    bench.start_dma(Gateway::LinkIn, LINK, ring(1), 384);
    bench.start_port(0, 2, 32);
    // A burst, and five frames and a bit of the next.
    bench.run(Nanos(BURST.0 + 110_000));
    bench.set(ssp::address(0, ssp::Reg::TransmitControl), 0);
    bench.run(Nanos(2 * BURST.0));
    let mut expected = bytes[..17 * 8].to_vec();
    expected.resize(288, 0);
    assert_eq!(bench.ram_bytes(ring(1), 288), expected);
    assert_eq!(bench.drain(ssp0()).bytes, expected[..17 * 8]);
}

#[test]
fn a_link_begins_with_an_empty_ring_where_it_stood() {
    let mut bench = Bench::new(1);
    bench.start_dma(Gateway::LinkOut, LINK, ring(0), 384);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Increment, 96);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Control, FWCB);
    assert_ne!(bench.dma(Gateway::LinkOut, LINK, Reg::Control) & BNE, 0);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Control, FWCB | GEN);
    let status = bench.dma(Gateway::LinkOut, LINK, Reg::Control);
    assert_eq!(status & (BNE | BF), 0);
    assert_eq!(bench.dma(Gateway::LinkOut, LINK, Reg::ReadPosition), 96);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Increment, 384);
    assert_eq!(bench.dma(Gateway::LinkOut, LINK, Reg::WritePosition), 96);
}

#[test]
fn the_segment_interrupt_reaches_the_core_that_enables_it() {
    let mut bench = Bench::new(1);
    let enable = dint::address(core(0), Array::Enable, Source::HdaLinkOut);
    bench.set_half(enable, 1 << LINK);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::SegmentPosition, 192);
    bench.start_dma(Gateway::LinkOut, LINK, ring(0), 384);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Increment, 384);
    bench.set_dma(Gateway::LinkOut, LINK, Reg::Control, FWCB | GEN | BSCIE);
    bench.start_port(0, 2, 32);
    bench.run(Nanos(BURST.0 - 1));
    let raw = dint::address(core(0), Array::Raw, Source::HdaLinkOut);
    assert_eq!(bench.read_as(0, raw, 2), Ok(0));
    bench.run(Nanos(1));
    assert_eq!(bench.read_as(0, raw, 2), Ok(1 << LINK));
    bench.set_dma(
        Gateway::LinkOut,
        LINK,
        Reg::Control,
        FWCB | GEN | BSCIE | BSC,
    );
    assert_eq!(bench.read_as(0, raw, 2), Ok(0));
}

#[test]
fn a_ports_xrun_interrupts_if_asked_to() {
    let mut bench = Bench::new(1);
    bench.set(ssp::address(3, ssp::Reg::Control1), ssp::TIE);
    bench.start_dma(Gateway::LinkOut, ssp::link_stream(3), ring(0), 384);
    bench.start_port(3, 2, 32);
    bench.run(Nanos(1));
    let raw = dint::address(core(0), Array::Raw, Source::I2s);
    assert_eq!(bench.read_as(0, raw, 2), Ok(1 << 3));
}

#[test]
fn microphones_hear_what_is_queued_and_then_silence() {
    let mut bench = Bench::new(1);
    bench.outside(PortId::DMIC, PortMode::External);
    let bytes = counting(5);
    let queued = bench
        .soc
        .queue_source(bench.now, PortId::DMIC, &bytes, &mut bench.ram);
    assert_eq!(queued, Ok(()));
    bench.fill_ram(ring(0), &[0xEE; 64]);
    bench.start_dma(Gateway::LinkIn, dmic::LINK_STREAM, ring(0), 64);
    bench.set(dmic::address(dmic::Reg::Rate), 16_000);
    bench.set(dmic::address(dmic::Reg::Channels), 2);
    bench.set(dmic::address(dmic::Reg::Control), dmic::SIP | dmic::TIE);
    bench.run(Nanos(250_000));
    let mut expected = bytes;
    expected.resize(32, 0);
    expected.resize(64, 0xEE);
    assert_eq!(bench.ram_bytes(ring(0), 64), expected);
    bench.run(Nanos(500_000));
    let raw = dint::address(core(0), Array::Raw, Source::Dmic);
    assert_eq!(bench.read_as(0, raw, 2), Ok(1), "overrun");
    bench.set(dmic::address(dmic::Reg::Control), 0);
    assert_eq!(
        bench.sound(),
        [
            "start link-in0 ring=0xa0030000/0x40",
            "start dmic-in rate=16000/1 slots=2 bits=32",
            "xrun dmic-in frame=8",
            "stop dmic-in frames=12",
        ]
    );
}

proptest! {
    /// However time is cut into pieces and whatever the rate, the same frames
    /// leave at the same times.
    #[test]
    fn nothing_drifts(
        m in 1..600_u32, n in 800..4000_u32,
        spans in prop::collection::vec(1..400_000_u64, 1..40),
    ) {
        let mut bench = Bench::new(1);
        bench.outside(ssp0(), PortMode::External);
        bench.start_port(0, 1, 32);
        bench.set(ssp::address(0, ssp::Reg::Control0), ssp::frame_shape(1, 32));
        bench.set(ssp::address(0, ssp::Reg::DividerM), m);
        bench.set(ssp::address(0, ssp::Reg::DividerN), n);
        bench.run(Nanos(777));
        bench.set(ssp::address(0, ssp::Reg::Control0), ssp::frame_shape(1, 32) | ssp::SSE);
        let start = bench.now.0;
        let mut recorded = 0;
        for span in spans {
            bench.run(Nanos(span));
            let part = bench.drain(ssp0());
            if !part.bytes.is_empty() {
                prop_assert_eq!(part.frame, recorded);
                let exact = u128::from(recorded) * u128::from(n) * 32 * 1_000_000_000;
                let exact = exact.div_ceil(u128::from(m) * 38_400_000) as u64;
                prop_assert_eq!(part.start.0, start + exact);
                recorded += part.bytes.len() as u64 / 4;
            }
        }
        let passed = u128::from(bench.now.0 - start);
        let frames = passed * u128::from(m) * 38_400_000 / (u128::from(n) * 32_000_000_000);
        let late = frames - u128::from(recorded);
        let burst = u128::from(m) * 38_400_000 / (u128::from(n) * 32 * 4000);
        prop_assert!(late <= burst.max(1), "{} of {}", recorded, frames);
    }
}
