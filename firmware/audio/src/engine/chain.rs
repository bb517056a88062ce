//! CHAIN_DMA.

use acelab_abi::log::Level;

use super::Engine;
use crate::chain::Chain;
use crate::own::{Own, Room};
use crate::slab::Index;
use crate::state::Owner;
use crate::{AudioFault, ChainRequest, Error, Lock, Platform, State};

/// LL priority of chains: that of the first pipelines.
const PRIORITY: i16 = 0;

impl<P: Platform, L: Lock<State<P>>> Engine<'_, P, L> {
    /// CHAIN_DMA. Starting a chain that runs, and pausing one that does not, is
    /// no error.
    ///
    /// # Errors
    /// A chain cannot be created or started, or "enable" without "allocate".
    pub fn chain_dma(&self, request: ChainRequest) -> Result<(), Error> {
        let found = self.state.with(|state| {
            let mut chains = state.chains.iter();
            let found = chains.find(|(_, chain)| chain.host == request.host);
            found.map(|(index, chain)| (index, chain.link))
        });
        match (request.allocate, request.enable, found) {
            (false, true, None) => Err(Error::ChainCreate),
            (false, true, Some(_)) => Err(Error::ChainTransition),
            (false, false, None) => Ok(()),
            (false, false, Some((index, _))) => {
                self.remove_chain(index);
                Ok(())
            }
            (true, _, Some((_, link))) if link != request.link => Err(Error::ChainCreate),
            (true, false, Some((index, _))) => {
                self.state
                    .with(|state| state.stop_chain(self.platform, index));
                Ok(())
            }
            (true, true, Some((index, _))) => self.restart(index),
            (true, enable, None) => self.create_chain(&request, enable),
        }
    }

    fn restart(&self, index: Index) -> Result<(), Error> {
        let planted = self.platform.planted(AudioFault::ChainPauseStart);
        let started = self.state.with(|state| {
            let paused = state.chains.get(index).and_then(|chain| chain.paused);
            if planted && paused == Some(state.ticks.run) {
                return false;
            }
            state.start_chain(self.platform, index).is_ok()
        });
        if started {
            Ok(())
        } else {
            Err(Error::ChainTransition)
        }
    }

    fn create_chain(&self, request: &ChainRequest, enable: bool) -> Result<(), Error> {
        let room = Room::new().map_err(|_| Error::ChainCreate)?;
        let task = self.state.with(|state| {
            let index = state.chains.reserve()?;
            let created = state.tasks.try_create(Owner::Chain(index), PRIORITY);
            created.inspect_err(|_| state.chains.trim())
        });
        let task = task.map_err(|_| Error::ChainCreate)?;
        let opened = Chain::open(self.platform, request, task);
        let chain = opened.map_err(|error| {
            let host = request.host;
            self.platform.log(
                Level::Error,
                "chain-dma",
                format_args!("no chain for host dma {host}: {error:?}"),
            );
            self.state.with(|state| {
                let _ = state.tasks.free(task);
                state.chains.trim();
            });
            Error::ChainCreate
        })?;
        let chain = room.fill(chain);
        let added = self.state.with(|state| add(state, chain));
        let index = added.map_err(|chain| {
            chain.into_inner().close(self.platform);
            self.state.with(|state| {
                let _ = state.tasks.free(task);
                state.chains.trim();
            });
            Error::ChainCreate
        })?;
        let started = self
            .state
            .with(|state| !enable || state.start_chain(self.platform, index).is_ok());
        if started {
            return Ok(());
        }
        self.remove_chain(index);
        Err(Error::ChainCreate)
    }

    fn remove_chain(&self, index: Index) {
        let removed = self.state.with(|state| {
            state.stop_chain(self.platform, index);
            let chain = state.chains.remove(index)?;
            state.part(&chain);
            let _ = state.tasks.free(chain.task);
            state.settle(self.platform);
            Some(chain)
        });
        if let Some(chain) = removed {
            chain.into_inner().close(self.platform);
        }
    }

    /// Frees all chains, whatever their state.
    pub(super) fn clear_chains(&self) {
        while let Some(index) = self.state.with(|state| {
            let first = state.chains.iter().next();
            first.map(|(index, _)| index)
        }) {
            self.remove_chain(index);
        }
    }
}

/// Puts a chain into the graph, or gives it back without memory.
fn add<P: Platform>(state: &mut State<P>, chain: Own<Chain<P>>) -> Result<Index, Own<Chain<P>>> {
    if state.join(&chain).is_err() {
        return Err(chain);
    }
    state
        .chains
        .insert(chain)
        .inspect_err(|chain| state.part(chain))
}
