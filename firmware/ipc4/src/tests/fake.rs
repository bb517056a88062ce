//! A firmware without hardware: power is a mask, the log a list of lines.

use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering};
use std::format;
use std::string::String;
use std::vec::Vec;

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_abi::ipc4::{ModuleId, Primary, Status};
use acelab_abi::log::Level;
use acelab_abi::manifest::MODULE_BYTES;
use acelab_audio::LoadedModule;

use crate::{
    Answer, Command, Firmware, Forwarded, LibraryInfo, LogSettings, MemoryState, ModuleTable,
    ModuleWords, PowerError, Reply, Request, Router,
};

pub(super) struct Fake {
    pub cores: u32,
    pub active: u32,
    pub broken: Option<PowerError>,
    pub modules: Option<u32>,
    pub log: Vec<String>,
    pub settings: Option<LogSettings>,
    pub inbox: Vec<AtomicU32>,
    pub outbox: Vec<AtomicU32>,
    pub router: Router,
    /// What cores answer, in turn; without one they succeed.
    pub answers: Vec<Script>,
    /// What was sent to cores.
    pub sent: Vec<(CoreId, Command)>,
    /// Answers that have come late.
    pub late: [Option<Answer>; MAX_CORES],
    /// Cores that have been late for too long.
    pub overdue: u32,
    /// Cores without an IPC thread.
    pub deaf: u32,
    pub mask: Option<(u32, u32)>,
    /// Ids of libraries that are loaded, with one module each.
    pub libraries: Vec<u32>,
    /// Instances that have the code of their module.
    pub acquired: Vec<InstanceKey>,
}

/// How a core takes a command.
#[derive(Clone, Copy, Debug)]
pub enum Script {
    Status(Status),
    TimedOut,
    WrongSequence,
    Gone,
}

impl Default for Fake {
    fn default() -> Self {
        Self {
            cores: 5,
            active: 1,
            broken: None,
            modules: Some(1),
            log: Vec::new(),
            settings: None,
            inbox: (0..2048).map(|_| AtomicU32::new(0)).collect(),
            outbox: (0..1024).map(|_| AtomicU32::new(0)).collect(),
            router: Router::new(),
            answers: Vec::new(),
            sent: Vec::new(),
            late: [None; MAX_CORES],
            overdue: 0,
            deaf: 0,
            mask: None,
            libraries: Vec::new(),
            acquired: Vec::new(),
        }
    }
}

impl Fake {
    pub fn with_inbox(words: &[u32]) -> Self {
        let fake = Self::default();
        for (slot, word) in fake.inbox.iter().zip(words) {
            slot.store(*word, Ordering::Relaxed);
        }
        fake
    }

    pub fn answering(script: Script) -> Self {
        Self {
            answers: [script].to_vec(),
            ..Self::default()
        }
    }

    pub fn send(&mut self, primary: u32, extension: u32) -> Reply {
        let inbox = core::mem::take(&mut self.inbox);
        let outbox = core::mem::take(&mut self.outbox);
        let request = Request {
            primary: Primary::new(primary),
            extension,
        };
        let mut router = core::mem::take(&mut self.router);
        let reply = router.handle(request, &inbox, &outbox, self);
        (self.inbox, self.outbox, self.router) = (inbox, outbox, router);
        reply
    }

    pub fn status(&mut self, primary: u32, extension: u32) -> Status {
        let reply = self.send(primary, extension);
        assert!(reply.primary.is_reply());
        Status::from_code(reply.primary.specific()).expect("a known status")
    }

    pub fn outbox_words(&self, count: usize) -> Vec<u32> {
        self.outbox[..count]
            .iter()
            .map(|word| word.load(Ordering::Relaxed))
            .collect()
    }

    pub fn logged(&self, text: &str) -> bool {
        self.log.iter().any(|line| line.contains(text))
    }
}

struct Table(u32);

impl ModuleTable for Table {
    fn count(&self) -> u32 {
        self.0
    }

    fn word(&self, entry: u32, word: usize) -> Option<u32> {
        (entry < self.0 && word < MODULE_BYTES as usize / 4).then_some(entry << 8 | word as u32)
    }
}

impl Firmware for Fake {
    fn log(&mut self, level: Level, module: &str, text: fmt::Arguments<'_>) {
        self.log.push(format!("<{}> {module}: {text}", level.tag()));
    }

    fn core_count(&self) -> u32 {
        self.cores
    }

    fn active_cores(&self) -> u32 {
        self.active
    }

    fn core_up(&mut self, core: CoreId) -> Result<(), PowerError> {
        self.broken.map_or_else(
            || {
                self.active |= core.bit();
                Ok(())
            },
            Err,
        )
    }

