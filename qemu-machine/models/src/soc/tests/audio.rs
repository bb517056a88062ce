//! Sound from the host's memory to a port and back, as firmware and host see it.

mod faults;
mod host;
mod links;
mod whole;

use acelab_abi::memory::HP_SRAM;
use acelab_abi::port::{PortId, PortMode};
use acelab_abi::regs::hda::{self, FIFORDY, FWCB, GEN, Gateway, Reg};
use acelab_abi::regs::hda_host::{self, StreamReg};
use acelab_abi::regs::ssp;
use acelab_abi::trace::EventKind;

use super::Bench;
use crate::Recorded;

/// Where the tests put rings: one page each.
const fn ring(index: u32) -> u32 {
    HP_SRAM.base + 0x1_0000 + index * 0x1000
}

/// The host's descriptors, and its buffers behind them.
const BDL: u32 = hda_host::HOST_MEMORY.base + 0x1000;
const BUFFERS: u32 = hda_host::HOST_MEMORY.base + 0x2000;

fn ssp0() -> PortId {
    PortId::ssp(0).expect("exists")
}

impl Bench {
    fn dma(&mut self, gateway: Gateway, stream: u8, reg: Reg) -> u32 {
        self.get(hda::address(gateway, stream, reg))
    }

    fn set_dma(&mut self, gateway: Gateway, stream: u8, reg: Reg, value: u32) {
        self.set(hda::address(gateway, stream, reg), value);
    }

    /// Programs a ring and enables the stream.
    fn start_dma(&mut self, gateway: Gateway, stream: u8, base: u32, size: u32) {
        self.set_dma(gateway, stream, Reg::BufferAddress, base);
        self.set_dma(gateway, stream, Reg::BufferSize, size);
        self.set_dma(gateway, stream, Reg::Control, FWCB | GEN | FIFORDY);
    }

    fn bar0(&mut self, addr: u32) -> u32 {
        let value = self.soc.hda_read(self.now, addr, &mut self.ram);
        self.collect();
        value.expect("a register")
    }

    fn set_bar0(&mut self, addr: u32, value: u32) {
        let done = self.soc.hda_write(self.now, addr, value, &mut self.ram);
        self.collect();
        done.expect("a register");
    }

    fn fill_host(&mut self, addr: u32, bytes: &[u8]) {
        self.soc.host_memory_write(addr, bytes).expect("memory");
    }

    fn host_bytes(&self, addr: u32, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.soc.host_memory_read(addr, &mut bytes).expect("memory");
        bytes
    }

    fn ram_bytes(&mut self, addr: u32, len: usize) -> Vec<u8> {
        self.ram.at(addr, len).expect("RAM").to_vec()
    }

    fn fill_ram(&mut self, addr: u32, bytes: &[u8]) {
        self.ram
            .at(addr, bytes.len())
            .expect("RAM")
            .copy_from_slice(bytes);
    }

    /// A stream of the host with buffers of these lengths, one after the other;
    /// each tells when it is done. The controller is taken out of reset.
    fn prepare_stream(&mut self, stream: u8, tag: u32, lengths: &[u32]) {
        let mut address = BUFFERS;
        for (index, len) in lengths.iter().enumerate() {
            let words = [address, 0, *len, hda_host::IOC];
            let entry: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            self.fill_host(BDL + hda_host::BDL_ENTRY * index as u32, &entry);
            address += len.next_multiple_of(128);
        }
        let streams = (1 << hda_host::STREAMS) - 1;
        self.set_bar0(hda_host::Reg::Control.offset(), hda_host::CRST);
        self.set_bar0(
            hda_host::Reg::PipeControl.offset(),
            hda_host::GPROCEN | streams,
        );
        self.set_bar0(
            hda_host::Reg::InterruptControl.offset(),
            hda_host::GIE | streams,
        );
        let reg = |reg| hda_host::stream(stream, reg);
        self.set_bar0(reg(StreamReg::ControlStatus), hda_host::SRST);
        self.set_bar0(reg(StreamReg::ControlStatus), tag << hda_host::TAG_SHIFT);
        self.set_bar0(reg(StreamReg::BufferLength), lengths.iter().sum());
        self.set_bar0(reg(StreamReg::LastIndex), lengths.len() as u32 - 1);
        self.set_bar0(reg(StreamReg::DescriptorsLow), BDL);
        self.set_bar0(reg(StreamReg::DescriptorsHigh), 0);
    }

    fn run_stream(&mut self, stream: u8, tag: u32) {
        self.set_bar0(
            hda_host::stream(stream, StreamReg::ControlStatus),
            tag << hda_host::TAG_SHIFT | hda_host::RUN | hda_host::IOCE,
        );
    }

    /// A serial port at 48 kHz with `slots` slots of `bits` bits, all active.
    fn program_port(&mut self, port: u8, slots: u32, bits: u32) {
        let active = (1 << slots) - 1;
        // 38.4 MHz over 48 kHz are 800 clocks.
        self.set(ssp::address(port, ssp::Reg::DividerM), slots * bits);
        self.set(ssp::address(port, ssp::Reg::DividerN), 800);
        self.set(ssp::address(port, ssp::Reg::TransmitSlots), active);
        self.set(ssp::address(port, ssp::Reg::ReceiveSlots), active);
    }

    fn start_port(&mut self, port: u8, slots: u32, bits: u32) {
        self.program_port(port, slots, bits);
        self.set(
            ssp::address(port, ssp::Reg::TransmitControl),
            ssp::TXEN | ssp::TSRE,
        );
        self.set(
            ssp::address(port, ssp::Reg::ReceiveControl),
            ssp::RXEN | ssp::RSRE,
        );
        self.set(
            ssp::address(port, ssp::Reg::Control0),
            ssp::frame_shape(slots, bits) | ssp::SSE,
        );
    }

    fn outside(&mut self, port: PortId, mode: PortMode) {
        self.soc.set_port(self.now, port, mode, &mut self.ram);
        self.collect();
    }

    fn drain(&mut self, port: PortId) -> Recorded {
        let recorded = self
            .soc
            .drain_sink(self.now, port, usize::MAX, &mut self.ram);
        self.collect();
        recorded.expect("it sends")
    }

    /// The events of sound since the last call.
    fn sound(&mut self) -> Vec<String> {
        let kinds = self.events().into_iter();
        let sound = kinds.filter(|kind| !matches!(kind, EventKind::IrqLine { .. }));
        sound.map(|kind| kind.to_string()).collect()
    }
}
