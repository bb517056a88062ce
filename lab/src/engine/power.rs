//! Powering cores.

use super::runner::{Halt, Runner};
use crate::case::core::{Core, mask};
use crate::case::expect::ReplyExpectation;
use crate::case::message::Message;
use crate::case::step::Cores;

impl Runner<'_> {
    /// Sends SET_DX for the cores that go up, then for those that go down.
    pub(super) fn cores(&mut self, step: &Cores) -> Result<(), Halt> {
        let mut expect = ReplyExpectation::default();
        if let Some(within) = step.within {
            expect.within = within;
        }
        let mut send = |cores: &[Core], d0: bool| {
            if cores.is_empty() {
                return Ok(());
            }
            let cores = mask(cores);
            let message = Message::set_dx(cores, if d0 { cores } else { 0 });
            self.exchange(&message, &expect).map(|_| ())
        };
        send(&step.up, true)?;
        send(&step.down, false)
    }
}
