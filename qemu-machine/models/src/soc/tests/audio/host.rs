//! The host's memory and rings.

use acelab_abi::clock::Nanos;
use acelab_abi::interrupt::Source;
use acelab_abi::regs::dint;
use acelab_abi::regs::hda::{BF, BNE, BSCIE, FWCB, GEN, Gateway, Reg};
use acelab_abi::regs::hda_host::Reg as Global;
use acelab_abi::regs::hda_host::{
    self, BCIS, BDL_ENTRY, DESE, IOCE, RUN, SRST, STREAMS, StreamReg, TAG_SHIFT, input, output,
    spib, stream,
};
use proptest::prelude::*;

use super::super::{Bench, core};
use super::{BDL, BUFFERS, ring};
use crate::{Effect, HOST_DMA_LATENCY, HostEdge};

const OUT: u8 = output(0);
const IN: u8 = input(0);

fn counting(len: usize) -> Vec<u8> {
    (0..len).map(|byte| (byte % 251) as u8).collect()
}

fn control(number: u8) -> u32 {
    stream(number, StreamReg::ControlStatus)
}

impl Bench {
    /// The streams whose interrupt rose since the last call.
    fn risen(&mut self) -> Vec<u8> {
        let edges = self.take().into_iter().filter_map(|effect| match effect {
            Effect::HostInterrupt(HostEdge::Stream(stream)) => Some(stream),
            _ => None,
        });
        edges.collect()
    }
}

#[test]
fn data_is_in_the_ring_a_latency_after_there_is_space() {
    let mut bench = Bench::new(1);
    let data = counting(768);
    bench.prepare_stream(OUT, 3, &[384, 384]);
    bench.fill_host(BUFFERS, &data);
    bench.run_stream(OUT, 3);
    assert_eq!(bench.soc.next_deadline(), None, "nobody takes it");
    bench.start_dma(Gateway::HostOut, 2, ring(0), 512);
    assert_eq!(bench.soc.next_deadline(), Some(HOST_DMA_LATENCY));
    assert_eq!(bench.dma(Gateway::HostOut, 2, Reg::Control) & BNE, 0);
    bench.run(HOST_DMA_LATENCY);
    let status = bench.dma(Gateway::HostOut, 2, Reg::Control);
    assert_eq!(status & (BNE | BF), BNE | BF);
    assert_eq!(bench.ram_bytes(ring(0), 512), data[..512]);
    assert_eq!(bench.soc.next_deadline(), None);

    bench.set_dma(Gateway::HostOut, 2, Reg::Increment, 192);
    bench.set_dma(Gateway::HostOut, 2, Reg::LinkIncrement, 192);
    bench.set_dma(Gateway::HostOut, 2, Reg::HostIncrement, 192);
    assert_eq!(bench.dma(Gateway::HostOut, 2, Reg::ReadPosition), 192);
    assert_eq!(bench.bar0(stream(OUT, StreamReg::LinkPosition)), 192);
    bench.run(HOST_DMA_LATENCY);
    assert_eq!(bench.dma(Gateway::HostOut, 2, Reg::WritePosition), 192);
    assert_eq!(bench.ram_bytes(ring(0), 192), data[512..704]);
}

#[test]
fn a_done_buffer_interrupts_and_the_list_goes_round() {
    let mut bench = Bench::new(1);
    let data = counting(512);
    bench.prepare_stream(OUT, 1, &[384, 128]);
    bench.fill_host(BUFFERS, &data);
    bench.start_dma(Gateway::HostOut, 0, ring(0), 256);
    bench.run_stream(OUT, 1);
    bench.take();
    let mut heard = Vec::new();
    for round in 1..=8 {
        bench.run(HOST_DMA_LATENCY);
        heard.extend(bench.ram_bytes(ring(0), 256));
        // Every second time both buffers are done.
        let done = round % 2 == 0;
        let risen = if done { vec![OUT] } else { vec![] };
        assert_eq!(bench.risen(), risen, "after {} bytes", round * 256);
        assert_eq!(bench.bar0(control(OUT)) & BCIS != 0, done);
        let expected = if done { 1 << OUT | hda_host::GIE } else { 0 };
        assert_eq!(bench.bar0(Global::InterruptStatus.offset()), expected);
        bench.set_bar0(control(OUT), 1 << TAG_SHIFT | RUN | IOCE | BCIS);
        assert_eq!(bench.bar0(control(OUT)) & BCIS, 0);
        bench.set_dma(Gateway::HostOut, 0, Reg::Increment, 256);
        bench.set_dma(Gateway::HostOut, 0, Reg::HostIncrement, 256);
        let position = bench.bar0(stream(OUT, StreamReg::LinkPosition));
        assert_eq!(position, round * 256 % 512);
    }
    assert_eq!(heard, data.repeat(4));
}

