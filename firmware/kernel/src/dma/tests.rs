//! The rules of streams and ports, on registers that do what a test says.

use std::vec::Vec;

use acelab_abi::regs::hda::{self, BF, BNE, FIFORDY, FWCB, GBUSY, GEN, Reg, SCS, XRUN};
use acelab_abi::regs::ssp;
use acelab_abi::syscall::exchange_flags::{EMPTY, FULL, RUNNING};
use acelab_abi::syscall::{Gateway, GatewayKind, PortParams, SysError};

use super::{Buffer, Dma};
use crate::bus::Bus;
use crate::fake_bus::FakeBus;
use crate::ids::DomainId;

const SIZE: u32 = 0x180;

const BUFFER: Buffer = Buffer {
    domain: DomainId::new(0).expect("the first"),
    address: 0xA020_0080,
    size: SIZE,
};

fn gateway(kind: GatewayKind, index: u32) -> Gateway {
    Gateway::new(kind, index).expect("there is one")
}

fn address(gateway: Gateway, reg: Reg) -> u32 {
    hda::address(gateway.kind(), gateway.index() as u8, reg)
}

/// A channel with its buffer, and its port if it has one.
fn configured(bus: &FakeBus, gateway: Gateway) -> Dma {
    let mut dma = Dma::new();
    dma.open(gateway).unwrap();
    dma.configure(bus, gateway, BUFFER, true).unwrap();
    if !gateway.kind().is_host() {
        let params = PortParams::serial(48_000, 2, 32).unwrap();
        dma.configure_port(bus, gateway, &params).unwrap();
    }
    dma
}

#[test]
fn a_buffer_is_programmed_as_the_kind_wants_it() {
    for (kind, container, minimum) in [
        (GatewayKind::HostOut, 0, Some(SIZE & !0x7F)),
        (GatewayKind::LinkOut, SCS, None),
    ] {
        let bus = FakeBus::default();
        let gateway = gateway(kind, 1);
        let mut dma = configured(&bus, gateway);
        assert_eq!(bus.get(address(gateway, Reg::BufferAddress)), 0xA020_0080);
        assert_eq!(bus.get(address(gateway, Reg::BufferSize)), SIZE);
        let control = bus.get(address(gateway, Reg::Control));
        assert_eq!(control & (SCS | FWCB | GEN), container | FWCB);
        let at = address(gateway, Reg::MinimumSize);
        let written = bus.writes().into_iter().find(|(to, _)| *to == at);
        assert_eq!(written.map(|(_, value)| value), minimum);
        assert_eq!(dma.open(gateway), Err(SysError::Busy));
    }
}

#[test]
fn a_buffer_that_the_hardware_cannot_have_is_refused() {
    let bus = FakeBus::default();
    let host = gateway(GatewayKind::HostIn, 10);
    let mut dma = Dma::new();
    assert_eq!(
        dma.configure(&bus, host, BUFFER, false),
        Err(SysError::BadHandle)
    );
    dma.open(host).unwrap();
    for (address, size) in [
        (BUFFER.address, 0),
        (BUFFER.address, 16),
        (BUFFER.address, SIZE + 4),
        (BUFFER.address + 64, SIZE),
        (BUFFER.address + 1, SIZE),
    ] {
        let buffer = Buffer {
            address,
            size,
            ..BUFFER
        };
        let refused = dma.configure(&bus, host, buffer, false);
        assert_eq!(refused, Err(SysError::InvalidValue), "{address:#x} {size}");
    }
    assert_eq!(bus.writes(), []);
    assert!(!dma.has_buffers());
    assert_eq!(dma.start(&bus, host), Err(SysError::BadState));
    assert_eq!(dma.exchange(&bus, host, 0), Err(SysError::BadState));
}

#[test]
fn a_stream_that_moves_data_keeps_its_buffer() {
    for moving in [GEN, GBUSY] {
        let bus = FakeBus::default();
        let host = gateway(GatewayKind::HostOut, 8);
        let mut dma = configured(&bus, host);
        bus.set(address(host, Reg::Control), moving);
        let writes = bus.writes().len();
        let moved = Buffer {
            address: 0xA030_0000,
            ..BUFFER
        };
        let refused = dma.configure(&bus, host, moved, false);
        assert_eq!(refused, Err(SysError::Busy));
        assert_eq!(dma.start(&bus, host), Err(SysError::Busy));
        assert_eq!(bus.writes().len(), writes);
        assert!(dma.holds(BUFFER.domain, BUFFER.address, 1));
    }
}

