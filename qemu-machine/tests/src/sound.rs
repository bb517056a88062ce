//! A guest that only hands on: what the host's DMA puts into a ring leaves at a
//! port, and what comes in there goes to the host.
//!
//! Both DMAs share a ring, so the guest moves no sample; each millisecond it
//! tells either DMA what the other one has done.

use acelab_abi::clock::{CORE_HZ, Nanos};
use acelab_abi::core_id::CoreId;
use acelab_abi::memory::HP_SRAM;
use acelab_abi::port::{PortId, PortMode};
use acelab_abi::regs::hda::{BF, FIFORDY, FWCB, GEN, Gateway, Reg};
use acelab_abi::regs::hda_host::{
    BDL_ENTRY, CRST, GIE, GPROCEN, HOST_MEMORY, IOC, IOCE, RUN, Reg as Global, SRST, STREAMS,
    StreamReg, TAG_SHIFT, input, output, stream,
};
use acelab_abi::regs::{hda, ssp};
use acelab_hostlink::{Space, Stopped};

use crate::asm::{A, Asm, Sr};
use crate::guest::BASE;
use crate::run::{Run, Setup};
use crate::workload::SHARED;

/// Bytes of a ring, a power of two.
const RING: u32 = 1024;
/// Bytes of a buffer of the host; each of its streams has two.
const BUFFER: u32 = 0x8000;
/// Bytes of a stream's cyclic buffer.
pub const CYCLE: u32 = 2 * BUFFER;
/// Slots of a frame, of 32 bits.
const SLOTS: u32 = 2;

/// So many serial ports at 48 kHz in both directions.
#[derive(Clone, Copy, Debug)]
pub struct Bridge {
    /// Ports, from SSP0 on.
    pub ports: u8,
    /// Milliseconds after which the guest ends the run.
    pub ticks: u32,
}

/// One ring: who fills it, who empties it, and the stream of each.
struct Path {
    from: u32,
    to: u32,
    ring: u32,
    /// Where the guest keeps the positions that it knows.
    state: u32,
}

impl Path {
    fn out(port: u8) -> Self {
        Self {
            from: hda::address(Gateway::HostOut, port, Reg::Control),
            to: hda::address(Gateway::LinkOut, ssp::link_stream(port), Reg::Control),
            ring: HP_SRAM.base + 0x10_0000 + u32::from(port) * 0x1000,
            state: u32::from(port) * 16,
        }
    }

    fn back(port: u8) -> Self {
        Self {
            from: hda::address(Gateway::LinkIn, ssp::link_stream(port), Reg::Control),
            to: hda::address(Gateway::HostIn, port, Reg::Control),
            ring: Self::out(port).ring + RING,
            state: u32::from(port) * 16 + 8,
        }
    }
}

impl Asm {
    /// `[base + offset] = value`
    fn store_at(&mut self, base: u32, offset: u32, value: u32) {
        self.li(A[15], base);
        self.li(A[14], value);
        self.s32i(A[14], A[15], offset);
    }

    fn start_stream(&mut self, record: u32, ring: u32) {
        self.store_at(record, Reg::BufferAddress.offset(), ring);
        self.store_at(record, Reg::BufferSize.offset(), RING);
        self.store_at(record, Reg::Control.offset(), FWCB | GEN | FIFORDY);
    }

    fn start_port(&mut self, port: u8) {
        let base = ssp::address(port, ssp::Reg::Control0);
        let mut set = |reg: ssp::Reg, value| self.store_at(base, reg.offset(), value);
        set(ssp::Reg::DividerM, 2);
        set(ssp::Reg::DividerN, 25);
        set(ssp::Reg::TransmitSlots, (1 << SLOTS) - 1);
        set(ssp::Reg::ReceiveSlots, (1 << SLOTS) - 1);
        set(ssp::Reg::TransmitControl, ssp::TXEN | ssp::TSRE);
        set(ssp::Reg::ReceiveControl, ssp::RXEN | ssp::RSRE);
        set(ssp::Reg::Control0, ssp::frame_shape(SLOTS, 32) | ssp::SSE);
    }

    /// Tells the streams of `to` what has changed in `from` since the last time:
    /// `position` there, kept at `state`, is written to each of `increments`.
    fn hand_on(&mut self, from: u32, position: Reg, to: u32, increments: &[Reg], state: u32) {
        let nothing = self.label();
        self.li(A[5], from);
        self.l32i(A[6], A[5], position.offset());
        self.l32i(A[7], A[8], state);
        self.sub(A[9], A[6], A[7]);
        self.and(A[9], A[9], A[10]);
        self.beqz(A[9], nothing);
        self.s32i(A[6], A[8], state);
        self.li(A[5], to);
        for increment in increments {
            self.s32i(A[9], A[5], increment.offset());
        }
        self.bind(nothing);
    }
}

