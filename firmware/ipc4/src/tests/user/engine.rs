//! An engine that remembers what it was asked, and refuses on demand.

use core::cell::RefCell;
use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering};
use std::format;
use std::string::String;
use std::vec::Vec;

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_abi::log::Level;
use acelab_audio::{
    Binding, ChainRequest, Domain, Error, Fragment, InstanceConfig, PipelineConfig, PipelineId,
    PipelineState, StateRequest,
};

use crate::user::{Audio, Executor};
use crate::{Answer, Command, Phase};

/// What the engine was asked, in words, and what it answers.
#[derive(Default)]
pub struct Engine {
    pub calls: RefCell<Vec<String>>,
    pub log: RefCell<Vec<String>>,
    /// The call with this number (from 0) is refused.
    pub refuse: Option<(usize, Error)>,
    /// Data of the last LARGE_CONFIG_SET or INIT_INSTANCE.
    pub data: RefCell<Vec<u8>>,
    /// What LARGE_CONFIG_GET produces.
    pub produce: Vec<u8>,
}

impl Engine {
    fn call(&self, text: String) -> Result<(), Error> {
        let mut calls = self.calls.borrow_mut();
        let index = calls.len();
        calls.push(text);
        match self.refuse {
            Some((at, error)) if at == index => Err(error),
            _ => Ok(()),
        }
    }
}

impl Audio for &Engine {
    fn core(&self) -> CoreId {
        CoreId::ALL[2]
    }

    fn log(&self, level: Level, text: fmt::Arguments<'_>) {
        self.log
            .borrow_mut()
            .push(format!("<{}> {text}", level.tag()));
    }

    fn create_pipeline(&mut self, config: PipelineConfig) -> Result<(), Error> {
        self.call(format!("create {} priority {}", config.id, config.priority))
    }

    fn delete_pipeline(&mut self, id: PipelineId) -> Result<(), Error> {
        self.call(format!("delete {id}"))
    }

    fn prepare(&mut self, id: PipelineId, to: StateRequest) -> Result<(), Error> {
        self.call(format!("prepare {id} {to:?}"))
    }

    fn trigger(&mut self, ids: &[PipelineId], to: StateRequest) -> Result<(), Error> {
        self.call(format!("trigger {ids:?} {to:?}"))
    }

    fn pipeline_state(&mut self, id: PipelineId) -> Result<PipelineState, Error> {
        self.call(format!("state {id}"))?;
        Ok(PipelineState::Paused)
    }

    fn init_instance(&mut self, config: &InstanceConfig, payload: &[u8]) -> Result<(), Error> {
        *self.data.borrow_mut() = payload.to_vec();
        let driver = match config.driver {
            acelab_audio::Driver::Copier => "copier",
            acelab_audio::Driver::Module(module) => module.name(),
            acelab_audio::Driver::Loaded(_) => "loaded",
        };
        self.call(format!(
            "init {} {driver} {:?} {:?} stack {}",
            config.key, config.pipeline, config.domain, config.stack_bytes
        ))
    }

    fn delete_instance(&mut self, key: InstanceKey) -> Result<(), Error> {
        self.call(format!("delete {key}"))
    }

    fn bind(&mut self, binding: Binding) -> Result<(), Error> {
        let Binding {
            src,
            src_queue,
            dst,
            dst_queue,
        } = binding;
        self.call(format!("bind {src}:{src_queue} {dst}:{dst_queue}"))
    }

    fn unbind(&mut self, binding: Binding) -> Result<(), Error> {
        let Binding {
            src,
            src_queue,
            dst,
            dst_queue,
        } = binding;
        self.call(format!("unbind {src}:{src_queue} {dst}:{dst_queue}"))
    }

    fn config_get(&mut self, key: InstanceKey, param: u16) -> Result<u32, Error> {
        self.call(format!("get {key} {param}"))?;
        Ok(0xABCD_1234)
    }

    fn config_set(&mut self, key: InstanceKey, param: u16, value: u16) -> Result<(), Error> {
        self.call(format!("set {key} {param} {value}"))
    }

    fn large_config_get(
        &mut self,
        key: InstanceKey,
        param: u32,
        fragment: Fragment,
        out: &mut [u8],
    ) -> Result<usize, Error> {
        self.call(format!("large get {key} {param} {fragment:?}"))?;
        let place = out
            .get_mut(..self.produce.len())
            .ok_or(Error::ResponseTooBig)?;
        place.copy_from_slice(&self.produce);
        Ok(self.produce.len())
    }

    fn large_config_set(
        &mut self,
        key: InstanceKey,
        param: u32,
        fragment: Fragment,
        block: &[u8],
    ) -> Result<(), Error> {
        *self.data.borrow_mut() = block.to_vec();
        self.call(format!(
            "large set {key} {param} {fragment:?} {} bytes",
            block.len()
        ))
    }

    fn chain_dma(&mut self, request: ChainRequest) -> Result<(), Error> {
        self.call(format!("{request:?}"))
    }

    fn tasks(&mut self, domain: Domain) -> u32 {
        match domain {
            Domain::Ll => 2,
            Domain::Dp => 0,
        }
    }
}

/// Inbox, reply page, and the engine between them.
pub struct Core {
    pub engine: Engine,
    pub inbox: Vec<AtomicU32>,
    pub reply: Vec<AtomicU32>,
}

impl Default for Core {
    fn default() -> Self {
        Self {
            engine: Engine::default(),
            inbox: (0..2048).map(|_| AtomicU32::new(0)).collect(),
            reply: (0..1024).map(|_| AtomicU32::new(0)).collect(),
        }
    }
}

impl Core {
    /// A core whose inbox holds `bytes`.
    pub fn with_inbox(bytes: &[u8]) -> Self {
        let core = Self::default();
        core.put(bytes);
        core
    }

    /// Puts bytes into the inbox.
    pub fn put(&self, bytes: &[u8]) {
        for (slot, chunk) in self.inbox.iter().zip(bytes.chunks(4)) {
            let mut word = [0; 4];
            word[..chunk.len()].copy_from_slice(chunk);
            slot.store(u32::from_le_bytes(word), Ordering::Relaxed);
        }
    }

    /// An executor on this core.
    pub fn executor(&self) -> Executor<'_, &Engine> {
        Executor::over(&self.engine, &self.inbox, &self.reply)
    }

    /// Executes one command on a new executor.
    pub fn execute(&self, primary: u32, extension: u32) -> Answer {
        self.executor().execute(&command(primary, extension))
    }

    /// What the engine was asked.
    pub fn calls(&self) -> Vec<String> {
        self.engine.calls.borrow().clone()
    }

    /// Whether a line of the log has `text`.
    pub fn logged(&self, text: &str) -> bool {
        self.engine
            .log
            .borrow()
            .iter()
            .any(|line| line.contains(text))
    }

    /// Bytes of the reply page.
    pub fn reply_bytes(&self, len: u32) -> Vec<u8> {
        let words = self.reply.iter().map(|word| word.load(Ordering::Relaxed));
        words
            .flat_map(u32::to_le_bytes)
            .take(len as usize)
            .collect()
    }
}

/// A command to be executed as a whole.
pub fn command(primary: u32, extension: u32) -> Command {
    Command {
        sequence: 7,
        primary,
        extension,
        phase: Phase::Whole,
        loaded: None,
    }
}
