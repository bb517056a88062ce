//! Taking translations back from every core.
//!
//! A core's TLB keeps what it has read from a page table. Who takes an entry
//! out of a table therefore asks every participating core to drop what it
//! keeps, and waits for the answers; after that no core can reach the page.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};

use super::word::Word;

/// A core did not answer within the bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer(
    /// The core.
    pub CoreId,
);

/// One core's requests, numbered from 1, wrapping.
struct Requests<W> {
    /// The last one made.
    made: W,
    /// The last one answered; written by the core alone.
    answered: W,
}

/// The requests of all cores, in memory that all cores share.
pub struct ShootDown<W = AtomicU32> {
    /// A bit for each core that participates.
    members: W,
    requests: [Requests<W>; MAX_CORES],
}

impl ShootDown {
    /// No core participates.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            members: AtomicU32::new(0),
            requests: [const {
                Requests {
                    made: AtomicU32::new(0),
                    answered: AtomicU32::new(0),
                }
            }; MAX_CORES],
        }
    }
}

impl Default for ShootDown {
    fn default() -> Self {
        Self::new()
    }
}

impl<W: Word> ShootDown<W> {
    /// No core participates; over words of any kind.
    #[must_use]
    pub fn over() -> Self {
        let requests = core::array::from_fn(|_| Requests {
            made: W::new(0),
            answered: W::new(0),
        });
        Self {
            members: W::new(0),
            requests,
        }
    }

    /// `core`, the caller, participates from now on. `flush` drops everything
    /// its TLB keeps: what it read before it took part may be out of date.
    pub fn join(&self, core: CoreId, flush: impl FnOnce()) {
        // Requesters read the members by a read-modify-write as well: either
        // the requester comes first, and this core sees the table it has
        // written, or it finds this core among the members.
        self.members.fetch_or(core.bit(), Ordering::AcqRel);
        self.answer(core, flush);
    }

    /// `core`, the caller, participates no more. From now on it uses nothing
    /// that its TLB has read from a page table that may change.
    #[inline(never)]
    pub fn leave(&self, core: CoreId) {
        self.members.fetch_and(!core.bit(), Ordering::AcqRel);
    }

    /// `core` has lost its power without having left.
    pub fn remove(&self, core: CoreId) {
        self.leave(core);
    }

    /// The participating cores, a bit each.
    #[must_use]
    pub fn members(&self) -> u32 {
        self.members.load(Ordering::Relaxed)
    }

    /// Drops from every core what it has read from page tables before this
    /// call. `me` is the caller: `flush` drops what this core keeps, `ring` has
    /// another core look at its requests, `still` is asked in each turn of the
    /// wait whether to wait on.
    ///
    /// Several cores may do this at once, because each answers while it waits.
    ///
    /// # Errors
    /// A core that had not answered when `still` said no.
    pub fn request(
        &self,
        me: CoreId,
        mut flush: impl FnMut(),
        mut ring: impl FnMut(CoreId),
        mut still: impl FnMut() -> bool,
    ) -> Result<(), NoAnswer> {
        flush();
        let members = self.members.fetch_or(0, Ordering::AcqRel);
        let asked = CoreId::ALL
            .map(|core| (core != me && members & core.bit() != 0).then(|| self.ask(core)));
        let asked = || {
            CoreId::ALL
                .into_iter()
                .zip(asked)
                .filter_map(|(core, number)| number.map(|number| (core, number)))
        };
        asked().for_each(|(core, _)| ring(core));
        for (core, number) in asked() {
            while !self.is_done(core, number) {
                if !still() {
                    return Err(NoAnswer(core));
                }
                self.service(me, &mut flush);
                W::pause();
            }
        }
        Ok(())
    }

    /// Answers the requests to `core`, the caller, if there are any: `flush`
    /// drops all its TLB has read from page tables. To be called when the
    /// doorbell rings, and in every loop that waits for another core.
    ///
    /// Whether there was a request.
    #[inline]
    pub fn service(&self, core: CoreId, flush: impl FnOnce()) -> bool {
        let requests = &self.requests[core.index()];
        let answered = requests.answered.load(Ordering::Relaxed);
        let wanted = requests.made.load(Ordering::Relaxed) != answered;
        if wanted {
            self.answer(core, flush);
        }
        wanted
    }

    /// Makes a request to `core`; its number.
    fn ask(&self, core: CoreId) -> u32 {
        let made = &self.requests[core.index()].made;
        made.fetch_add(1, Ordering::AcqRel).wrapping_add(1)
    }

    /// Answers everything asked of `core` so far. The number is read before the
    /// flush, so that a request made during it is answered by the next one.
    fn answer(&self, core: CoreId, flush: impl FnOnce()) {
        let requests = &self.requests[core.index()];
        let made = requests.made.load(Ordering::Acquire);
        flush();
        requests.answered.store(made, Ordering::Release);
    }

    /// Whether `core` has answered a request, or will never need to.
    fn is_done(&self, core: CoreId, number: u32) -> bool {
        let answered = self.requests[core.index()].answered.load(Ordering::Acquire);
        let behind = number.wrapping_sub(answered) as i32;
        behind <= 0 || self.members.load(Ordering::Acquire) & core.bit() == 0
    }
}

#[cfg(test)]
#[path = "shoot_down_tests.rs"]
mod tests;
