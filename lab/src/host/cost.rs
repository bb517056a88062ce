//! What a request costs.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::Primary;

use super::driver::{Host, HostError};
use crate::case::message::Message;

/// What one request cost, from its doorbell until its reply and DONE are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// The request.
    pub request: Primary,
    /// The status of the reply.
    pub status: Option<u32>,
    /// When its doorbell rang.
    pub start: Nanos,
    /// Virtual time.
    pub time: Nanos,
    /// Instructions of all cores together, whatever they did meanwhile.
    pub instructions: u64,
}

impl Host {
    /// What all cores have executed so far; nothing unless requests are metered.
    pub(super) fn metered(&mut self) -> Result<u64, HostError> {
        if self.costs.is_none() {
            return Ok(0);
        }
        let cores = usize::from(self.target.cores());
        let mut all = 0;
        for core in CoreId::ALL.into_iter().take(cores) {
            all += self.target.counters(core)?.all_instructions();
        }
        Ok(all)
    }

    /// Notes the cost of a request whose reply has just come; `before` is what
    /// [`Host::metered`] said when it was sent, at `start`.
    pub(super) fn note_cost(
        &mut self,
        message: &Message,
        status: Option<u32>,
        start: Nanos,
        before: u64,
    ) -> Result<(), HostError> {
        let instructions = self.metered()?.saturating_sub(before);
        let request = Primary::new(message.primary);
        let time = Nanos(self.now.0.saturating_sub(start.0));
        if let Some(costs) = &mut self.costs {
            costs.push(Cost {
                request,
                status,
                start,
                time,
                instructions,
            });
        }
        Ok(())
    }
}
