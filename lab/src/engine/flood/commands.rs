//! Commands that a driver may send at any time: questions, and pipelines of
//! their own that come and go beside the streams. Each succeeds.

use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_abi::ipc4::layout;
use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::volume::{UNITY, VolumeRecord};
use acelab_abi::ipc4::wire::Writer;

use super::queries;
use crate::case::message::{Message, ModuleName, put};
use crate::engine::random::Random;

/// Numbers that no stream of a case has.
const PIPELINE: u32 = 0xF0;
const INSTANCES: [u32; 2] = [0xF0, 0xF1];

/// The commands of one pipeline, and which is next.
pub(super) struct Commands {
    life: Vec<Message>,
    next: usize,
}

impl Commands {
    /// None of them sent.
    pub(super) fn new() -> Self {
        Self {
            life: life(),
            next: 0,
        }
    }

    /// The same with each message as `change` makes it.
    pub(super) fn map_messages<E>(
        mut self,
        mut change: impl FnMut(&Message) -> Result<Message, E>,
    ) -> Result<Self, E> {
        for message in &mut self.life {
            *message = change(message)?;
        }
        Ok(self)
    }

    /// A question, or what is due for the pipeline. Each life of it is on another core.
    pub(super) fn message(&mut self, random: &mut Random, cores: u8) -> Message {
        if random.below(2) == 0 {
            return queries::message(random);
        }
        if self.next == 0 {
            let core = random.below(cores.into());
            for message in &mut self.life {
                set(message, layout::PPL_CORE, "create_pipeline", core);
                set(message, layout::INIT_CORE, "init_instance", core);
            }
        }
        self.due().clone()
    }

    /// What is left to send until the pipeline is gone.
    pub(super) fn rest(&mut self) -> Vec<Message> {
        let mut rest = Vec::new();
        while self.next != 0 {
            rest.push(self.due().clone());
        }
        rest
    }

    fn due(&mut self) -> &Message {
        let now = self.next;
        self.next = (now + 1) % self.life.len();
        &self.life[now]
    }
}

/// Sets a field of messages of one name.
fn set(message: &mut Message, field: layout::Field, name: &str, value: u32) {
    let kind = layout::Message::of(acelab_abi::ipc4::Primary::new(message.primary));
    if kind.is_some_and(|kind| kind.name == name) {
        put(message, field, value);
    }
}

fn life() -> Vec<Message> {
    let mut create = queries::named("create_pipeline");
    put(&mut create, layout::PPL_ID, PIPELINE);
    put(&mut create, layout::PPL_MEM_SIZE, 1);
    let mut delete = queries::named("delete_pipeline");
    put(&mut delete, layout::PPL_ID, PIPELINE);
    let mut bind = named_module("bind", INSTANCES[0]);
    put(&mut bind, layout::BIND_DST_INSTANCE, INSTANCES[1]);
    bind.modules.push(gain(layout::BIND_DST_MODULE));
    vec![create, init(INSTANCES[0]), init(INSTANCES[1]), bind, delete]
}

/// A message about an instance of the gain.
pub(super) fn named_module(name: &str, instance: u32) -> Message {
    let mut message = queries::named(name);
    put(&mut message, layout::INSTANCE, instance);
    message.modules.push(gain(layout::MODULE));
    message
}

/// The number of the gain in a field.
pub(super) fn gain(field: layout::Field) -> ModuleName {
    ModuleName {
        field,
        name: "GAIN".to_owned(),
    }
}

fn init(instance: u32) -> Message {
    let mut message = named_module("init_instance", instance);
    put(&mut message, layout::INIT_PPL, PIPELINE);
    let base = BaseConfig::of(AudioFormat::integer(48_000, 2, 32, 32));
    message.payload = gain_payload(&base);
    let words = message.payload.len() / 4;
    put(&mut message, layout::INIT_PARAM_WORDS, words as u32);
    message
}

/// What makes a gain of 0 dB.
pub(super) fn gain_payload(base: &BaseConfig) -> Vec<u8> {
    let mut room = [0; 256];
    let mut writer = Writer::new(&mut room);
    let written = writer
        .put(base)
        .and_then(|()| writer.put(&VolumeRecord::all(UNITY)));
    debug_assert!(written.is_ok(), "the payload has room");
    let length = writer.len();
    room[..length].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_goes_on_where_it_stood_and_can_be_ended() {
        let mut random = Random::new(1);
        let mut commands = Commands::new();
        let length = commands.life.len();
        assert!(commands.rest().is_empty());
        while commands.next != 2 {
            commands.message(&mut random, 5);
        }
        assert_eq!(commands.rest().len(), length - 2);
        assert!(commands.rest().is_empty());
    }
}
