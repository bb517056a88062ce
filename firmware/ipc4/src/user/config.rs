//! CONFIG_GET and CONFIG_SET: parameters that fit into the message.

use acelab_abi::ipc4::layout::{self, CONFIG_DATA};

use super::{Audio, Done, Executor, Outcome, field, key};
use crate::forward::Command;

impl<A: Audio> Executor<'_, A> {
    /// The value is in the data bits of the reply's extension.
    pub(super) fn config_get(&mut self, command: &Command) -> Outcome {
        let (key, param) = (key(command), param(command));
        let value = self
            .audio
            .config_get(key, param)
            .map_err(|error| self.refused(format_args!("comp {key} param {param}"), error))?;
        let request = command.extension & !CONFIG_DATA.max();
        Ok(Done::extension(request | value & CONFIG_DATA.max()))
    }

    pub(super) fn config_set(&mut self, command: &Command) -> Outcome {
        let (key, param) = (key(command), param(command));
        // The field has sixteen bits.
        let value = field(CONFIG_DATA, command) as u16;
        self.audio
            .config_set(key, param, value)
            .map_err(|error| self.refused(format_args!("comp {key} param {param}"), error))?;
        Ok(Done::NOTHING)
    }
}

fn param(command: &Command) -> u16 {
    // The field has fourteen bits.
    field(layout::CONFIG_PARAM, command) as u16
}
