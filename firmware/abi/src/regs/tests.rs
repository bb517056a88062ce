//! The blocks do not overlap, and every register decodes to itself.

use super::hda::Gateway::{HostIn, HostOut, LinkIn, LinkOut};
use super::*;
use crate::memory::HW_REGISTERS;

const BLOCKS: &[(&str, u32, u32)] = &[
    ("capability", capability::BASE, capability::SPAN),
    ("dmic", dmic::BASE, dmic::SPAN),
    ("ssp0", ssp::address(0, ssp::Reg::Control0), ssp::SPAN),
    ("ssp1", ssp::address(1, ssp::Reg::Control0), ssp::SPAN),
    ("ssp5", ssp::address(5, ssp::Reg::Control0), ssp::SPAN),
    ("dmw", dmw::BASE, dmw::SPAN),
    ("pmc", pmc::BASE, pmc::SPAN),
    ("tts", tts::BASE, tts::SPAN),
    ("host-out", HostOut.base(), HostOut.span()),
    ("host-in", HostIn.base(), HostIn.span()),
    ("hfipc", hfipc::BASE, hfipc::SPAN),
    ("link-out", LinkOut.base(), LinkOut.span()),
    ("link-in", LinkIn.base(), LinkIn.span()),
    ("dint", dint::BASE, dint::SPAN),
    ("idc", idc::BASE, idc::SPAN),
    ("dw_ictl", dw_ictl::BASE, dw_ictl::SPAN),
    ("fw_status", fw_status::BASE, fw_status::SPAN),
    ("dspcs", dspcs::BASE, dspcs::SPAN),
    ("debug_port", debug_port::BASE, debug_port::SPAN),
];

#[test]
fn blocks_are_apart_and_within_the_register_space() {
    for pair in BLOCKS.windows(2) {
        let [(left, base, span), (right, next, _)] = pair else {
            unreachable!()
        };
        assert!(base + span <= *next, "{left} runs into {right}");
    }
    for (name, base, span) in BLOCKS {
        assert!(HW_REGISTERS.contains(*base, *span), "{name} lies outside");
    }
}

#[test]
fn every_register_decodes_to_itself() {
    for reg in ipc_agent::Reg::ALL {
        assert_eq!(ipc_agent::Reg::at(reg.offset()), Some(*reg));
    }
    for reg in tts::Reg::ALL {
        assert_eq!(tts::Reg::at(reg.offset()), Some(*reg));
    }
    assert_eq!(ipc_agent::Reg::at(0x08), None);
}

#[test]
fn addresses_match_the_drivers_they_are_taken_from() {
    use crate::core_id::CoreId;
    let core2 = CoreId::new(2).expect("exists");
    assert_eq!(hfipc::host_address(hfipc::Reg::Idd), 0x7_3380);
    assert_eq!(hfipc::address(hfipc::Reg::Tdd), 0x7_3100);
    assert_eq!(idc::address(core2, idc::Agent::B, idc::Reg::Idr), 0x9_2A10);
    assert_eq!(dspcs::control(CoreId::PRIMARY), 0x17_8D04);
    assert_eq!(dspcs::boot(core2, dspcs::BootReg::Attributes), 0x17_8D98);
    assert_eq!(pmc::address(pmc::Reg::CoreStatus), 0x7_1B96);
    assert_eq!(dmw::host_address(3), 0x19_8000);
    assert_eq!(dmw::address(1, dmw::Reg::Limit), 0x7_020C);
}

#[test]
fn the_core_count_survives_the_capability_register() {
    for cores in 1..=16 {
        assert_eq!(capability::cores(capability::with_cores(cores)), cores);
    }
}

#[test]
fn streams_and_ports_lie_where_the_drivers_expect_them() {
    assert_eq!(hda::address(HostOut, 8, hda::Reg::Control), 0x7_2A00);
    assert_eq!(hda::address(LinkIn, 10, hda::Reg::Increment), 0x7_9A8C);
    assert_eq!(ssp::address(2, ssp::Reg::Control0), 0x2_A100);
    assert_eq!(
        hda_host::stream(hda_host::output(0), hda_host::StreamReg::LinkPosition),
        0x1E4
    );
    assert_eq!(hda_host::spib(hda_host::output(8)), 0x7A0);
}

#[test]
fn a_frame_keeps_its_shape() {
    for slots in 1..=ssp::MAX_SLOTS {
        for bits in 4..=32 {
            let ssc0 = ssp::frame_shape(slots, bits);
            assert_eq!((ssp::slots(ssc0), ssp::slot_bits(ssc0)), (slots, bits));
            assert_eq!(ssc0 & (ssp::SSE | ssp::SCR_MASK), 0);
        }
    }
}
