//! Sending what streams are made of.

use acelab_abi::clock::Nanos;
use acelab_abi::ipc4::BaseFwParam;

use super::super::runner::{Halt, Runner};
use crate::case::expect::ReplyExpectation;
use crate::case::message::{Message, Modules};
use crate::case::stream::StreamStep;

impl Runner<'_> {
    /// The message with the numbers of its modules: those of the image's manifest, or, if
    /// it has none, of the list that the firmware is asked for once.
    pub(in crate::engine) fn resolved(&mut self, message: &Message) -> Result<Message, Halt> {
        if message.modules.is_empty() {
            return Ok(message.clone());
        }
        if self.streams.modules.is_none() {
            self.streams.modules = Modules::of_image(&self.image.segments);
        }
        if self.streams.modules.is_none() {
            let exchange = {
                let message = Message::large_config_get(BaseFwParam::ModulesInfo);
                self.exchange(&message, &ReplyExpectation::default())?
            };
            self.streams.modules = Modules::parse(&exchange.reply.payload);
        }
        self.add_libraries()?;
        let resolved = match &self.streams.modules {
            Some(modules) => message.resolved(modules).map_err(|error| error.to_string()),
            None => Err("a list that ends too early".to_owned()),
        };
        resolved.map_err(|came| {
            self.fail("modules of the firmware", "those that the case names", came);
            Halt::Failed
        })
    }

    /// Adds the modules of the case's libraries to the list, once: their numbers follow from ids
    /// and files.
    fn add_libraries(&mut self) -> Result<(), Halt> {
        let Some(modules) = &mut self.streams.modules else {
            return Ok(());
        };
        if self.streams.libraries_known {
            return Ok(());
        }
        self.streams.libraries_known = true;
        for library in &self.case.libraries {
            match self.libraries.get(library) {
                Ok(file) => modules.add(library.id, &file.modules),
                Err(error) => return Err(self.no_library(&error)),
            }
        }
        Ok(())
    }

    /// Sends a message that must succeed; the case cannot go on without it.
    pub(super) fn succeed(&mut self, message: &Message) -> Result<(), Halt> {
        let message = self.resolved(message)?;
        let exchange = self.exchange(&message, &ReplyExpectation::default())?;
        match exchange.reply.primary.status_code() {
            Some(0) => Ok(()),
            _ => Err(Halt::Failed),
        }
    }

    /// Sends the message that a step is about; whether it took effect.
    pub(super) fn moved(&mut self, message: &Message, step: &StreamStep) -> Result<bool, Halt> {
        let expect = ReplyExpectation {
            status: step.status,
            ..ReplyExpectation::default()
        };
        let message = self.resolved(message)?;
        let exchange = self.exchange(&message, &expect)?;
        match exchange.reply.primary.status_code() {
            Some(status) if status == step.status.value => Ok(status == 0),
            _ => Err(Halt::Failed),
        }
    }

    /// Lets time pass up to the phase of the tick that the step asks for.
    pub(super) fn wait_phase(&mut self, step: &StreamStep) -> Result<(), Halt> {
        let Some(phase) = step.phase else {
            return Ok(());
        };
        // A message that is sent within a tick must not be late for it.
        let at = phase.next(self.host.now().saturating_add(Nanos(1)));
        let result = self.host.pass_until(at);
        self.tried("phase", "virtual time passes", result)
    }
}
