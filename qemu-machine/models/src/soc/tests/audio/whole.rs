//! Host, firmware and port together, and what power does to them.

use acelab_abi::clock::Nanos;
use acelab_abi::port::PortMode;
use acelab_abi::regs::hda::{GEN, Gateway, Reg};
use acelab_abi::regs::hda_host::{RUN, StreamReg, input, output, stream};
use acelab_abi::regs::{host, ssp};

use super::super::Bench;
use super::{BUFFERS, ring, ssp0};

const PERIOD: usize = 384;

impl Bench {
    /// What a tick of firmware does: it copies what is there, at most a period,
    /// from one ring to another.
    fn copy_tick(&mut self, from: (Gateway, u8, u32), to: (Gateway, u8, u32), size: u32) {
        let (source, source_stream, source_ring) = from;
        let (sink, sink_stream, sink_ring) = to;
        let read = self.dma(source, source_stream, Reg::ReadPosition);
        let write = self.dma(sink, sink_stream, Reg::WritePosition);
        let bytes: Vec<u8> = (0..PERIOD as u32)
            .map(|at| self.ram_bytes(source_ring + (read + at) % size, 1)[0])
            .collect();
        for (at, byte) in bytes.iter().enumerate() {
            self.fill_ram(sink_ring + (write + at as u32) % size, &[*byte]);
        }
        self.set_dma(source, source_stream, Reg::Increment, PERIOD as u32);
        self.set_dma(sink, sink_stream, Reg::Increment, PERIOD as u32);
    }
}

/// 50 ms of stereo at 48 kHz, 32 bits, out through a port that loops it back
/// into the host's memory.
#[test]
fn sound_goes_from_host_to_port_and_back_without_a_fault() {
    const SIZE: u32 = 4 * PERIOD as u32;
    const TICKS: usize = 50;
    let mut bench = Bench::new(1);
    bench.outside(ssp0(), PortMode::Loopback);
    let sound: Vec<u8> = (0..TICKS * PERIOD)
        .map(|byte| (byte * 7 % 253) as u8)
        .collect();
    let len = sound.len() as u32;
    bench.prepare_stream(output(0), 1, &[len]);
    bench.fill_host(BUFFERS, &sound);
    bench.start_dma(Gateway::HostOut, 0, ring(0), SIZE);
    bench.start_dma(Gateway::LinkOut, 1, ring(1), SIZE);
    bench.start_dma(Gateway::LinkIn, 1, ring(2), SIZE);
    bench.run_stream(output(0), 1);
    bench.run(Nanos::from_micros(10));
    bench.copy_tick(
        (Gateway::HostOut, 0, ring(0)),
        (Gateway::LinkOut, 1, ring(1)),
        SIZE,
    );
    bench.copy_tick(
        (Gateway::HostOut, 0, ring(0)),
        (Gateway::LinkOut, 1, ring(1)),
        SIZE,
    );
    bench.start_port(0, 2, 32);
    let mut captured = Vec::new();
    for tick in 0..TICKS - 2 {
        bench.run(Nanos::from_millis(1));
        bench.copy_tick(
            (Gateway::HostOut, 0, ring(0)),
            (Gateway::LinkOut, 1, ring(1)),
            SIZE,
        );
        if tick == 0 {
            continue;
        }
        let read = bench.dma(Gateway::LinkIn, 1, Reg::ReadPosition);
        let at = ring(2) + read;
        captured.extend(bench.ram_bytes(at, PERIOD));
        bench.set_dma(Gateway::LinkIn, 1, Reg::Increment, PERIOD as u32);
    }
    assert_eq!(captured, sound[..captured.len()]);
    let recorded = bench.drain(ssp0()).bytes;
    assert_eq!(recorded, sound[..recorded.len()]);
    assert!(recorded.len() > 45 * PERIOD);
    let lines = bench.sound().join("\n");
    assert!(
        !lines.contains("xrun") && !lines.contains("fault"),
        "{lines}"
    );
    assert_ne!(
        bench.bar0(stream(input(0), StreamReg::ControlStatus)) & RUN,
        RUN
    );
}

#[test]
fn the_parts_side_forgets_with_its_power_and_the_hosts_does_not() {
    let mut bench = Bench::new(1);
    bench.power_up();
    bench.outside(ssp0(), PortMode::External);
    bench.prepare_stream(output(0), 1, &[256, 256]);
    bench.run_stream(output(0), 1);
    bench.start_dma(Gateway::HostOut, 0, ring(0), 256);
    bench.start_dma(Gateway::LinkOut, 1, ring(1), 384);
    bench.start_port(0, 2, 32);
    bench.run(Nanos::from_millis(1));
    bench.take();
    bench.host_set(host::Reg::SubsystemControl.offset(), 0);
    bench.run(Nanos::from_millis(1));
    assert_eq!(bench.soc.next_deadline(), None);
    let lines = bench.sound();
    for line in [
        "stop ssp0-out frames=50",
        "stop ssp0-in frames=48",
        "stop host-out0 moved=256",
        "stop link-out1 moved=0",
    ] {
        assert!(lines.iter().any(|told| told == line), "{line}: {lines:?}");
    }
    assert_eq!(bench.dma(Gateway::HostOut, 0, Reg::Control) & GEN, 0);
    assert_eq!(bench.dma(Gateway::HostOut, 0, Reg::BufferSize), 0);
    assert_eq!(bench.get(ssp::address(0, ssp::Reg::DividerM)), 0);
    let control = stream(output(0), StreamReg::ControlStatus);
    assert_eq!(
        bench.bar0(control) & RUN,
        RUN,
        "the controller is the host's"
    );
    let recorded = bench.drain(ssp0()).bytes.len();
    assert_eq!(recorded, 50 * 8, "what has left the part");
    bench.start_dma(Gateway::HostOut, 0, ring(0), 256);
    assert!(bench.soc.next_deadline().is_some(), "the stream goes on");
}
