//! One request and its reply.

use acelab_abi::clock::Nanos;
use acelab_abi::ipc4::Primary;

use super::driver::{Host, HostError};
use super::mailbox::{Mail, Received};
use crate::case::message::Message;

/// A completed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The reply.
    pub reply: Received,
    /// Virtual time from the doorbell to the reply.
    pub duration: Nanos,
}

/// The doorbells a misbehaving host adds while its request is worked on.
#[derive(Debug, Clone, Copy)]
pub struct Again {
    /// How many.
    pub times: u32,
    /// Virtual time between two.
    pub every: Nanos,
}

impl Host {
    /// Sends a request and waits for its reply and for DONE.
    pub fn request(&mut self, message: &Message, within: Nanos) -> Result<Exchange, HostError> {
        self.exchange(message, within, None)
    }

    /// Sends a request, rings again although the doorbell is busy, and waits
    /// for the reply and for DONE.
    pub fn request_ringing_again(
        &mut self,
        message: &Message,
        within: Nanos,
        again: Again,
    ) -> Result<Exchange, HostError> {
        self.exchange(message, within, Some(again))
    }

    fn exchange(
        &mut self,
        message: &Message,
        within: Nanos,
        again: Option<Again>,
    ) -> Result<Exchange, HostError> {
        let start = self.now;
        let end = start.saturating_add(within);
        let request = Primary::new(message.primary);
        let (first, completions) = (self.mail.len(), self.completions);
        let before = self.metered()?;
        self.send(message)?;
        if let Some(again) = again {
            self.ring_while_busy(message, again, completions)?;
        }
        loop {
            let reply = self.mail[first..]
                .iter()
                .filter_map(Mail::received)
                .find(|received| received.answers(request));
            match reply {
                Some(reply) if self.completions > completions => {
                    let duration = Nanos(reply.time.0.saturating_sub(start.0));
                    let reply = reply.clone();
                    self.note_cost(message, reply.primary.status_code(), start, before)?;
                    return Ok(Exchange { reply, duration });
                }
                _ if self.now >= end => {
                    let missing = if reply.is_some() {
                        "DONE after the reply"
                    } else {
                        "the reply"
                    };
                    return Err(HostError::Timeout {
                        what: missing.to_owned(),
                        within,
                    });
                }
                _ => {
                    self.pause_until(end)?;
                }
            }
        }
    }

    /// Rings with another word each time, so that a firmware that takes one shows it.
    fn ring_while_busy(
        &mut self,
        message: &Message,
        again: Again,
        completions: u32,
    ) -> Result<(), HostError> {
        for round in 1..=again.times {
            if self.completions > completions {
                let what = format!("ring {round} of {} before DONE", again.times);
                let within = Nanos(again.every.0.saturating_mul(u64::from(again.times)));
                return Err(HostError::Timeout { what, within });
            }
            let primary = Primary::new(message.primary).with_specific(round).word();
            self.mail.push(Mail::Again {
                primary,
                extension: round,
            });
            self.note(format!("ring while busy {primary:#010x}|{round:#x}"));
            self.ring(primary, round)?;
            let next = self.now.saturating_add(again.every);
            self.pause_until(next)?;
        }
        Ok(())
    }
}
