//! What the host reaches through BAR4.

use acelab_abi::clock::Nanos;
use acelab_abi::memory::{WINDOW0, WINDOW1, to_uncached};
use acelab_abi::regs::dmw::{self, ENABLE, READ_ONLY, Reg};
use acelab_abi::regs::{debug_port, fw_status, host};
use acelab_abi::trace::{Access, EventKind, WindowRefusal};

use super::Bench;
use crate::{Effect, HostFault};

impl Bench {
    fn open_window(&mut self, window: usize, base: u32, size: u32, flags: u32) {
        self.set(dmw::address(window, Reg::Limit), size | 7);
        self.set(
            dmw::address(window, Reg::BaseAddress),
            base | ENABLE | flags,
        );
    }

    fn host_store(&mut self, addr: u32, bytes: &[u8]) -> Result<(), HostFault> {
        let done = self
            .soc
            .host_write_memory(Nanos::ZERO, addr, bytes, &mut self.ram);
        self.collect();
        done
    }

    fn host_load(&mut self, addr: u32, len: usize) -> Result<Vec<u8>, HostFault> {
        let mut bytes = vec![0; len];
        let done = self
            .soc
            .host_read_memory(Nanos::ZERO, addr, &mut bytes, &mut self.ram);
        self.collect();
        done.map(|()| bytes)
    }
}

#[test]
fn the_host_sees_what_the_window_shows() {
    let mut bench = Bench::new(1);
    bench.ram.put(WINDOW0.base + 0x1000, 0x1122_3344);
    bench.open_window(0, to_uncached(WINDOW0.base), WINDOW0.size, READ_ONLY);
    bench.open_window(1, WINDOW1.base, WINDOW1.size, 0);
    assert_eq!(bench.host_get(0x18_1000), Ok(0x1122_3344));
    assert_eq!(bench.host_load(0x18_1001, 2), Ok(vec![0x33, 0x22]));
    assert_eq!(bench.host_store(dmw::host_address(1) + 3, b"abc"), Ok(()));
    assert_eq!(
        bench.host_get(dmw::host_address(1) + 4),
        Ok(u32::from_le_bytes(*b"bc\0\0"))
    );
    assert_eq!(
        bench.ram.at(WINDOW1.base + 3, 3),
        Ok(&mut b"abc".to_owned()[..])
    );
}

#[test]
fn every_refusal_says_why() {
    let mut bench = Bench::new(1);
    bench.open_window(0, WINDOW0.base, 0x2000, READ_ONLY);
    bench.open_window(2, 0x0007_3000, 0x1000, 0);
    bench.open_window(3, 0xFFFF_FFF8, 0x8000, 0);
    bench.take();
    let refused = |reason| Err(HostFault::Window(reason));
    assert_eq!(
        bench.host_store(0x18_0000, &[1]),
        refused(WindowRefusal::ReadOnly)
    );
    assert_eq!(
        bench.host_load(0x18_8000, 1),
        refused(WindowRefusal::Closed).map(|()| vec![])
    );
    let beyond = refused(WindowRefusal::BeyondLimit).map(|()| vec![]);
    assert_eq!(bench.host_load(0x18_1FFF, 2), beyond);
    assert_eq!(
        bench.host_load(0x18_7FFC, 8),
        beyond,
        "nor into the next window"
    );
    let not_ram = refused(WindowRefusal::NotRam).map(|()| vec![]);
    assert_eq!(bench.host_load(0x19_0000, 4), not_ram);
    assert_eq!(bench.host_load(0x19_8100, 4), not_ram);
    assert_eq!(bench.host_load(0x1A_0000, 4), Err(HostFault::Unmapped));
    let events = bench.events();
    assert_eq!(events.len(), 7);
    assert_eq!(
        events[0],
        EventKind::WindowRefused {
            window: 0,
            access: Access::Write,
            offset: 0,
            len: 1,
            reason: WindowRefusal::ReadOnly
        }
    );
}

#[test]
fn the_host_reaches_only_its_own_registers() {
    let mut bench = Bench::new(5);
    // Agent B's registers of the mailbox are the host's, agent A's are not.
    for addr in [0x7_3000, 0x9_2000, 0x17_8D0C, debug_port::BASE, 0x1004, !3] {
        assert_eq!(bench.host_get(addr), Err(HostFault::Unmapped), "{addr:#x}");
    }
    assert_eq!(bench.events().len(), 6);
    assert_eq!(bench.host_get(0x1002), Err(HostFault::Misaligned));
    bench.host_set(host::Reg::PowerStatus.offset(), 1);
    bench.host_set(fw_status::BASE, 1);
    assert_eq!(bench.host_get(fw_status::BASE), Ok(0));
    let read_only = |addr| EventKind::HostReadOnly { addr, value: 1 };
    assert_eq!(
        bench.events(),
        [read_only(0x1D24), read_only(fw_status::BASE)]
    );
}

#[test]
fn the_debug_port_marks_and_ends_a_run() {
    let mut bench = Bench::new(2);
    bench.now = Nanos(5);
    bench
        .write_as(1, debug_port::address(debug_port::Reg::Mark), 4, 0xCAFE)
        .expect("exists");
    bench
        .write_as(1, debug_port::address(debug_port::Reg::Exit), 4, 3)
        .expect("exists");
    assert!(bench.log.contains(&Effect::Exit { code: 3 }));
    let expected = "
           5 c1 kern debug mark 0x0000cafe
           5 c1 kern debug exit 3
";
    assert_eq!(format!("\n{}", bench.lines()), expected);
}
