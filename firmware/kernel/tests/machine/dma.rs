//! Channels of the DMA, and the ports, against the models.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::memory::PAGE_POOL;
use acelab_abi::syscall::exchange_flags::{EMPTY, ERROR, FULL, RUNNING, XRUN};
use acelab_abi::syscall::{Gateway, GatewayKind, PortParams, SysError};
use acelab_kernel::dma::{Buffer, Dma, Status};
use acelab_kernel::ids::DomainId;

use crate::bench::Bench;

/// Bytes of 1 ms of 48 kHz in two slots of 16 bits.
const MILLI: u32 = 192;
const SIZE: u32 = 4 * MILLI;

const OUT: Buffer = buffer(PAGE_POOL.base);
const IN: Buffer = buffer(PAGE_POOL.base + 0x1000);

const fn buffer(address: u32) -> Buffer {
    Buffer {
        domain: DomainId::new(0).expect("the first"),
        address,
        size: SIZE,
    }
}

fn gateway(kind: GatewayKind, index: u32) -> Gateway {
    Gateway::new(kind, index).expect("there is one")
}

fn loopback() -> PortParams {
    PortParams::serial(48_000, 2, 16)
        .expect("in range")
        .looped()
}

/// A channel as one thread would use it.
struct Side<'a> {
    bench: &'a Bench,
    gateway: Gateway,
}

impl Side<'_> {
    fn open(&self, dma: &mut Dma, buffer: Buffer) {
        let bus = self.bench.bus(CoreId::PRIMARY);
        dma.open(self.gateway).expect("nobody has it");
        dma.configure(bus, self.gateway, buffer, true)
            .expect("a good buffer");
    }

    fn exchange(&self, dma: &Dma, commit: u32) -> Result<Status, SysError> {
        dma.exchange(self.bench.bus(CoreId::PRIMARY), self.gateway, commit)
    }

    fn start(&self, dma: &mut Dma) -> Result<(), SysError> {
        dma.start(self.bench.bus(CoreId::PRIMARY), self.gateway)
    }
}

#[test]
fn what_goes_out_comes_back_in_order() {
    let bench = Bench::booted(1);
    let bus = bench.bus(CoreId::PRIMARY);
    let dma = &mut Dma::new();
    let [out, into] = [GatewayKind::LinkOut, GatewayKind::LinkIn].map(|kind| Side {
        bench: &bench,
        gateway: gateway(kind, 1),
    });
    out.open(dma, OUT);
    into.open(dma, IN);
    for side in [&out, &into] {
        dma.configure_port(bus, side.gateway, &loopback())
            .expect("a good port");
    }
    for offset in (0..SIZE).step_by(4) {
        bench.store(OUT.address + offset, 0x1000 + offset);
    }
    into.start(dma).expect("it is ready");
    out.start(dma).expect("it is ready");
    let status = out.exchange(dma, 0).expect("it runs");
    // The whole buffer is committed at the start.
    assert_eq!((status.filled, status.flags), (SIZE, RUNNING | FULL));

    let mut received = Vec::new();
    for _ in 0..8 {
        bench.pass(Nanos::from_micros(1000));
        let free = SIZE - out.exchange(dma, 0).expect("it runs").filled;
        let status = out.exchange(dma, free).expect("so much is free");
        assert_eq!(status.flags & (XRUN | ERROR), 0);
        let status = into.exchange(dma, 0).expect("it runs");
        assert_eq!(status.flags & (XRUN | ERROR), 0);
        for offset in (0..status.filled).step_by(4) {
            received.push(bench.load(IN.address + (status.read + offset) % SIZE));
        }
        let after = into.exchange(dma, status.filled).expect("so much is there");
        assert_eq!((after.filled, after.read), (0, status.write));
        assert_eq!(after.flags, RUNNING | EMPTY);
    }
    // The buffer goes round; what came before the first frame out is silence.
    let first = received.iter().position(|word| *word == 0x1000);
    let sound = &received[first.expect("the first frame")..];
    assert!(sound.len() > SIZE as usize / 4, "{}", sound.len());
    for (frame, word) in sound.iter().enumerate() {
        assert_eq!(*word, 0x1000 + (frame as u32 * 4) % SIZE);
    }
}

