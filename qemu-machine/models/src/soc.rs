//! All devices together: address decoding, time, and who is told what.

mod bus;
mod hda;
mod host;
mod lines;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::{CoreId, MAX_CORES};

use crate::access::{Memory, Origin};
use crate::audio::Audio;
use crate::dint::Dint;
use crate::dspcs::Dspcs;
use crate::dw_ictl::DwIctl;
use crate::effect::{Effect, Effects};
use crate::fw_status::FwStatus;
use crate::hfipc::HfIpc;
use crate::idc::Idc;
use crate::pmc::Pmc;
use crate::power::{Power, PowerStep};
use crate::rom;
use crate::tts::Tts;
use crate::windows::Windows;

use lines::Lines;

/// A part has 1 to 5 cores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadCoreCount(pub u32);

impl std::fmt::Display for BadCoreCount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} cores, a part has 1 to {MAX_CORES}", self.0)
    }
}

impl std::error::Error for BadCoreCount {}

/// The blocks that lose their state with the subsystem's power.
#[derive(Debug, Default)]
struct Blocks {
    mailbox: HfIpc,
    idc: Idc,
    dint: Dint,
    ictl: [DwIctl; MAX_CORES],
    tts: Tts,
    dspcs: Dspcs,
    pmc: Pmc,
    windows: Windows,
    status: FwStatus,
}

/// The devices of one machine.
#[derive(Debug)]
pub struct Soc {
    cores: u8,
    blocks: Blocks,
    audio: Audio,
    power: Power,
    lines: Lines,
    fx: Effects,
    /// When something is due next; follows from the blocks.
    deadline: Option<Nanos>,
}

impl Soc {
    /// The devices of a part with `cores` cores, without power.
    ///
    /// # Errors
    /// When there is no part with so many.
    pub fn new(cores: u32) -> Result<Self, BadCoreCount> {
        let count = u8::try_from(cores).map_err(|_| BadCoreCount(cores))?;
        if count == 0 || usize::from(count) > MAX_CORES {
            return Err(BadCoreCount(cores));
        }
        Ok(Self {
            cores: count,
            blocks: Blocks::default(),
            audio: Audio::default(),
            power: Power::new(count.into()),
            lines: Lines::default(),
            fx: Effects::default(),
            deadline: None,
        })
    }

    /// The part's cores.
    pub fn cores(&self) -> impl Iterator<Item = CoreId> + use<> {
        CoreId::ALL.into_iter().take(self.cores.into())
    }

    /// What the machine has to do since the last call, in order.
    pub fn drain_effects(&mut self) -> std::vec::Drain<'_, Effect> {
        self.fx.drain()
    }

    /// The next moment at which [`Soc::advance`] has something to do.
    pub const fn next_deadline(&self) -> Option<Nanos> {
        self.deadline
    }

    /// Does what is due at or before `now`, each thing at its own time.
    ///
    /// Accesses call it themselves, so that a core that polls never sees a
    /// state older than its clock.
    pub fn advance(&mut self, now: Nanos, mem: &mut dyn Memory) {
        while let Some(due) = self.next_deadline().filter(|due| *due <= now) {
            let origin = Origin::outside(due);
            match self.power.step(&origin, &mut self.fx) {
                Some(PowerStep::Activated(core)) => self.boot(core, &origin, mem),
                Some(PowerStep::SubsystemOff) => {
                    self.blocks = Blocks::default();
                    self.audio.lose_power(&origin, &mut self.fx);
                }
                None => {}
            }
            self.audio.advance(&origin, mem, &mut self.fx);
            self.blocks.tts.fire_due(&origin, &mut self.fx);
            self.settle(&origin);
        }
    }

    fn boot(&mut self, core: CoreId, origin: &Origin, mem: &mut dyn Memory) {
        let is_secondary = self.blocks.dspcs.is_secondary(core);
        rom::boot(
            core,
            is_secondary,
            &mut self.blocks.status,
            mem,
            origin,
            &mut self.fx,
        );
        // A core starts from reset and has forgotten how its lines stand.
        self.lines.forget(core);
    }

    /// Brings everything that follows from the state of the blocks up to date.
    fn settle(&mut self, origin: &Origin) {
        if !self.power.is_active(CoreId::PRIMARY) {
            rom::answer_purge(&mut self.blocks.mailbox, origin, &mut self.fx);
        }
        self.drive_cores(origin);
        self.drive_host();
        let deadlines = [
            self.power.next_deadline(),
            self.blocks.tts.next_deadline(),
            self.audio.deadline(),
        ];
        self.deadline = deadlines.into_iter().flatten().min();
    }
}

#[cfg(test)]
mod tests;
