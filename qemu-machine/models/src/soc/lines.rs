//! The interrupt lines to the cores and to the host.

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::interrupt::{CoreLine, Source};
use acelab_abi::regs::dint;
use acelab_abi::trace::{EventKind, Switch};

use super::Soc;
use crate::access::Origin;
use crate::dint::Inputs;
use crate::effect::{Effect, HostEdge};

/// How the lines stand as the machine was last told.
#[derive(Debug, Default)]
pub(super) struct Lines {
    device: [bool; MAX_CORES],
    doorbell: bool,
    done: bool,
    streams: u32,
}

impl Lines {
    pub(super) const fn forget(&mut self, core: CoreId) {
        self.device[core.index()] = false;
    }
}

impl Soc {
    /// What the devices drive at this moment.
    pub(super) fn inputs(&self) -> Inputs {
        let mut inputs = Inputs::default();
        inputs.set(
            Source::HostIpc,
            dint::HOST_IPC,
            self.blocks.mailbox.interrupt(),
        );
        self.blocks.idc.drive(&mut inputs);
        self.blocks.tts.drive(&mut inputs);
        self.audio.drive(&mut inputs);
        inputs
    }

    /// The sources that `core`'s controller passes on.
    pub(super) fn passed_on(&self, core: CoreId, inputs: &Inputs) -> u32 {
        let outputs = self.blocks.dint.outputs(core, inputs);
        self.blocks.ictl[core.index()].final_status(outputs)
    }

    /// Tells the machine of each core line that changed.
    pub(super) fn drive_cores(&mut self, origin: &Origin) {
        let inputs = self.inputs();
        for core in self.cores() {
            let sources = self.passed_on(core, &inputs);
            let level = sources != 0;
            let line = CoreLine::Device;
            if std::mem::replace(&mut self.lines.device[core.index()], level) != level {
                let kind = EventKind::IrqLine {
                    line: line as u8,
                    level: Switch::from(level),
                    sources,
                };
                self.fx.event_of(core, origin, kind);
                self.fx.push(Effect::Irq { core, line, level });
            }
        }
    }

    /// Tells the machine of each cause of the host's interrupt that arose.
    pub(super) fn drive_host(&mut self) {
        let before = [&mut self.lines.doorbell, &mut self.lines.done];
        for ((edge, level), before) in self.blocks.mailbox.host_causes().into_iter().zip(before) {
            if !std::mem::replace(before, level) && level {
                self.fx.push(Effect::HostInterrupt(edge));
            }
        }
        let streams = self.audio.host_interrupts();
        let mut risen = streams & !std::mem::replace(&mut self.lines.streams, streams);
        while risen != 0 {
            let stream = risen.trailing_zeros() as u8;
            risen &= risen - 1;
            self.fx
                .push(Effect::HostInterrupt(HostEdge::Stream(stream)));
        }
    }
}
