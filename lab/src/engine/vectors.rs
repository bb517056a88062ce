//! The modules' vectors on the host and on the DSP.
//!
//! The module PROBE of the debug firmware runs a group when its parameter is written,
//! in the thread and domain where modules are made, and has the hash to be read.

use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_abi::ipc4::layout::{self, Field};
use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::wire::{Wire, Writer};
use acelab_abi::ipc4::{GlobalType, ModuleType, Primary, Target};
use acelab_modules::vectors::GROUPS;

use super::runner::{Halt, Runner};
use crate::case::expect::ReplyExpectation;
use crate::case::message::{Message, ModuleName, put, words};
use crate::case::step::Codegen;

/// The module that runs groups.
const PROBE: &str = "PROBE";
/// Its parameter that does it.
const PARAM: u32 = 2;
/// Pipeline and instance, out of the way of those of streams.
const ID: u32 = 31;
/// Bytes of the answer: hash, whether there is one, number of groups.
const ANSWER: u32 = 16;

impl Runner<'_> {
    /// Runs groups on a core of the DSP and compares their hashes with the host's.
    pub(super) fn vectors(&mut self, step: &Codegen) -> Result<(), Halt> {
        let core = u32::from(step.core.0.get());
        let pipeline = [(layout::PPL_ID, ID), (layout::PPL_CORE, core)];
        self.vector_message(&global(GlobalType::CreatePipeline, &pipeline), step)?;
        let mut payload = vec![0; BaseConfig::BYTES];
        let base = BaseConfig::of(AudioFormat::integer(48_000, 2, 32, 32));
        // The buffer has the size of what is written.
        let _ = Writer::new(&mut payload).put(&base);
        let place = [
            (layout::INIT_PARAM_WORDS, payload.len() as u32 / 4),
            (layout::INIT_PPL, ID),
            (layout::INIT_CORE, core),
        ];
        let init = probe(ModuleType::InitInstance, &place, payload);
        self.vector_message(&init, step)?;
        let names: Vec<&str> = GROUPS.iter().map(|group| group.name).collect();
        for index in self.selected(&step.groups, &names) {
            self.group(index, step)?;
        }
        self.vector_message(&probe(ModuleType::DeleteInstance, &[], Vec::new()), step)?;
        let pipeline = [(layout::PPL_ID, ID)];
        self.vector_message(&global(GlobalType::DeletePipeline, &pipeline), step)?;
        Ok(())
    }

    fn group(&mut self, index: u32, step: &Codegen) -> Result<(), Halt> {
        let group = &GROUPS[index as usize];
        let run = words(&[index, step.seed, 0]);
        let size = (layout::LARGE_SIZE, run.len() as u32);
        let set = probe(ModuleType::LargeConfigSet, &large(size), run);
        self.vector_message(&set, step)?;
        let size = (layout::LARGE_SIZE, ANSWER);
        let get = probe(ModuleType::LargeConfigGet, &large(size), Vec::new());
        let came = self.vector_message(&get, step)?;
        let hash = (group.run)(step.seed.into());
        let [low, high] = hash.map_or([0; 2], |hash| [hash as u32, (hash >> 32) as u32]);
        let expected = [low, high, u32::from(hash.is_some()), GROUPS.len() as u32];
        if came != words(&expected) {
            let came = came.iter().rev().map(|byte| format!("{byte:02x}"));
            self.fail(
                format!("group `{}`: number of groups, ran, hash", group.name),
                format!("{:08x}{:08x}{high:08x}{low:08x}", expected[3], expected[2]),
                came.collect::<String>(),
            );
        }
        Ok(())
    }

    /// Sends a message that must succeed; the payload of its reply.
    fn vector_message(&mut self, message: &Message, step: &Codegen) -> Result<Vec<u8>, Halt> {
        let expect = ReplyExpectation {
            within: step.within,
            ..ReplyExpectation::default()
        };
        let message = self.resolved(message)?;
        let exchange = self.exchange(&message, &expect)?;
        match exchange.reply.primary.status_code() {
            Some(0) => Ok(exchange.reply.payload),
            _ => Err(Halt::Failed),
        }
    }
}

fn global(kind: GlobalType, fields: &[(Field, u32)]) -> Message {
    message(Target::Global, kind.code(), fields)
}

/// A message to the instance.
fn probe(kind: ModuleType, fields: &[(Field, u32)], payload: Vec<u8>) -> Message {
    let mut message = message(Target::Module, kind.code(), fields);
    put(&mut message, layout::INSTANCE, ID);
    message.modules.push(ModuleName {
        field: layout::MODULE,
        name: PROBE.to_owned(),
    });
    message.payload = payload;
    message
}

/// The fields of a transfer of the parameter in one block.
fn large(size: (Field, u32)) -> [(Field, u32); 4] {
    [
        (layout::LARGE_PARAM, PARAM),
        size,
        (layout::LARGE_INIT, 1),
        (layout::LARGE_FINAL, 1),
    ]
}

fn message(target: Target, kind: u8, fields: &[(Field, u32)]) -> Message {
    let mut message = Message {
        primary: Primary::request(target, kind).word(),
        extension: 0,
        payload: Vec::new(),
        modules: Vec::new(),
    };
    for (field, value) in fields {
        put(&mut message, *field, *value);
    }
    message
}
