//! Floods of requests: random words, queries, a host that makes and deletes
//! streams without any order to it, one that takes all memory, or library files
//! that are almost right.

mod commands;
mod libraries;
mod lives;
mod memory;
mod mutate;
mod queries;
mod tidy_up;
mod words;

use acelab_abi::clock::Nanos;

use super::random::Random;
use super::runner::{Halt, Runner};
use crate::case::expect::ReplyExpectation;
use crate::case::message::Message;
use crate::case::step::{Flood, FloodOf};
use crate::host::{Mail, decode};
use commands::Commands;
use lives::Lives;

/// Where the messages come from.
enum Source {
    Words,
    Queries,
    Commands(Commands),
    Streams(Box<Lives>),
}

impl Source {
    /// Whether each message must succeed.
    fn is_orderly(&self) -> bool {
        matches!(self, Self::Queries | Self::Commands(_))
    }

    fn message(&mut self, random: &mut Random, cores: u8) -> Message {
        match self {
            Self::Words => words::message(random),
            Self::Queries => queries::message(random),
            Self::Commands(commands) => commands.message(random, cores),
            Self::Streams(lives) => lives.message(random),
        }
    }
}

impl Runner<'_> {
    /// Sends the messages; each must get exactly one reply and DONE. What the
    /// replies say is the firmware's business, but where all must succeed.
    pub(super) fn flood(&mut self, step: &Flood) -> Result<(), Halt> {
        let start = self.host.now();
        let cores = self.host.target().cores();
        let mut source = match step.of {
            FloodOf::Memory => {
                let result = self.fill_memory(step);
                self.tolerated.add(start, self.host.now());
                return result.and_then(|()| self.read_log());
            }
            FloodOf::Libraries => {
                let result = self.load_one_after_another(step);
                self.tolerated.add(start, self.host.now());
                return result.and_then(|()| self.read_log());
            }
            FloodOf::Words => Source::Words,
            FloodOf::Queries => Source::Queries,
            FloodOf::Commands => {
                let commands = Commands::new().map_messages(|message| self.resolved(message))?;
                Source::Commands(commands)
            }
            FloodOf::Streams => Source::Streams(Box::new(self.lives(cores)?)),
        };
        let result = self.flood_messages(step, &mut source, cores);
        if !source.is_orderly() {
            self.tolerated.add(start, self.host.now());
        }
        result?;
        if let Source::Streams(lives) = &source {
            let start = self.host.now();
            let result = self.tidy_up(lives);
            self.tolerated.add(start, self.host.now());
            result?;
        }
        self.read_log()
    }

    fn read_log(&mut self) -> Result<(), Halt> {
        let log = self.host.read_firmware_log();
        self.tried("flood", "a readable log", log)
    }

    /// The streams of a flood, with the numbers of the firmware's modules.
    fn lives(&mut self, cores: u8) -> Result<Lives, Halt> {
        let lives = Lives::new(&mut self.random, cores);
        lives.map_messages(|message| self.resolved(message))
    }

    fn flood_messages(&mut self, step: &Flood, source: &mut Source, cores: u8) -> Result<(), Halt> {
        for index in 0..step.messages {
            self.wait_a_while(step)?;
            let message = source.message(&mut self.random, cores);
            let status = self.one_reply(index, &message, step)?;
            if source.is_orderly() && status != Some(0) {
                let what = format!(
                    "message {index} of the flood, {}",
                    decode::request(&message)
                );
                let came = status.map_or_else(|| "none".to_owned(), |status| status.to_string());
                self.fail(what, "status 0", format!("status {came}"));
                return Err(Halt::Failed);
            }
        }
        let Source::Commands(commands) = source else {
            return Ok(());
        };
        for message in commands.rest() {
            self.exchange(&message, &ReplyExpectation::default())?;
        }
        Ok(())
    }

    /// Lets a random part of the longest gap pass.
    fn wait_a_while(&mut self, step: &Flood) -> Result<(), Halt> {
        let most = u32::try_from(step.gap.0.0).unwrap_or(u32::MAX);
        if most == 0 {
            return Ok(());
        }
        // Half of the messages follow on each other's heels.
        let gap = match self.random.below(2) {
            0 => 0,
            _ => self.random.below(most),
        };
        let end = self.host.now().saturating_add(Nanos(gap.into()));
        let result = self.host.pass_until(end);
        self.tried("flood", "virtual time passes", result)
    }

    /// Sends a message and counts its replies; the status of the one.
    fn one_reply(
        &mut self,
        index: u32,
        message: &Message,
        step: &Flood,
    ) -> Result<Option<u32>, Halt> {
        let first = self.host.mail().len();
        let result = self.host.request(message, step.within.0);
        let what = format!("message {index} of the flood, {}", decode::request(message));
        let exchange = self.tried(&what, "one reply and DONE", result)?;
        let replies = self.host.mail()[first..]
            .iter()
            .filter_map(Mail::received)
            .filter(|mail| mail.primary.is_reply())
            .count();
        if replies != 1 {
            self.fail(what, "one reply", format!("{replies} replies"));
            return Err(Halt::Failed);
        }
        Ok(exchange.reply.primary.status_code())
    }
}