#[test]
fn capture_goes_the_other_way() {
    let mut bench = Bench::new(1);
    bench.prepare_stream(IN, 11, &[256, 256]);
    bench.run_stream(IN, 11);
    bench.start_dma(Gateway::HostIn, 10, ring(0), 384);
    assert_eq!(bench.soc.next_deadline(), None, "there is nothing yet");
    let data = counting(384);
    bench.fill_ram(ring(0), &data);
    bench.set_dma(Gateway::HostIn, 10, Reg::Increment, 300);
    bench.take();
    bench.run(HOST_DMA_LATENCY);
    assert_eq!(bench.host_bytes(BUFFERS, 300), data[..300]);
    assert_eq!(bench.risen(), [IN]);
    assert_eq!(bench.dma(Gateway::HostIn, 10, Reg::ReadPosition), 300);
    bench.set_dma(Gateway::HostIn, 10, Reg::HostIncrement, 300);
    assert_eq!(bench.bar0(stream(IN, StreamReg::LinkPosition)), 300);
}

#[test]
fn each_gateway_has_an_interrupt_of_its_own() {
    let mut bench = Bench::new(1);
    bench.prepare_stream(OUT, 4, &[512]);
    bench.prepare_stream(IN, 4, &[512]);
    bench.run_stream(OUT, 4);
    bench.run_stream(IN, 4);
    for (index, gateway) in [Gateway::HostOut, Gateway::HostIn].into_iter().enumerate() {
        bench.set_dma(gateway, 3, Reg::SegmentPosition, 64);
        bench.start_dma(gateway, 3, ring(index as u32), 256);
        bench.set_dma(gateway, 3, Reg::Control, FWCB | GEN | BSCIE);
    }
    bench.set_dma(Gateway::HostIn, 3, Reg::Increment, 63);
    let raw = |bench: &mut Bench, source| {
        let raw = dint::address(core(0), dint::Array::Raw, source);
        bench.read_as(0, raw, 2)
    };
    bench.run(HOST_DMA_LATENCY);
    assert_eq!(raw(&mut bench, Source::HdaHostOut), Ok(1 << 3));
    assert_eq!(
        raw(&mut bench, Source::HdaHostIn),
        Ok(0),
        "a byte is missing"
    );
    bench.set_dma(Gateway::HostIn, 3, Reg::Increment, 1);
    bench.run(HOST_DMA_LATENCY);
    assert_eq!(raw(&mut bench, Source::HdaHostIn), Ok(1 << 3));
    assert_eq!(raw(&mut bench, Source::HdaLinkOut), Ok(0));
    assert_eq!(raw(&mut bench, Source::HdaLinkIn), Ok(0));
}

#[test]
fn the_position_buffer_follows() {
    let mut bench = Bench::new(1);
    bench.prepare_stream(OUT, 1, &[256, 256]);
    let positions = hda_host::HOST_MEMORY.base + 0x800;
    bench.set_bar0(Global::PositionsLow.offset(), positions | 1);
    bench.run_stream(OUT, 1);
    bench.set_dma(Gateway::HostOut, 0, Reg::HostIncrement, 600);
    let entry = positions + 8 * u32::from(OUT);
    assert_eq!(bench.host_bytes(entry, 4), 88_u32.to_le_bytes());
    // Anywhere else it is not written, and nothing else happens.
    bench.set_bar0(Global::PositionsHigh.offset(), 7);
    bench.set_dma(Gateway::HostOut, 0, Reg::HostIncrement, 1);
    assert_eq!(bench.host_bytes(entry, 4), 88_u32.to_le_bytes());
}

