//! Sound between the host and the ports of the built machine.

use acelab_abi::clock::Nanos;
use acelab_abi::port::{PortId, PortMode};
use acelab_abi::regs::hda_host::{StreamReg, input, output, stream};
use acelab_abi::trace::{Channel, Event};
use acelab_hostlink::{Recording, StopReason};
use acelab_machine_tests::sound::{Bridge, CYCLE};
use acelab_machine_tests::{Run, Setup};

/// What the first stream of the host has captured. The guest reports a part
/// before it is there, so the last one is not.
fn captured(run: &mut Run) -> Vec<u8> {
    let position = stream(input(0), StreamReg::LinkPosition);
    let len = run.client().read_bar0(position).expect("a register");
    run.host_buffer(input(0), len.saturating_sub(384) as usize)
}

fn ssp(number: u8) -> PortId {
    PortId::ssp(number).expect("exists")
}

/// The lines of the DMA and of the ports.
fn lines(events: &[Event]) -> Vec<String> {
    let sound = events
        .iter()
        .filter(|event| matches!(event.kind.channel(), Channel::Dma | Channel::Port));
    sound.map(|event| event.kind.to_string()).collect()
}

#[test]
fn what_the_host_plays_leaves_at_the_port() {
    let bridge = Bridge {
        ports: 1,
        ticks: 300,
    };
    let mut run = bridge.boot(&Setup::cores(1), PortMode::External);
    assert_eq!(bridge.finish(&mut run).reason, StopReason::Exit { code: 0 });
    let heard = run.client().drain_sink(ssp(0)).expect("a recording");
    assert_eq!((heard.frame, heard.frame_bytes), (0, 8));
    assert!(heard.start < Nanos::from_millis(1));
    let frames = heard.bytes.len() / 8;
    assert!((14_350..=14_400).contains(&frames), "{frames} frames");
    let played = Bridge::sound(0);
    let repeated: Vec<u8> = played.iter().copied().cycle().take(frames * 8).collect();
    assert!(heard.bytes == repeated, "the frames differ");
    let position = stream(output(0), StreamReg::LinkPosition);
    let position = run.client().read_bar0(position).expect("a register");
    assert!(position < CYCLE);
    let expected = (frames * 8) as u32 % CYCLE;
    assert!(
        position.abs_diff(expected) <= 384,
        "LPIB {position}, {expected} bytes"
    );
    assert_eq!(
        lines(&run.events())[..7],
        [
            "stream 11 start host-out0 bytes=65536 buffers=2",
            "stream 0 start host-in0 bytes=65536 buffers=2",
            "start host-out0 ring=0xa0120000/0x400",
            "start link-out1 ring=0xa0120000/0x400",
            "start link-in1 ring=0xa0120400/0x400",
            "start host-in0 ring=0xa0120400/0x400",
            "start ssp0-out rate=48000/1 slots=2 bits=32",
        ]
    );
}

#[test]
fn a_loopback_brings_it_back_into_the_hosts_memory() {
    let bridge = Bridge {
        ports: 1,
        ticks: 50,
    };
    let mut run = bridge.boot(&Setup::cores(1), PortMode::Loopback);
    assert_eq!(bridge.finish(&mut run).reason, StopReason::Exit { code: 0 });
    let captured = captured(&mut run);
    assert!(captured.len() >= 47 * 384, "{} bytes", captured.len());
    assert!(captured == Bridge::sound(0)[..captured.len()]);
    let lines = lines(&run.events());
    assert!(!lines.iter().any(|line| line.contains("xrun")), "{lines:?}");
}

#[test]
fn a_port_hears_what_the_lab_has_queued() {
    let bridge = Bridge {
        ports: 1,
        ticks: 20,
    };
    let mut run = bridge.boot(&Setup::cores(1), PortMode::External);
    let queued: Vec<u8> = (0..4000_u32).flat_map(u32::to_le_bytes).collect();
    run.client().queue_source(ssp(0), &queued).expect("room");
    bridge.finish(&mut run);
    let captured = captured(&mut run);
    assert!(captured.len() > 17 * 384);
    assert!(captured == queued[..captured.len()]);
    let status = run.client().port_status(ssp(0)).expect("a status");
    let received = status.input.expect("it runs").frames;
    assert_eq!(status.queued as usize, queued.len() - received as usize * 8);
}

fn whole(setup: &Setup, bridge: Bridge) -> (Nanos, Vec<Event>, Vec<Recording>) {
    let mut run = bridge.boot(setup, PortMode::Loopback);
    let end = bridge.finish(&mut run);
    assert_eq!(end.reason, StopReason::Exit { code: 0 });
    let ports = 0..bridge.ports;
    let heard = ports.map(|port| run.client().drain_sink(ssp(port)).expect("a recording"));
    let heard = heard.collect();
    (end.now, run.events(), heard)
}

#[test]
fn five_ports_repeat_in_spite_of_kicks() {
    let bridge = Bridge {
        ports: 5,
        ticks: 30,
    };
    let expected = whole(&Setup::cores(1), bridge);
    assert_eq!(expected.2.len(), 5);
    for (port, heard) in expected.2.iter().enumerate() {
        let played = Bridge::sound(port as u8);
        assert!(heard.bytes == played[..heard.bytes.len()], "port {port}");
    }
    for setup in [Setup::cores(1), Setup::cores(1).property("x-kick=50")] {
        for _ in 0..3 {
            assert!(whole(&setup, bridge) == expected);
        }
    }
}