    fn core_down(&mut self, core: CoreId) -> Result<(), PowerError> {
        self.broken.map_or_else(
            || {
                self.active &= !core.bit();
                Ok(())
            },
            Err,
        )
    }

    fn modules(&self) -> Option<impl ModuleTable> {
        self.modules.map(Table)
    }

    fn version(&self) -> [u16; 4] {
        [1, 2, 3, 4]
    }

    fn set_log(&mut self, settings: LogSettings) {
        self.settings = Some(settings);
    }

    fn forward(&mut self, core: CoreId, command: Command) -> Forwarded {
        assert_ne!(
            self.active & core.bit(),
            0,
            "a command for a core that is off"
        );
        self.sent.push((core, command));
        let answer = Answer {
            sequence: command.sequence,
            status: Status::Success,
            extension: command.extension,
            payload: 0,
        };
        if self.answers.is_empty() {
            return Forwarded::Done(answer);
        }
        match self.answers.remove(0) {
            Script::Status(status) => Forwarded::Done(Answer { status, ..answer }),
            Script::TimedOut => Forwarded::TimedOut,
            Script::WrongSequence => Forwarded::Done(Answer {
                sequence: command.sequence.wrapping_sub(1),
                ..answer
            }),
            Script::Gone => Forwarded::Gone,
        }
    }

    fn late_answer(&mut self, core: CoreId) -> Option<Answer> {
        self.late[core.index()].take()
    }

    fn is_overdue(&self, core: CoreId) -> bool {
        self.overdue & core.bit() != 0
    }

    fn core_has_audio(&self, core: CoreId) -> bool {
        self.active & !self.deaf & core.bit() != 0
    }

    fn set_notification_mask(&mut self, notifications: u32, enabled: u32) {
        self.mask = Some((notifications, enabled));
    }

    fn prepare_library(&mut self, channel: u32) -> Result<(), Status> {
        self.log.push(format!("prepare {channel}"));
        Ok(())
    }

    fn load_library(&mut self, channel: u32, id: u32) -> Result<(), Status> {
        self.log.push(format!("load {id} by {channel}"));
        if id == 0 {
            return Err(Status::InvalidParam);
        }
        if self.libraries.contains(&id) {
            return Err(Status::Failure);
        }
        self.libraries.push(id);
        Ok(())
    }

    fn remove_library(&mut self, id: u32) -> Result<(), Status> {
        if self
            .acquired
            .iter()
            .any(|key| ModuleId(key.module()).library() == id)
        {
            return Err(Status::Busy);
        }
        let place = self.libraries.iter().position(|other| *other == id);
        let place = place.ok_or(Status::InvalidResourceId)?;
        self.libraries.remove(place);
        Ok(())
    }

    fn library(&self, id: u32) -> Option<LibraryInfo> {
        self.libraries.contains(&id).then_some(LibraryInfo {
            name: [id, 0],
            version: [1, 2, 3, 4],
            modules: 1,
        })
    }

    fn library_module(&self, id: u32, index: u32) -> Option<ModuleWords> {
        let there = self.libraries.contains(&id) && index == 0;
        there.then(|| core::array::from_fn(|word| id << 8 | word as u32))
    }

    fn acquire_module(
        &mut self,
        key: InstanceKey,
        _core: CoreId,
        own_domain: bool,
    ) -> Result<LoadedModule, Status> {
        if !self.libraries.contains(&ModuleId(key.module()).library()) {
            return Err(Status::ModNotInitialized);
        }
        assert!(!self.acquired.contains(&key));
        self.acquired.push(key);
        Ok(LoadedModule {
            table: 0x6005_0000,
            inputs: 1,
            outputs: 1,
            data_processing: own_domain,
            heap_bytes: 0x4000,
            stack_bytes: 0x1000,
            domain: u32::from(own_domain),
        })
    }

    fn keep_modules(&mut self, exists: impl Fn(InstanceKey) -> bool) {
        self.acquired.retain(|key| exists(*key));
    }

    fn memory_state(&mut self) -> MemoryState {
        MemoryState {
            pages_total: 10,
            pages_free: 9,
            ..MemoryState::default()
        }
    }

    #[cfg(feature = "debug-ipc")]
    fn test_start(&mut self, _: crate::TestRequest) -> Result<(), Status> {
        Ok(())
    }

    #[cfg(feature = "debug-ipc")]
    fn test_run(&mut self, test: crate::TestRequest) -> Result<crate::TestResult, Status> {
        Ok(crate::TestResult::new(&test.args))
    }
}