#[test]
fn spib_bounds_what_moves() {
    let mut bench = Bench::new(1);
    bench.prepare_stream(OUT, 1, &[256, 256]);
    let data = counting(512);
    bench.fill_host(BUFFERS, &data);
    bench.set_bar0(Global::SpibControl.offset(), 1 << OUT);
    bench.set_bar0(spib(OUT), 512);
    bench.start_dma(Gateway::HostOut, 0, ring(0), 2048);
    bench.run_stream(OUT, 1);
    let written = |bench: &mut Bench| {
        bench.run(HOST_DMA_LATENCY);
        bench.dma(Gateway::HostOut, 0, Reg::WritePosition)
    };
    assert_eq!(written(&mut bench), 512, "the whole buffer, once");
    assert_eq!(written(&mut bench), 512);
    bench.set_bar0(spib(OUT), 512);
    assert_eq!(written(&mut bench), 512, "the same again says nothing");
    bench.set_bar0(spib(OUT), 100);
    assert_eq!(written(&mut bench), 612);
    bench.set_bar0(spib(OUT), 50);
    assert_eq!(written(&mut bench), 1074, "round the end");
    assert_eq!(
        bench.ram_bytes(ring(0) + 512, 562),
        [&data[..], &data[..50]].concat()
    );
}

#[test]
fn stopping_takes_back_what_was_planned() {
    let mut bench = Bench::new(1);
    bench.prepare_stream(OUT, 1, &[256, 256]);
    bench.start_dma(Gateway::HostOut, 0, ring(0), 256);
    bench.run_stream(OUT, 1);
    bench.set_bar0(control(OUT), 1 << TAG_SHIFT);
    assert_eq!(bench.soc.next_deadline(), None, "by the host");
    bench.run_stream(OUT, 1);
    bench.set_dma(Gateway::HostOut, 0, Reg::Control, FWCB);
    assert_eq!(bench.soc.next_deadline(), None, "by the firmware");
    bench.run(Nanos::from_millis(1));
    assert_eq!(bench.dma(Gateway::HostOut, 0, Reg::WritePosition), 0);
    bench.set_bar0(control(OUT), SRST);
    assert_eq!(bench.bar0(control(OUT)), SRST);
    assert_eq!(bench.bar0(stream(OUT, StreamReg::BufferLength)), 0);
    bench.set_bar0(control(OUT), 0);
    assert_eq!(bench.bar0(control(OUT)), 0);
    assert_eq!(
        bench.sound(),
        [
            "start host-out0 ring=0xa0030000/0x100",
            "stream 11 start host-out0 bytes=512 buffers=2",
            "stream 11 stop moved=0",
            "stream 11 start host-out0 bytes=512 buffers=2",
            "stop host-out0 moved=0",
            "stream 11 stop moved=0",
        ]
    );
}

#[test]
fn pause_and_release_lose_nothing() {
    let mut bench = Bench::new(1);
    let data = counting(1024);
    bench.prepare_stream(OUT, 1, &[512, 512]);
    bench.fill_host(BUFFERS, &data);
    bench.start_dma(Gateway::HostOut, 0, ring(0), 256);
    bench.run_stream(OUT, 1);
    bench.run(HOST_DMA_LATENCY);
    bench.set_dma(Gateway::HostOut, 0, Reg::Increment, 64);
    bench.set_dma(Gateway::HostOut, 0, Reg::Control, FWCB);
    bench.set_bar0(control(OUT), 1 << TAG_SHIFT);
    bench.run(Nanos::from_millis(1));
    assert_eq!(bench.dma(Gateway::HostOut, 0, Reg::ReadPosition), 64);
    bench.set_dma(Gateway::HostOut, 0, Reg::Control, FWCB | GEN);
    bench.run_stream(OUT, 1);
    bench.run(HOST_DMA_LATENCY);
    assert_eq!(bench.ram_bytes(ring(0), 64), data[256..320]);
    assert_eq!(bench.ram_bytes(ring(0) + 64, 192), data[64..256]);
}