#[test]
fn starting_out_to_the_link_commits_all_and_others_nothing() {
    for kind in GatewayKind::ALL {
        let bus = FakeBus::default();
        let gateway = gateway(kind, 2);
        let mut dma = configured(&bus, gateway);
        dma.start(&bus, gateway).unwrap();
        let control = bus.get(address(gateway, Reg::Control));
        assert_eq!(control & (GEN | FIFORDY), GEN | FIFORDY);
        let increment = address(gateway, Reg::Increment);
        let committed = bus.writes().into_iter().find(|(at, _)| *at == increment);
        let expected = (kind == GatewayKind::LinkOut).then_some((increment, SIZE));
        assert_eq!(committed, expected);
        assert_eq!(dma.start(&bus, gateway), Err(SysError::BadState));
        let refused = dma.configure(&bus, gateway, BUFFER, true);
        assert_eq!(refused, Err(SysError::BadState));
        dma.stop(&bus, gateway).unwrap();
        let control = bus.get(address(gateway, Reg::Control));
        assert_eq!(control & (GEN | FIFORDY), 0);
        assert_eq!(dma.stop(&bus, gateway), Err(SysError::BadState));
    }
}

#[test]
fn what_is_filled_follows_from_bits_and_positions() {
    let bus = FakeBus::default();
    let host = gateway(GatewayKind::HostOut, 0);
    let dma = configured(&bus, host);
    let look = |control, read, write| {
        bus.set(address(host, Reg::Control), control);
        bus.set(address(host, Reg::ReadPosition), read);
        bus.set(address(host, Reg::WritePosition), write);
        let status = dma.exchange(&bus, host, 0).unwrap();
        (status.filled, status.flags)
    };
    assert_eq!(look(0, 0x40, 0x40), (0, EMPTY));
    assert_eq!(look(0, 0x40, 0x60), (0, EMPTY));
    assert_eq!(look(BNE | BF, 0x40, 0x40), (SIZE, FULL));
    assert_eq!(look(BNE, 0x40, 0x60), (0x20, 0));
    assert_eq!(look(BNE, 0x160, 0x20), (0x40, 0));
}

#[test]
fn a_commit_is_bounded_and_tells_the_host_too() {
    let bus = FakeBus::default();
    let host = gateway(GatewayKind::HostOut, 0);
    let mut dma = configured(&bus, host);
    let control = address(host, Reg::Control);
    bus.set(control, 0);
    assert_eq!(dma.exchange(&bus, host, 4), Err(SysError::BadState));
    dma.start(&bus, host).unwrap();
    bus.set(control, bus.get(control) | BNE);
    bus.set(address(host, Reg::ReadPosition), 0x160);
    bus.set(address(host, Reg::WritePosition), 0x20);
    let writes = bus.writes().len();
    for commit in [0x41, SIZE, u32::MAX] {
        let refused = dma.exchange(&bus, host, commit);
        assert_eq!(refused, Err(SysError::InvalidValue));
    }
    assert_eq!(bus.writes().len(), writes);
    let status = dma.exchange(&bus, host, 0x30).unwrap();
    assert_eq!((status.read, status.write), (0x10, 0x20));
    assert_eq!((status.filled, status.flags), (0x10, RUNNING));
    let told: Vec<_> = bus.writes().split_off(writes);
    let increments = [Reg::Increment, Reg::LinkIncrement, Reg::HostIncrement];
    assert_eq!(told, increments.map(|reg| (address(host, reg), 0x30)));
    let link = gateway(GatewayKind::LinkIn, 1);
    let mut dma = configured(&bus, link);
    dma.start(&bus, link).unwrap();
    bus.set(address(link, Reg::Control), GEN | BNE | BF);
    let writes = bus.writes().len();
    dma.exchange(&bus, link, SIZE).unwrap();
    let told: Vec<_> = bus.writes().split_off(writes);
    assert_eq!(told, [(address(link, Reg::Increment), SIZE)]);
}

#[test]
fn an_xrun_is_cleared_by_writing_one_and_nothing_else_is() {
    let bus = FakeBus::default();
    let host = gateway(GatewayKind::HostIn, 3);
    let mut dma = configured(&bus, host);
    dma.start(&bus, host).unwrap();
    let control = address(host, Reg::Control);
    let others = hda::BSC | hda::BSCIE;
    bus.set(control, GEN | FWCB | others | XRUN);
    let status = dma.exchange(&bus, host, 0).unwrap();
    assert_ne!(status.flags & acelab_abi::syscall::exchange_flags::XRUN, 0);
    let last = bus.writes().last().copied();
    assert_eq!(last, Some((control, GEN | FWCB | hda::BSCIE | XRUN)));
}

#[test]
fn a_buffer_is_let_go_when_the_hardware_has_stopped() {
    let bus = FakeBus::default();
    let host = gateway(GatewayKind::HostIn, 3);
    let mut dma = configured(&bus, host);
    dma.start(&bus, host).unwrap();
    let control = address(host, Reg::Control);
    bus.set(control, bus.get(control) | GBUSY);
    let mut looks = 0;
    dma.close_on(&bus, host, &mut || {
        looks += 1;
        if looks == 3 {
            (&bus).modify32(control, GBUSY, 0);
        }
        true
    });
    assert_eq!(looks, 3);
    assert!(!dma.has_buffers() && !dma.is_open(host));
    dma.open(host).unwrap();
}

