//! Module instances.

mod copier;
mod create;
mod dp;
mod gateway;
mod module;
mod pins;
mod setup;
mod stream;
mod views;

pub(crate) use copier::CopierPart;
pub(crate) use create::create;
pub(crate) use dp::DpPart;
pub(crate) use gateway::{GatewayPart, Setup};
pub(crate) use module::ModulePart;
pub(crate) use pins::Pins;
pub(crate) use views::process;

use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_module_sdk::{Format, Pin};

use crate::buffer::Buffer;
use crate::lines::Lines;
use crate::own::Own;
use crate::slab::{Index, Slab};
use crate::{Error, Platform};

/// What an instance does, and what it needs for that.
pub(crate) enum Part<P: Platform> {
    /// A processing module in the tick.
    Module(ModulePart),
    /// A processing module with a thread.
    Dp(DpPart<P>),
    /// A copier from buffer to buffers.
    Copier(CopierPart),
    /// A copier at a gateway.
    Gateway(Own<GatewayPart<P>>),
}

/// Sizes and format that the host gave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Base {
    /// Bytes read at once.
    pub(crate) input_block: u32,
    /// Bytes written at once.
    pub(crate) output_block: u32,
    /// Format of the inputs.
    pub(crate) format: Format,
}

/// A module instance in the graph.
pub(crate) struct Component<P: Platform> {
    pub(crate) key: InstanceKey,
    pub(crate) pipeline: Index,
    pub(crate) base: Base,
    pub(crate) inputs: Pins,
    pub(crate) outputs: Pins,
    /// What a module makes, as far as is known: since it was prepared, the format
    /// of its first output.
    pub(crate) made: Format,
    /// It has ended its stream.
    pub(crate) ended: bool,
    pub(crate) part: Part<P>,
}

/// What a tick gives to a component.
pub(crate) struct Tick<'a, P: Platform> {
    pub(crate) platform: &'a P,
    pub(crate) buffers: &'a mut Slab<Buffer>,
    pub(crate) lines: &'a mut Lines<P::Channel>,
    /// The tick's moment, in wall-clock ticks.
    pub(crate) now: u64,
    /// The host has asked the pipeline to end.
    pub(crate) ending: bool,
}

/// The component cannot go on: its pipeline is to be stopped. The word says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken(pub(crate) u32);

impl<P: Platform> Component<P> {
    /// Runs one tick.
    pub(crate) fn run(&mut self, tick: &mut Tick<'_, P>) -> Result<(), Broken> {
        if !self.ended {
            self.ended = self.has_ended(tick);
        }
        let ended = self.ended;
        match &mut self.part {
            Part::Module(part) => part.run(&self.inputs, &self.outputs, tick)?,
            Part::Dp(part) => part.run(&self.inputs, &self.outputs, tick)?,
            Part::Copier(part) => part.run(&self.inputs, &self.outputs, tick),
            Part::Gateway(part) => {
                part.run(self.key, &self.inputs, &self.outputs, &mut self.ended, tick)?;
            }
        }
        if ended || self.ended {
            for index in self.outputs.iter() {
                if let Some(buffer) = tick.buffers.get_mut(index) {
                    buffer.ended = true;
                }
            }
        }
        Ok(())
    }

    /// Whether all inputs are over, and nothing is on its way.
    fn has_ended(&self, tick: &Tick<'_, P>) -> bool {
        if let Part::Dp(part) = &self.part
            && part.is_pending()
        {
            return false;
        }
        let mut inputs = self.inputs.iter().peekable();
        inputs.peek().is_some()
            && inputs.all(|index| {
                let buffer = tick.buffers.get(index);
                buffer.is_some_and(Buffer::is_over)
            })
    }

    /// Gets ready to run. Called outside the lock, while the pipeline is stopped.
    pub(crate) fn prepare(
        &mut self,
        platform: &P,
        inputs: &[Pin],
        outputs: &[Pin],
    ) -> Result<(), Error> {
        self.ended = false;
        self.made = outputs.first().map_or(self.base.format, |pin| pin.format);
        match &mut self.part {
            Part::Module(part) => part.prepare(inputs, outputs),
            Part::Dp(part) => part.prepare(platform, self.base, inputs, outputs),
            Part::Copier(part) => part.prepare(inputs, outputs),
            Part::Gateway(part) => part.prepare(platform, inputs, outputs),
        }
    }

    /// Forgets its stream and gives back what `prepare` got. Called outside the
    /// lock, while the pipeline is stopped.
    pub(crate) fn unprepare(&mut self, platform: &P) {
        self.ended = false;
        match &mut self.part {
            Part::Module(part) => part.module.reset(),
            Part::Dp(part) => part.reset(platform),
            Part::Copier(part) => part.processed = 0,
            Part::Gateway(part) => part.close(platform),
        }
    }

    /// Gives back everything, for ever.
    pub(crate) fn destroy(self, platform: &P) {
        match self.part {
            Part::Dp(part) => part.end(platform),
            Part::Gateway(part) => part.into_inner().close(platform),
            Part::Module(_) | Part::Copier(_) => {}
        }
    }

    /// The gateway, if there is one.
    pub(crate) fn gateway(&self) -> Option<&GatewayPart<P>> {
        match &self.part {
            Part::Gateway(part) => Some(part),
            _ => None,
        }
    }

    /// The gateway, if there is one.
    pub(crate) fn gateway_mut(&mut self) -> Option<&mut GatewayPart<P>> {
        match &mut self.part {
            Part::Gateway(part) => Some(part),
            _ => None,
        }
    }

    /// Whether it writes this format to an output that is bound after it was
    /// prepared. Modules convert samples to what an output has, and those with
    /// several outputs channels too.
    pub(crate) fn writes(&self, queue: u8, format: Format) -> bool {
        let outputs = match &self.part {
            Part::Copier(part) => &part.outputs,
            Part::Gateway(part) => &part.outputs,
            Part::Module(_) | Part::Dp(_) => {
                let (_, outputs) = self.pin_counts();
                return self.made.rate() == format.rate()
                    && (outputs > 1 || self.made.channels() == format.channels());
            }
        };
        let output = outputs.get(usize::from(queue));
        output.is_some_and(|output| copier::fits(*output, format))
    }

    /// Whether it has a thread of its own.
    pub(crate) const fn is_dp(&self) -> bool {
        matches!(self.part, Part::Dp(_))
    }

    /// How many inputs and outputs it can have.
    pub(crate) fn pin_counts(&self) -> (u8, u8) {
        match &self.part {
            Part::Module(part) => part.pins,
            Part::Dp(part) => part.pins,
            Part::Copier(_) => (1, copier::MAX_OUTPUTS as u8),
            Part::Gateway(part) if part.gateway.is_source() => (0, copier::MAX_OUTPUTS as u8),
            Part::Gateway(_) => (1, 0),
        }
    }
}