/// What the host can get wrong, and the reason it is told.
#[test]
fn nonsense_of_the_host_is_an_event_and_an_error_bit() {
    type Spoil = fn(&mut Bench);
    let cases: [(&str, Spoil); 11] = [
        ("not-decoupled", |bench| {
            bench.set_bar0(Global::PipeControl.offset(), hda_host::GPROCEN);
        }),
        ("bad-tag", |bench| {
            bench.set_bar0(control(OUT), 0);
        }),
        ("bad-tag", |bench| {
            bench.set_bar0(control(OUT), 10 << TAG_SHIFT);
        }),
        ("misaligned", |bench| {
            bench.set_bar0(stream(OUT, StreamReg::DescriptorsLow), BDL + 16);
        }),
        ("misaligned", |bench| {
            bench.fill_host(BDL, &(BUFFERS + 64).to_le_bytes())
        }),
        ("outside-memory", |bench| {
            bench.set_bar0(stream(OUT, StreamReg::DescriptorsHigh), 1);
        }),
        ("outside-memory", |bench| bench.fill_host(BDL, &[0; 8])),
        ("outside-memory", |bench| {
            bench.fill_host(BDL + BDL_ENTRY + 8, &[0xFF; 4])
        }),
        ("empty-buffer", |bench| {
            bench.fill_host(BDL + BDL_ENTRY + 8, &[0; 4])
        }),
        ("length-mismatch", |bench| {
            bench.set_bar0(stream(OUT, StreamReg::BufferLength), 511);
        }),
        ("bad-spib", |bench| {
            bench.set_bar0(Global::SpibControl.offset(), 1 << OUT);
            bench.set_bar0(spib(OUT), 513);
        }),
    ];
    for (reason, spoil) in cases {
        let mut bench = Bench::new(1);
        bench.prepare_stream(OUT, 1, &[256, 256]);
        spoil(&mut bench);
        bench.start_dma(Gateway::HostOut, 0, ring(0), 256);
        bench.take();
        let word = bench.bar0(control(OUT)) | RUN;
        bench.set_bar0(control(OUT), word | hda_host::DEIE);
        let told = bench
            .log
            .contains(&Effect::HostInterrupt(HostEdge::Stream(OUT)));
        assert!(told, "{reason}");
        assert!(bench.sound()[0].contains(reason), "{reason}");
        let status = bench.bar0(control(OUT));
        assert_eq!(status & (DESE | RUN), DESE, "{reason}");
        assert_eq!(bench.soc.next_deadline(), None, "{reason}");
    }
}

#[test]
fn a_tag_serves_one_stream_at_a_time() {
    let mut bench = Bench::new(1);
    bench.prepare_stream(output(1), 1, &[256]);
    bench.prepare_stream(OUT, 1, &[256]);
    bench.run_stream(OUT, 1);
    bench.run_stream(output(1), 1);
    assert_eq!(bench.bar0(control(output(1))) & (DESE | RUN), DESE);
    assert_eq!(bench.bar0(control(OUT)) & (DESE | RUN), RUN);
    // The tag of an input is another one.
    bench.prepare_stream(IN, 1, &[256]);
    bench.run_stream(IN, 1);
    assert_eq!(bench.bar0(control(IN)) & (DESE | RUN), RUN);
}

#[test]
fn a_list_that_goes_bad_ends_the_stream() {
    let mut bench = Bench::new(1);
    bench.prepare_stream(OUT, 1, &[128, 128]);
    bench.start_dma(Gateway::HostOut, 0, ring(0), 256);
    bench.run_stream(OUT, 1);
    bench.fill_host(BDL + BDL_ENTRY, &0x10_u64.to_le_bytes());
    bench.run(HOST_DMA_LATENCY);
    assert_eq!(bench.bar0(control(OUT)) & (DESE | RUN), DESE);
    assert_eq!(bench.dma(Gateway::HostOut, 0, Reg::WritePosition), 128);
    assert_eq!(
        bench.sound().split_off(2),
        [
            "stream 11 fault misaligned value=0x1",
            "stream 11 stop moved=128"
        ]
    );
}

#[test]
fn in_reset_the_controller_takes_nothing_and_forgets_all() {
    let mut bench = Bench::new(1);
    bench.set_bar0(stream(OUT, StreamReg::BufferLength), 5);
    assert_eq!(bench.bar0(stream(OUT, StreamReg::BufferLength)), 0);
    bench.prepare_stream(OUT, 1, &[256, 256]);
    bench.run_stream(OUT, 1);
    bench.set_bar0(Global::Control.offset(), 0);
    for addr in (0..0x808).step_by(4) {
        let value = bench.soc.hda_read(bench.now, addr, &mut bench.ram);
        if addr != Global::Capabilities.offset() {
            assert_eq!(value.unwrap_or(0), 0, "{addr:#x}");
        }
    }
    bench.set_bar0(Global::Capabilities.offset(), 1);
    let lines = bench.lines();
    assert!(
        lines.contains("in-reset write bar0+0x1e8 value=0x5"),
        "{lines}"
    );
    assert!(lines.contains("stream 11 stop moved=0"));
    assert!(lines.contains("unmapped read bar0+0x4 value=0x0"));
    assert!(lines.contains("in-reset write bar0+0x0"));
}