#[test]
#[should_panic(expected = "does not stop")]
fn hardware_that_does_not_let_go_is_the_end() {
    let bus = FakeBus::default();
    let host = gateway(GatewayKind::HostIn, 3);
    let mut dma = configured(&bus, host);
    bus.set(address(host, Reg::Control), GBUSY);
    dma.close_on(&bus, host, &mut || false);
}

#[test]
fn a_port_has_one_frame_for_both_directions() {
    let bus = FakeBus::default();
    let [out, into] = [GatewayKind::LinkOut, GatewayKind::LinkIn].map(|kind| gateway(kind, 6));
    let mut dma = configured(&bus, out);
    dma.open(into).unwrap();
    let narrow = PortParams::serial(48_000, 2, 16).unwrap();
    let wide = PortParams::serial(48_000, 2, 32).unwrap();
    let other = Buffer {
        address: 0xA020_1000,
        ..BUFFER
    };
    dma.configure(&bus, into, other, false).unwrap();
    dma.start(&bus, out).unwrap();
    let ssp = |reg| ssp::address(5, reg);
    assert_ne!(bus.get(ssp(ssp::Reg::Control0)) & ssp::SSE, 0);
    // Not in another way while one direction runs, and not the one that runs.
    assert_eq!(dma.configure_port(&bus, into, &narrow), Err(SysError::Busy));
    assert_eq!(dma.configure_port(&bus, out, &wide), Err(SysError::Busy));
    assert_eq!(dma.start(&bus, into), Err(SysError::BadState));
    dma.configure_port(&bus, into, &wide).unwrap();
    dma.start(&bus, into).unwrap();
    dma.stop(&bus, out).unwrap();
    assert_ne!(bus.get(ssp(ssp::Reg::Control0)) & ssp::SSE, 0);
    assert_eq!(bus.get(ssp(ssp::Reg::TransmitControl)), 0);
    dma.close_on(&bus, into, &mut || false);
    assert_eq!(bus.get(ssp(ssp::Reg::Control0)) & ssp::SSE, 0);
    // What is ready to start on one direction stays so: the other has to be the
    // same, until nobody has the first any more.
    dma.open(into).unwrap();
    assert_eq!(dma.configure_port(&bus, into, &narrow), Err(SysError::Busy));
    dma.start(&bus, out).unwrap();
    dma.stop(&bus, out).unwrap();
    dma.configure_port(&bus, out, &narrow).unwrap();
    dma.close_on(&bus, out, &mut || false);
    dma.configure_port(&bus, into, &wide).unwrap();
    dma.configure_port(&bus, into, &narrow).unwrap();
}

#[test]
fn parameters_that_a_port_cannot_have_change_nothing() {
    let bus = FakeBus::default();
    let mut dma = Dma::new();
    let [link, dmic] = [1, 0].map(|index| gateway(GatewayKind::LinkIn, index));
    let host = gateway(GatewayKind::HostIn, 1);
    for gateway in [link, dmic, host] {
        dma.open(gateway).unwrap();
    }
    let good = PortParams::serial(48_000, 2, 16).unwrap();
    let bad = [
        PortParams { rate: 0, ..good },
        PortParams {
            rate: 7_999,
            ..good
        },
        PortParams {
            rate: 192_001,
            ..good
        },
        PortParams {
            rate: 48_001,
            ..good
        },
        PortParams { slots: 0, ..good },
        PortParams { slots: 9, ..good },
        PortParams {
            slots: u32::MAX,
            ..good
        },
        PortParams {
            slot_bits: 24,
            ..good
        },
        PortParams { active: 0, ..good },
        PortParams { active: 4, ..good },
        PortParams { m: 0, ..good },
        PortParams { n: 0, ..good },
        PortParams {
            m: u32::MAX,
            ..good
        },
        PortParams {
            n: u32::MAX,
            ..good
        },
        PortParams {
            n: good.n + 1,
            ..good
        },
        // Divided by more than 4096 behind M/N.
        PortParams {
            m: 0xF_FFFF,
            n: 1,
            ..good
        },
        PortParams {
            loopback: 2,
            ..good
        },
    ];
    for params in bad {
        for gateway in [link, dmic] {
            let refused = dma.configure_port(&bus, gateway, &params);
            assert_eq!(refused, Err(SysError::InvalidValue), "{params:?}");
        }
    }
    let microphones = PortParams::microphones(48_000, 4);
    for params in [
        PortParams {
            loopback: 1,
            ..microphones
        },
        PortParams {
            active: 1,
            ..microphones
        },
        PortParams {
            slot_bits: 16,
            ..microphones
        },
        PortParams {
            m: 2,
            ..microphones
        },
    ] {
        let refused = dma.configure_port(&bus, dmic, &params);
        assert_eq!(refused, Err(SysError::InvalidValue), "{params:?}");
    }
    let refused = dma.configure_port(&bus, host, &good);
    assert_eq!(refused, Err(SysError::InvalidValue));
    assert_eq!(bus.writes(), []);
    dma.configure_port(&bus, link, &good).unwrap();
    dma.configure_port(&bus, dmic, &microphones).unwrap();
}
