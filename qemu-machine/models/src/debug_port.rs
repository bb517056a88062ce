//! Debug port: no real part has it.

use acelab_abi::regs::debug_port::Reg;
use acelab_abi::trace::EventKind;

use crate::access::{Fault, Origin};
use crate::effect::{Effect, Effects};

pub(crate) fn write(
    offset: u32,
    value: u32,
    origin: &Origin,
    fx: &mut Effects,
) -> Result<(), Fault> {
    match Reg::at(offset).ok_or(Fault::Reserved)? {
        Reg::Exit => {
            fx.event(origin, EventKind::Exit { code: value });
            fx.push(Effect::Exit { code: value });
        }
        Reg::Mark => fx.event(origin, EventKind::Mark { value }),
    }
    Ok(())
}
