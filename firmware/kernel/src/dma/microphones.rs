//! The digital microphones (DMIC).

use acelab_abi::regs::dmic::{self, MAX_CHANNELS, MAX_RATE, ROR, Reg, SIP};
use acelab_abi::syscall::PortParams;

use crate::bus::Bus;

/// Whether the microphones can have such parameters.
pub fn accepts(params: &PortParams) -> bool {
    let PortParams {
        rate,
        slots,
        slot_bits,
        active,
        m,
        n,
        loopback,
    } = *params;
    PortParams::RATES.contains(&rate)
        && rate <= MAX_RATE
        && (1..=MAX_CHANNELS).contains(&slots)
        && slot_bits == 32
        // There is nothing to choose.
        && active == (1 << slots) - 1
        && (m, n, loopback) == (1, 1, 0)
}

/// Programs them, while they do not run.
pub fn configure(bus: impl Bus, params: &PortParams) {
    bus.write32(dmic::address(Reg::Rate), params.rate);
    bus.write32(dmic::address(Reg::Channels), params.slots);
}

/// Lets them run, or stops them.
pub fn run(bus: impl Bus, on: bool) {
    bus.write32(dmic::address(Reg::Status), ROR);
    let (clear, set) = if on { (0, SIP) } else { (SIP, 0) };
    bus.modify32(dmic::address(Reg::Control), clear, set);
}
