//! What the IPC4 handler needs of this firmware.

use core::fmt;

use acelab_abi::audio_fault::AudioFault;
use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_abi::log::Level;
use acelab_audio::LoadedModule;
use acelab_ipc4::{
    Answer, Command, Firmware, Forwarded, LibraryInfo, LogSettings, MemoryState, ModuleTable,
    ModuleWords, PowerError,
};

use crate::background::Background;
use crate::library::Libraries;
use crate::manifest::{Table, VERSION};
use crate::threads::IPC_PRIORITY;
use crate::{audio, klog, log_service, power};

/// The firmware as commands see it; lives in core 0's main loop.
pub struct Commands {
    libraries: Libraries,
    /// A test that waits for the host to take its reply.
    #[cfg(feature = "debug-ipc")]
    deferred: Option<acelab_ipc4::TestRequest>,
}

impl Commands {
    pub const fn new(libraries: Libraries) -> Self {
        Self {
            libraries,
            #[cfg(feature = "debug-ipc")]
            deferred: None,
        }
    }

    /// True while a test waits for the host to take its reply.
    #[cfg(feature = "debug-ipc")]
    pub fn has_deferred(&self) -> bool {
        self.deferred.is_some()
    }

    /// Starts the test that has waited.
    #[cfg(feature = "debug-ipc")]
    pub fn start_deferred(&mut self) {
        if let Some(test) = self.deferred.take() {
            crate::debug::start_deferred(test);
        }
    }
}

impl Firmware for Commands {
    fn log(&mut self, level: Level, module: &str, text: fmt::Arguments<'_>) {
        klog::write_line(level, module, text);
    }

    fn core_count(&self) -> u32 {
        power::count()
    }

    fn active_cores(&self) -> u32 {
        power::active()
    }

    fn core_up(&mut self, core: CoreId) -> Result<(), PowerError> {
        power::up(core)
    }

    fn core_down(&mut self, core: CoreId) -> Result<(), PowerError> {
        power::down(core)
    }

    fn modules(&self) -> Option<impl ModuleTable> {
        Table::read()
    }

    fn version(&self) -> [u16; 4] {
        VERSION
    }

    fn prepare_library(&mut self, channel: u32) -> Result<(), Status> {
        self.libraries.prepare(channel)
    }

    fn load_library(&mut self, channel: u32, id: u32) -> Result<(), Status> {
        let _background = Background::begin(IPC_PRIORITY as u8);
        self.libraries.load(channel, id)
    }

    fn remove_library(&mut self, id: u32) -> Result<(), Status> {
        self.libraries.remove(id)
    }

    fn library(&self, id: u32) -> Option<LibraryInfo> {
        self.libraries.info(id)
    }

    fn library_module(&self, id: u32, index: u32) -> Option<ModuleWords> {
        self.libraries.module(id, index)
    }

    fn acquire_module(
        &mut self,
        key: InstanceKey,
        core: CoreId,
        own_domain: bool,
    ) -> Result<LoadedModule, Status> {
        let _background = Background::begin(IPC_PRIORITY as u8);
        self.libraries.acquire(key.word(), core, own_domain)
    }

    fn keep_modules(&mut self, exists: impl Fn(InstanceKey) -> bool) {
        self.libraries.keep(|key| exists(InstanceKey::of_word(key)));
    }

    fn set_log(&mut self, settings: LogSettings) {
        klog::set_level(settings.level);
        log_service::set_ageing(settings.aging_ms);
    }

    fn forward(&mut self, core: CoreId, command: Command) -> Forwarded {
        audio::forward(core, command)
    }

    fn late_answer(&mut self, core: CoreId) -> Option<Answer> {
        audio::late_answer(core)
    }

    fn is_overdue(&self, core: CoreId) -> bool {
        audio::is_overdue(core)
    }

    fn core_has_audio(&self, core: CoreId) -> bool {
        audio::is_up(core)
    }

    fn planted(&self, fault: AudioFault) -> bool {
        audio::planted(fault)
    }

    fn set_notification_mask(&mut self, notifications: u32, enabled: u32) {
        if let Some(shared) = audio::shared() {
            let others = shared.event_mask() & !notifications;
            shared.set_event_mask(others | enabled & notifications);
        }
    }

    fn memory_state(&mut self) -> MemoryState {
        audio::memory_state()
    }

    #[cfg(feature = "debug-ipc")]
    fn test_start(&mut self, test: acelab_ipc4::TestRequest) -> Result<(), Status> {
        if crate::debug::start(test)? {
            self.deferred = Some(test);
        }
        Ok(())
    }

    #[cfg(feature = "debug-ipc")]
    fn test_run(
        &mut self,
        test: acelab_ipc4::TestRequest,
    ) -> Result<acelab_ipc4::TestResult, Status> {
        crate::debug::run(test)
    }
}
