//! `FIDELITY.md` speaks of every block that answers.

use acelab_abi::regs::hda::Gateway;
use acelab_abi::regs::{
    capability, debug_port, dint, dmic, dmw, dspcs, dw_ictl, fw_status, hda_host, hfipc, host, idc,
    pmc, ssp, tts,
};

const PAGE: &str = include_str!("../../FIDELITY.md");

/// An address as the page writes it: `0x7_3000`.
fn written(address: u32) -> String {
    match (address >> 16, address & 0xFFFF) {
        (0, low) => format!("0x{low:04X}"),
        (high, low) => format!("0x{high:X}_{low:04X}"),
    }
}

#[test]
fn every_block_has_its_section() {
    let blocks = [
        capability::BASE,
        debug_port::BASE,
        dint::BASE,
        dmic::BASE,
        dmw::BASE,
        dmw::HOST_BASE,
        dspcs::BASE,
        dw_ictl::BASE,
        fw_status::BASE,
        hfipc::BASE,
        hfipc::HOST_BASE,
        host::Reg::SubsystemControl.offset(),
        host::Reg::PowerControl.offset(),
        idc::BASE,
        pmc::BASE,
        ssp::BASE,
        tts::BASE,
    ];
    for base in blocks.into_iter().chain(Gateway::ALL.map(Gateway::base)) {
        let heading = |line: &str| line.starts_with("## ") && line.contains(&written(base));
        assert!(
            PAGE.lines().any(heading),
            "no section for {}",
            written(base)
        );
    }
}

#[test]
fn the_delays_are_those_of_the_models() {
    use acelab_models::{ACTIVE_DELAY, GATE_DELAY, HOST_DMA_LATENCY, SUBSYSTEM_DELAY};
    let sentence = format!(
        "delays of {} µs (subsystem), {} µs (domain), {} µs (core)",
        SUBSYSTEM_DELAY.0 / 1000,
        GATE_DELAY.0 / 1000,
        ACTIVE_DELAY.0 / 1000
    );
    let host_dma = format!("{} µs after it became possible", HOST_DMA_LATENCY.0 / 1000);
    for sentence in [sentence, host_dma] {
        assert!(
            PAGE.contains(&sentence),
            "the page does not say: {sentence}"
        );
    }
}

#[test]
fn the_numbers_of_ports_and_memory_are_those_of_the_registers() {
    let memory = hda_host::HOST_MEMORY;
    assert_eq!(ssp::PORTS, 6);
    assert!(PAGE.contains("SSP0 to SSP5"));
    assert_eq!((memory.size >> 20, memory.base), (16, 0x8000_0000));
    assert!(PAGE.contains("16 MiB of its own at 0x8000_0000"));
}