#[test]
fn a_running_stream_keeps_its_shape() {
    let mut bench = Bench::new(1);
    bench.prepare_stream(OUT, 1, &[256, 256]);
    bench.run_stream(OUT, 1);
    bench.take();
    for reg in [
        StreamReg::BufferLength,
        StreamReg::LastIndex,
        StreamReg::DescriptorsLow,
        StreamReg::DescriptorsHigh,
    ] {
        let before = bench.bar0(stream(OUT, reg));
        bench.set_bar0(stream(OUT, reg), 3);
        assert_eq!(bench.bar0(stream(OUT, reg)), before);
        assert_eq!(bench.sound(), ["stream 11 fault running value=0x3"]);
    }
    bench.set_bar0(control(OUT), 2 << TAG_SHIFT | RUN);
    assert_eq!(bench.bar0(control(OUT)) >> TAG_SHIFT & 0xF, 1);
    bench.set_bar0(stream(OUT, StreamReg::LinkPosition), 3);
    assert!(bench.lines().contains("read-only write bar0+0x1e4"));
}

proptest! {
    /// Whatever the host does in BAR0 and its memory, with rings that run.
    #[test]
    fn no_host_does_harm(acts in prop::collection::vec(any::<[u32; 3]>(), 0..60)) {
        let mut bench = Bench::new(1);
        bench.prepare_stream(OUT, 1, &[256, 256]);
        bench.prepare_stream(IN, 1, &[128, 384]);
        bench.start_dma(Gateway::HostOut, 0, ring(0), 256);
        bench.start_dma(Gateway::HostIn, 0, ring(1), 256);
        bench.run_stream(OUT, 1);
        for [kind, place, value] in acts {
            let value = match value % 5 {
                0 => value,
                1 => 1 << (value / 5 % 32),
                2 => BUFFERS + value % 0x1000,
                3 => value % 600,
                _ => 1 << TAG_SHIFT | RUN | IOCE,
            };
            match kind % 8 {
                0..3 => {
                    let number = [OUT, IN][(place / 7 % 2) as usize];
                    let reg = StreamReg::ALL[place as usize % StreamReg::ALL.len()];
                    let _ = bench.soc.hda_write(bench.now, stream(number, reg), value, &mut bench.ram);
                }
                3 => {
                    let addr = place % 0x900;
                    let _ = bench.soc.hda_write(bench.now, addr, value, &mut bench.ram);
                    let _ = bench.soc.hda_read(bench.now, addr, &mut bench.ram);
                }
                4 => bench.fill_host(BDL + place % 64, &value.to_le_bytes()),
                5 => {
                    let gateway = [Gateway::HostOut, Gateway::HostIn][place as usize % 2];
                    let reg = Reg::ALL[place as usize / 2 % Reg::ALL.len()];
                    bench.set_dma(gateway, (place >> 20) as u8 % 2, reg, value);
                }
                6 => bench.set_bar0(control([OUT, IN][place as usize % 2]), value | RUN),
                _ => bench.run(Nanos(u64::from(value % 5000))),
            }
            let stopped = bench.ram_bytes(ring(0) + 256, 0x1000 - 256);
            prop_assert!(stopped.iter().all(|byte| *byte == 0) || bench.moved_ring());
        }
        for number in 0..STREAMS {
            let _ = bench.bar0(control(number));
        }
    }
}

impl Bench {
    /// Whether the act sequence has put a ring somewhere else.
    fn moved_ring(&mut self) -> bool {
        [Gateway::HostOut, Gateway::HostIn]
            .into_iter()
            .any(|gateway| {
                (0..2).any(|number| {
                    self.dma(gateway, number, Reg::BufferAddress) != ring(gateway as u32)
                        || self.dma(gateway, number, Reg::BufferSize) != 256
                })
            })
    }
}
