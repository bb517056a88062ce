//! Questions that a driver may ask at any time, and that change nothing.

use acelab_abi::ipc4::{BaseFwParam, layout};

use crate::case::message::{Message, put, words};
use crate::engine::random::Random;

const PARAMETERS: [BaseFwParam; 5] = [
    BaseFwParam::FwConfig,
    BaseFwParam::HwConfig,
    BaseFwParam::ModulesInfo,
    BaseFwParam::PipelineList,
    BaseFwParam::SchedulersInfo,
];

/// One of the questions.
pub(super) fn message(random: &mut Random) -> Message {
    let parameter = PARAMETERS[random.below(PARAMETERS.len() as u32) as usize];
    let mut message = get(parameter);
    if parameter == BaseFwParam::SchedulersInfo && random.below(2) == 0 {
        // Core 0 is always there; the others answer for themselves when they are up.
        message.payload = words(&[0]);
        put(&mut message, layout::LARGE_SIZE, 4);
    }
    message
}

/// LARGE_CONFIG_GET of the base firmware.
pub(super) fn get(parameter: BaseFwParam) -> Message {
    let mut message = named("large_config_get");
    put(&mut message, layout::LARGE_PARAM, parameter.code().into());
    put(&mut message, layout::LARGE_INIT, 1);
    put(&mut message, layout::LARGE_FINAL, 1);
    message
}

/// A message of the protocol's table.
pub(super) fn named(name: &str) -> Message {
    let kind = layout::Message::by_name(name);
    // The names are those of the table; a test asks for each.
    kind.map_or_else(|| Message::new(&layout::MESSAGES[0]), Message::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_floods_are_in_the_table() {
        for name in [
            "large_config_get",
            "chain_dma",
            "get_pipeline_state",
            "set_dx",
            "create_pipeline",
            "delete_pipeline",
            "init_instance",
            "bind",
        ] {
            assert!(layout::Message::by_name(name).is_some(), "{name}");
        }
    }
}