impl Bridge {
    /// The guest.
    pub fn guest(self) -> Asm {
        const HOST: [Reg; 3] = [Reg::Increment, Reg::LinkIncrement, Reg::HostIncrement];
        let mut asm = Asm::new(BASE);
        let handler = asm.label();
        asm.leave_reset();
        asm.la(A[2], handler);
        asm.wsr(A[2], Sr::Excsave2);
        asm.enable_interrupts(CoreId::PRIMARY);
        asm.li(A[8], SHARED);
        asm.li(A[10], RING - 1);
        for port in 0..self.ports {
            let (out, back) = (Path::out(port), Path::back(port));
            asm.start_stream(out.from, out.ring);
            asm.wait_for(out.from, BF, true);
            asm.start_stream(out.to, out.ring);
            asm.store_at(out.to, Reg::Increment.offset(), RING);
            asm.start_stream(back.from, back.ring);
            asm.start_stream(back.to, back.ring);
            asm.start_port(port);
        }
        asm.li(A[4], self.ticks);
        asm.rsr(A[3], Sr::Ccount);
        let tick = asm.here_label();
        asm.li(A[2], CORE_HZ / 1000);
        asm.add(A[3], A[3], A[2]);
        asm.wsr(A[3], Sr::Ccompare0);
        asm.waiti(0);
        for port in 0..self.ports {
            let out = Path::out(port);
            let state = out.state;
            asm.hand_on(out.from, Reg::WritePosition, out.to, &HOST[..1], state);
            asm.hand_on(out.to, Reg::ReadPosition, out.from, &HOST, state + 4);
            let back = Path::back(port);
            let state = back.state;
            asm.hand_on(back.from, Reg::WritePosition, back.to, &HOST, state);
            asm.hand_on(back.to, Reg::ReadPosition, back.from, &HOST[..1], state + 4);
        }
        asm.addi(A[4], A[4], -1);
        let done = asm.label();
        asm.beqz(A[4], done);
        asm.j(tick);
        asm.bind(done);
        asm.exit(A[4]);
        let forever = asm.here_label();
        asm.j(forever);
        // Writing the comparator takes the interrupt back; it is written again
        // before the core waits.
        asm.bind(handler);
        asm.rsr(A[13], Sr::Ccount);
        asm.addi(A[13], A[13], -1);
        asm.wsr(A[13], Sr::Ccompare0);
        asm.rfi(2);
        asm.vectors();
        asm
    }

    /// Boots the guest, lets the host's streams run, and makes the ports
    /// `mode`. What is played is [`Bridge::sound`].
    pub fn boot(self, setup: &Setup, mode: PortMode) -> Run {
        let mut run = setup.boot(self.guest());
        let client = run.client();
        let all = (1 << STREAMS) - 1;
        let mut set = |offset: u32, value| client.write_bar0(offset, value).expect("a register");
        set(Global::Control.offset(), CRST);
        set(Global::PipeControl.offset(), GPROCEN | all);
        set(Global::InterruptControl.offset(), GIE | all);
        for port in 0..self.ports {
            for number in [output(port), input(port)] {
                run.start_stream(number, port);
            }
            let sound = Self::sound(port);
            run.write_host(buffer(output(port)), &sound);
            let port = PortId::ssp(port).expect("exists");
            run.client().set_port(port, mode).expect("it has a mode");
        }
        run
    }

    /// What a port's stream plays, over and over.
    pub fn sound(port: u8) -> Vec<u8> {
        let words =
            (0..CYCLE / 4).map(|word| (word + 1).wrapping_mul(0x0101_0107) ^ u32::from(port));
        words.flat_map(u32::to_le_bytes).collect()
    }

    /// Runs to the end.
    pub fn finish(self, run: &mut Run) -> Stopped {
        let limit = Nanos::from_millis(u64::from(self.ticks) + 10);
        loop {
            let stopped = run.until(limit);
            match stopped.reason {
                acelab_hostlink::StopReason::HostInterrupt(causes) => {
                    for number in (0..STREAMS).filter(|number| causes.streams >> number & 1 != 0) {
                        run.acknowledge_stream(number);
                    }
                }
                _ => return stopped,
            }
        }
    }
}

/// Where a stream's buffers are.
const fn buffer(number: u8) -> u32 {
    HOST_MEMORY.base + 0x1_0000 + number as u32 * CYCLE
}

impl Run {
    fn write_host(&mut self, addr: u32, bytes: &[u8]) {
        let written = self.client().write_mem(Space::Host, addr, bytes);
        written.expect("memory of the host");
    }

    /// What a stream of the host has in its buffers.
    pub fn host_buffer(&mut self, number: u8, len: usize) -> Vec<u8> {
        let read = self.client().read_mem(Space::Host, buffer(number), len);
        read.expect("memory of the host")
    }

    fn start_stream(&mut self, number: u8, channel: u8) {
        let list = HOST_MEMORY.base + u32::from(number) * 0x80;
        for index in 0..2 {
            let words = [buffer(number) + index * BUFFER, 0, BUFFER, IOC];
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            self.write_host(list + index * BDL_ENTRY, &bytes);
        }
        let tag = (u32::from(channel) + 1) << TAG_SHIFT;
        for (reg, value) in [
            (StreamReg::ControlStatus, SRST),
            (StreamReg::ControlStatus, tag),
            (StreamReg::BufferLength, CYCLE),
            (StreamReg::LastIndex, 1),
            (StreamReg::DescriptorsLow, list),
            (StreamReg::ControlStatus, tag | RUN | IOCE),
        ] {
            let written = self.client().write_bar0(stream(number, reg), value);
            written.expect("a register");
        }
    }

    /// Writes a stream's status back, which clears what is set.
    fn acknowledge_stream(&mut self, number: u8) {
        let word = stream(number, StreamReg::ControlStatus);
        let value = self.client().read_bar0(word).expect("a register");
        self.client().write_bar0(word, value).expect("a register");
    }
}
