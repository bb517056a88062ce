//! Inter-core doorbells: one per core.

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::interrupt::Source;
use acelab_abi::regs::dint;
use acelab_abi::regs::idc::Agent;
use acelab_abi::trace::EventKind;

use crate::access::{Fault, Origin};
use crate::dint::Inputs;
use crate::doorbell::{Doorbell, Side, Step};
use crate::effect::Effects;

#[derive(Debug, Default)]
pub(crate) struct Idc {
    records: [Doorbell; MAX_CORES],
}

const fn side(agent: Agent) -> Side {
    match agent {
        Agent::A => Side::A,
        Agent::B => Side::B,
    }
}

impl Idc {
    pub(crate) fn read(&self, record: CoreId, agent: Agent, offset: u32) -> Result<u32, Fault> {
        self.records[record.index()].read(side(agent), offset)
    }

    pub(crate) fn write(
        &mut self,
        (record, agent): (CoreId, Agent),
        offset: u32,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        let step = self.records[record.index()].write(side(agent), offset, value)?;
        if let Some(step) = step {
            fx.event(origin, event(record, agent, step));
        }
        Ok(())
    }

    /// Agent A of record *n* is sub-source *n* of IDCA, agent B of IDCB.
    pub(crate) fn drive(&self, inputs: &mut Inputs) {
        for core in CoreId::ALL {
            let record = &self.records[core.index()];
            inputs.set(Source::IdcA, dint::idc(core), record.interrupt(Side::A));
            inputs.set(Source::IdcB, dint::idc(core), record.interrupt(Side::B));
        }
    }
}

const fn event(record: CoreId, agent: Agent, step: Step) -> EventKind {
    match step {
        Step::Rang { primary, extension } => EventKind::IdcRing {
            record,
            from: agent,
            primary,
            extension,
        },
        Step::Ignored { primary, extension } => EventKind::IdcRingIgnored {
            record,
            from: agent,
            primary,
            extension,
        },
        Step::Taken => EventKind::IdcTaken { record, by: agent },
        Step::Done => EventKind::IdcDone { record, by: agent },
        Step::DoneCleared => EventKind::IdcDoneCleared { record, by: agent },
    }
}
