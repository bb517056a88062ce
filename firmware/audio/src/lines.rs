//! The open channels of a core, exchanged in one call.

use alloc::vec::Vec;

use crate::own::OutOfMemory;
use crate::{ChannelFlags, ChannelState, Platform};

/// Open channels, each with what was said about it at the last exchange.
#[derive(Debug)]
pub(crate) struct Lines<C> {
    states: Vec<ChannelState<C>>,
}

impl<C: Copy + Eq> Lines<C> {
    pub(crate) const fn new() -> Self {
        Self { states: Vec::new() }
    }

    pub(crate) fn add(&mut self, channel: C) -> Result<(), OutOfMemory> {
        self.states.try_reserve(1).map_err(|_| OutOfMemory)?;
        self.states.push(ChannelState {
            channel,
            advance: 0,
            read: 0,
            write: 0,
            filled: 0,
            flags: ChannelFlags::default(),
        });
        Ok(())
    }

    pub(crate) fn remove(&mut self, channel: C) {
        self.states.retain(|state| state.channel != channel);
        if self.states.is_empty() {
            self.states = Vec::new();
        }
    }

    pub(crate) fn get(&mut self, channel: C) -> Option<&mut ChannelState<C>> {
        self.states
            .iter_mut()
            .find(|state| state.channel == channel)
    }

    pub(crate) const fn len(&self) -> u32 {
        self.states.len() as u32
    }

    /// Hands over what was moved and asks how things stand. An xrun stays on
    /// record until [`take_xrun`](Self::take_xrun).
    pub(crate) fn exchange<P: Platform<Channel = C>>(&mut self, platform: &P) {
        if self.states.is_empty() {
            return;
        }
        let mut xruns = 0u64;
        for (index, state) in self.states.iter().enumerate() {
            xruns |= u64::from(state.flags.xrun) << (index & 63);
        }
        platform.dma_exchange(&mut self.states);
        for (index, state) in self.states.iter_mut().enumerate() {
            state.advance = 0;
            state.flags.xrun |= xruns >> (index & 63) & 1 != 0;
        }
    }

    /// The same for one channel, between two ticks.
    pub(crate) fn refresh<P: Platform<Channel = C>>(&mut self, platform: &P, channel: C) {
        if let Some(state) = self.get(channel) {
            let xrun = state.flags.xrun;
            platform.dma_exchange(core::slice::from_mut(state));
            state.advance = 0;
            state.flags.xrun |= xrun;
        }
    }
}

impl<C> ChannelState<C> {
    /// Whether it ran empty or over since the last time that this was asked.
    pub(crate) fn take_xrun(&mut self) -> bool {
        core::mem::take(&mut self.flags.xrun)
    }
}
