//! Module instances: create, delete, bind.

use acelab_abi::ipc4::audio_format::MAX_CHANNELS;
use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::object::{self, InitHead, MODULE_DATA, MODULE_MEMORY, Memory};
use acelab_abi::ipc4::pipeline::{InstanceKey, NO_PIPELINE, ProcessingDomain};
use acelab_abi::ipc4::wire::{Reader, Truncated};
use acelab_abi::ipc4::{Status, layout};
use acelab_audio::{Binding, Domain, Driver, InstanceConfig, PipelineId};

use super::{Audio, Done, Executor, Outcome, field, key, payload};
use crate::forward::Command;
use crate::modules;

impl<A: Audio> Executor<'_, A> {
    /// Whatever goes wrong, the status is that the module is not initialised;
    /// the log says why.
    pub(super) fn init_instance(&mut self, command: &Command) -> Outcome {
        let refused = Status::ModNotInitialized;
        let key = key(command);
        let loaded = command.loaded.map(Driver::Loaded);
        let Some(driver) = loaded.or_else(|| modules::driver(key.module())) else {
            let id = key.module();
            self.error(format_args!(
                "Couldn't find loadable module with id {id:#x}"
            ));
            return Err(refused);
        };
        let words = field(layout::INIT_PARAM_WORDS, command);
        let payload = payload::copy(self.inbox, words * 4).map_err(|status| {
            self.error(format_args!(
                "comp {key}: payload of {words} words: {status}"
            ));
            refused
        })?;
        let mut reader = Reader::new(&payload);
        let mut stack_bytes = 0;
        if field(layout::INIT_EXTENDED, command) != 0 {
            stack_bytes = self.extension(&mut reader).ok_or(refused)?;
        }
        self.check_base(key, reader)?;
        let id = field(layout::INIT_PPL, command) as PipelineId;
        let config = InstanceConfig {
            key,
            driver,
            pipeline: (id != NO_PIPELINE).then_some(id),
            domain: domain(command),
            stack_bytes,
        };
        self.audio
            .init_instance(&config, reader.rest())
            .map_err(|error| {
                self.refused(format_args!("comp {key}"), error);
                refused
            })?;
        Ok(Done::NOTHING)
    }

    /// Takes head and objects of an extended payload; the stack that is asked
    /// for, `None` when something reaches beyond the payload.
    fn extension(&self, reader: &mut Reader<'_>) -> Option<u32> {
        let size = reader.rest().len();
        let Ok([head, ..]) = reader.words::<{ object::HEAD_WORDS }>() else {
            self.error(format_args!("ext init header overflow, 12 > {size}"));
            return None;
        };
        if !InitHead(head).has_objects() {
            return Some(0);
        }
        let mut stack = 0;
        let result = object::objects(reader, |object| match object.id {
            MODULE_MEMORY => match Reader::new(object.data).get::<Memory>() {
                Ok(memory) => stack = memory.stack_bytes,
                Err(Truncated) => self.error(format_args!("mem_data object does not fit")),
            },
            // No module of this firmware takes data this way.
            MODULE_DATA => {}
            other => self.unknown_object(other, object.data.len() / 4),
        });
        match result {
            Ok(()) => Some(stack),
            Err(error) => {
                self.object_error(error, size);
                None
            }
        }
    }

    /// Every module's configuration starts with a format.
    fn check_base(&self, key: InstanceKey, mut reader: Reader<'_>) -> Result<(), Status> {
        let Ok(base) = reader.get::<BaseConfig>() else {
            self.error(format_args!("comp {key}: no base config"));
            return Err(Status::ModNotInitialized);
        };
        let channels = base.format.channels;
        if channels == 0 || usize::from(channels) > MAX_CHANNELS {
            self.error(format_args!("comp {key}: invalid channels {channels}"));
            return Err(Status::ModNotInitialized);
        }
        Ok(())
    }

    pub(super) fn delete_instance(&mut self, command: &Command) -> Outcome {
        let key = key(command);
        self.audio
            .delete_instance(key)
            .map_err(|error| self.refused(format_args!("comp {key}"), error))?;
        Ok(Done::NOTHING)
    }

    pub(super) fn bind(&mut self, command: &Command) -> Outcome {
        let binding = binding(command);
        self.audio
            .bind(binding)
            .map_err(|error| self.bind_refused(binding, error))?;
        Ok(Done::NOTHING)
    }

    pub(super) fn unbind(&mut self, command: &Command) -> Outcome {
        let binding = binding(command);
        self.audio
            .unbind(binding)
            .map_err(|error| self.bind_refused(binding, error))?;
        Ok(Done::NOTHING)
    }

    fn bind_refused(&self, binding: Binding, error: acelab_audio::Error) -> Status {
        let Binding { src, dst, .. } = binding;
        if error == acelab_audio::Error::NoComponent {
            self.error(format_args!("failed to find src {src}, or dst {dst}"));
            return error.status();
        }
        self.refused(format_args!("src {src} dst {dst}"), error)
    }
}

fn domain(command: &Command) -> Domain {
    if field(layout::INIT_DOMAIN, command) == ProcessingDomain::DataProcessing.code() {
        Domain::Dp
    } else {
        Domain::Ll
    }
}

fn binding(command: &Command) -> Binding {
    Binding {
        src: key(command),
        // Both fields have three bits.
        src_queue: field(layout::BIND_SRC_QUEUE, command) as u8,
        dst: InstanceKey::of_word(command.extension),
        dst_queue: field(layout::BIND_DST_QUEUE, command) as u8,
    }
}