#[test]
fn an_xrun_is_told_once_and_the_other_direction_goes_on() {
    let bench = Bench::booted(1);
    let bus = bench.bus(CoreId::PRIMARY);
    let dma = &mut Dma::new();
    let [out, into] = [GatewayKind::LinkOut, GatewayKind::LinkIn].map(|kind| Side {
        bench: &bench,
        gateway: gateway(kind, 2),
    });
    for (side, buffer) in [(&out, OUT), (&into, IN)] {
        side.open(dma, buffer);
        dma.configure_port(bus, side.gateway, &loopback())
            .expect("a good port");
        side.start(dma).expect("it is ready");
    }
    // Nobody writes for longer than the buffer lasts.
    for _ in 0..6 {
        bench.pass(Nanos::from_micros(1000));
        let filled = into.exchange(dma, 0).expect("it runs").filled;
        into.exchange(dma, filled).expect("so much is there");
    }
    let told = out.exchange(dma, 0).expect("it runs");
    assert_eq!(told.flags & XRUN, XRUN);
    // The next one shows what came since; nothing of the old one is left.
    let status = out.exchange(dma, SIZE - told.filled);
    assert_eq!(status.expect("so much is free").flags & XRUN, 0);
    let before = into.exchange(dma, 0).expect("it runs");
    assert_eq!(before.flags & (XRUN | ERROR), 0);

    // Closing one direction leaves the other, and its port, running.
    dma.close_on(bus, out.gateway, &mut || false);
    bench.pass(Nanos::from_micros(1000));
    let after = into.exchange(dma, 0).expect("it runs");
    assert_eq!(after.filled, before.filled + MILLI);
    assert_eq!(out.exchange(dma, 0), Err(SysError::BadHandle));
}

#[test]
fn a_channel_with_nothing_at_its_other_end_does_not_start() {
    let bench = Bench::booted(1);
    let bus = bench.bus(CoreId::PRIMARY);
    let dma = &mut Dma::new();
    let side = Side {
        bench: &bench,
        gateway: gateway(GatewayKind::LinkOut, 8),
    };
    side.open(dma, OUT);
    assert_eq!(side.start(dma), Err(SysError::BadState));
    let refused = dma.configure_port(bus, side.gateway, &loopback());
    assert_eq!(refused, Err(SysError::InvalidValue));
    // What the hardware said is told with the next exchange.
    assert_eq!(
        side.exchange(dma, 0).expect("a buffer").flags,
        EMPTY | ERROR
    );
    assert_eq!(side.exchange(dma, 0).expect("a buffer").flags, EMPTY);
    dma.close_on(bus, side.gateway, &mut || false);
}

#[test]
fn the_microphones_run() {
    let bench = Bench::booted(1);
    let bus = bench.bus(CoreId::PRIMARY);
    let dma = &mut Dma::new();
    let side = Side {
        bench: &bench,
        gateway: gateway(GatewayKind::LinkIn, 0),
    };
    dma.open(side.gateway).expect("nobody has it");
    dma.configure(bus, side.gateway, IN, false)
        .expect("a good buffer");
    assert_eq!(side.start(dma), Err(SysError::BadState));
    dma.configure_port(bus, side.gateway, &PortParams::microphones(16_000, 2))
        .expect("good parameters");
    side.start(dma).expect("it is ready");
    bench.pass(Nanos::from_micros(2000));
    // 16 frames of 8 bytes each millisecond.
    assert_eq!(side.exchange(dma, 0).expect("it runs").filled, 2 * 16 * 8);
    dma.stop(bus, side.gateway).expect("it runs");
    bench.pass(Nanos::from_micros(2000));
    let status = side.exchange(dma, 0).expect("a buffer");
    assert_eq!((status.filled, status.flags), (2 * 16 * 8, 0));
}
