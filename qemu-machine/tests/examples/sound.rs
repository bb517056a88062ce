//! Prints what sound costs in host time: five ports in both directions for ten
//! seconds of virtual time, with a guest that wakes each millisecond, against
//! the same guest without ports. Needs `ACELAB_QEMU` like the tests.

use std::time::{Duration, Instant};

use acelab_abi::port::PortMode;
use acelab_machine_tests::Setup;
use acelab_machine_tests::sound::Bridge;

const TICKS: u32 = 10_000;

fn measure(ports: u8) -> Duration {
    let bridge = Bridge {
        ports,
        ticks: TICKS,
    };
    let mut run = bridge.boot(&Setup::cores(1), PortMode::Loopback);
    let begin = Instant::now();
    bridge.finish(&mut run);
    begin.elapsed()
}

fn main() {
    for ports in [0, 1, 5] {
        println!("{ports} ports: {:?} for {TICKS} ms", measure(ports));
    }
}
