//! The host's power registers in BAR4.
//!
//! Source: `MTL_HFDSSCS*`, `PTL_HFPWRCTL2` and `PTL_HFPWRSTS2` in Linux'
//! `sound/soc/sof/intel/mtl.h`. Other domains of HFPWRCTL2 are absent.

use acelab_abi::core_id::CoreId;
use acelab_abi::regs::host::{DSP_DOMAIN, Reg, SUBSYSTEM_CPA, SUBSYSTEM_SPA};

use crate::access::{Fault, Origin};
use crate::power::Power;

pub(crate) fn read(reg: Reg, power: &Power) -> u32 {
    match reg {
        Reg::SubsystemControl => {
            let (requested, on) = power.subsystem();
            (if requested { SUBSYSTEM_SPA } else { 0 }) | (if on { SUBSYSTEM_CPA } else { 0 })
        }
        Reg::PowerControl if power.host_keeps_powered() => DSP_DOMAIN,
        Reg::PowerStatus if power.is_powered(CoreId::PRIMARY) => DSP_DOMAIN,
        Reg::PowerControl | Reg::PowerStatus => 0,
    }
}

pub(crate) fn write(reg: Reg, value: u32, power: &mut Power, origin: &Origin) -> Result<(), Fault> {
    match reg {
        Reg::SubsystemControl => {
            power.request_subsystem(value & SUBSYSTEM_SPA != 0, origin.now);
            Ok(())
        }
        Reg::PowerControl => {
            power.host_keep_powered(value & DSP_DOMAIN != 0, origin.now);
            Ok(())
        }
        Reg::PowerStatus => Err(Fault::ReadOnly),
    }
}
