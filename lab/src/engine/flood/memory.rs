//! A host that makes instances and bindings on all cores until the firmware
//! has no memory left for them.

use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::{Status, layout};

use super::commands::{gain, gain_payload, named_module};
use super::queries::named;
use crate::case::message::{Message, put};
use crate::case::step::Flood;
use crate::engine::runner::{Halt, Runner};
use crate::host::decode;

/// Its pipelines are numbered from here on, one for each core, and more when memory is out.
const FIRST_PIPELINE: u32 = 0x80;
/// Instances of one module have numbers of eight bits; the first are those of streams.
const INSTANCES: std::ops::Range<u32> = 0x20..0x100;
/// A buffer has two blocks; these are the largest and the smallest of them.
const BLOCKS: [u32; 2] = [32 * 1024, 16];

impl Runner<'_> {
    /// Fills the memory: a row of gains on each core, bound by buffers as large
    /// as can be had, then by smaller ones, until nothing can be made any more.
    /// Every reply must be success or say that there is no memory, and each way
    /// of saying so must come. Then all of it is deleted.
    pub(super) fn fill_memory(&mut self, step: &Flood) -> Result<(), Halt> {
        let cores = u32::from(self.host.target().cores());
        let mut sent = 0;
        let pipelines = FIRST_PIPELINE..FIRST_PIPELINE + cores;
        for id in pipelines.clone() {
            self.made(step, &mut sent, &create(id, id - FIRST_PIPELINE), None)?;
        }
        let mut block = BLOCKS[0];
        let mut unbound = false;
        let mut full = false;
        for instance in INSTANCES {
            let core = instance % cores;
            let init = self.resolved(&init(instance, core, block))?;
            if !self.made(step, &mut sent, &init, Some(Status::ModNotInitialized))? {
                full = true;
                break;
            }
            if instance < INSTANCES.start + cores {
                continue;
            }
            let bind = self.resolved(&bind(instance - cores, instance))?;
            if !self.made(step, &mut sent, &bind, Some(Status::OutOfMemory))? {
                unbound = true;
                block = (block / 2).max(BLOCKS[1]);
            }
        }
        if !full || !unbound {
            let came = format!("INIT_INSTANCE refused: {full}, BIND refused: {unbound}");
            return self.not_full(sent, &came);
        }
        let mut last = pipelines.end;
        while self.made(step, &mut sent, &create(last, 0), Some(Status::OutOfMemory))? {
            last += 1;
        }
        for id in pipelines.start..last {
            let mut delete = named("delete_pipeline");
            put(&mut delete, layout::PPL_ID, id);
            self.made(step, &mut sent, &delete, None)?;
        }
        Ok(())
    }

    /// Whether the message has succeeded; it may also be refused with `refusal`.
    fn made(
        &mut self,
        step: &Flood,
        sent: &mut u32,
        message: &Message,
        refusal: Option<Status>,
    ) -> Result<bool, Halt> {
        if *sent == step.messages {
            let came = format!("memory left after {sent} messages");
            return self.not_full(*sent, &came).map(|()| false);
        }
        self.wait_a_while(step)?;
        let status = self.one_reply(*sent, message, step)?;
        *sent += 1;
        if status == Some(Status::Success.code()) {
            return Ok(true);
        }
        if refusal.is_some() && status == refusal.map(Status::code) {
            return Ok(false);
        }
        let what = format!("message {sent} of the flood, {}", decode::request(message));
        let expected = match refusal {
            Some(status) => format!("success or {} ({})", status.name(), status.code()),
            None => "success".to_owned(),
        };
        let came = status.map_or_else(|| "none".to_owned(), decode::status);
        self.fail(what, expected, came);
        Err(Halt::Failed)
    }

    fn not_full(&mut self, sent: u32, came: &str) -> Result<(), Halt> {
        let what = format!("the memory after {sent} messages of the flood");
        self.fail(what, "all of it used", came);
        Err(Halt::Failed)
    }
}

fn create(id: u32, core: u32) -> Message {
    let mut message = named("create_pipeline");
    put(&mut message, layout::PPL_ID, id);
    put(&mut message, layout::PPL_MEM_SIZE, 1);
    put(&mut message, layout::PPL_CORE, core);
    message
}

/// A gain that takes and gives blocks of this size.
fn init(instance: u32, core: u32, block: u32) -> Message {
    let mut message = named_module("init_instance", instance);
    put(&mut message, layout::INIT_PPL, FIRST_PIPELINE + core);
    put(&mut message, layout::INIT_CORE, core);
    let base = BaseConfig {
        ibs: block,
        obs: block,
        ..BaseConfig::of(AudioFormat::integer(8000, 1, 16, 16))
    };
    message.payload = gain_payload(&base);
    let words = message.payload.len() / 4;
    put(&mut message, layout::INIT_PARAM_WORDS, words as u32);
    message
}

fn bind(from: u32, to: u32) -> Message {
    let mut message = named_module("bind", from);
    put(&mut message, layout::BIND_DST_INSTANCE, to);
    message.modules.push(gain(layout::BIND_DST_MODULE));
    message
}
