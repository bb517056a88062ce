//! What commands need of the firmware they run in.

use core::fmt;

use acelab_abi::audio_fault::AudioFault;
use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_abi::log::Level;
use acelab_abi::manifest::MODULE_BYTES;
use acelab_audio::LoadedModule;

use crate::forward::{Answer, Command, Forwarded};

/// Why a core did not change its power state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerError {
    /// The hardware did not report the new state in time.
    Hardware,
    /// The core's firmware did not answer in time.
    Core,
    /// A thread is pinned to the core.
    Busy,
}

/// What ENABLE_LOGS asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Least important level that is still logged; `None` switches logging
    /// off.
    pub level: Option<Level>,
    /// Time after which unread lines are announced, in ms.
    pub aging_ms: u32,
}

/// What MEMORY_STATE_INFO tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryState {
    /// Pages of the page pool.
    pub pages_total: u32,
    /// Those that nobody has.
    pub pages_free: u32,
    /// Bytes of the audio domain's heap.
    pub heap_bytes_total: u32,
    /// Those that are in use.
    pub heap_bytes_used: u32,
    /// Blocks of the audio domain's heap that are in use.
    pub heap_blocks: u32,
    /// Kernel objects.
    pub objects_used: u32,
    /// Threads.
    pub threads_used: u32,
}

/// The module table of the manifest.
pub trait ModuleTable {
    /// Number of entries.
    fn count(&self) -> u32;

    /// Word `word` of entry `entry`, `None` outside the table.
    fn word(&self, entry: u32, word: usize) -> Option<u32>;
}

/// The largest id of a library; 0 is the firmware itself.
pub const MAX_LIBRARIES: u32 = 15;

/// What LIBRARIES_INFO tells of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LibraryInfo {
    /// Name, padded with zeros, as in the manifest.
    pub name: [u32; 2],
    /// Major, minor, hotfix, build.
    pub version: [u16; 4],
    /// Number of its modules.
    pub modules: u32,
}

/// A module entry of a manifest.
pub type ModuleWords = [u32; (MODULE_BYTES / 4) as usize];

/// The firmware around the IPC handler.
pub trait Firmware {
    /// Writes one line to the log of the executing core.
    fn log(&mut self, level: Level, module: &str, text: fmt::Arguments<'_>);

    /// Cores the part has, at least 1.
    fn core_count(&self) -> u32;

    /// Cores that are powered and running, one bit each.
    fn active_cores(&self) -> u32;

    /// Powers a core up and waits until it is ready for work. A core that is
    /// ready already is no error.
    fn core_up(&mut self, core: CoreId) -> Result<(), PowerError>;

    /// Stops a core and takes its power. A core that is off is no error.
    fn core_down(&mut self, core: CoreId) -> Result<(), PowerError>;

    /// The module table, `None` when the manifest is damaged.
    fn modules(&self) -> Option<impl ModuleTable>;

    /// Makes the DMA channel ready that a library is to come by. A channel that is
    /// ready already stays as it is.
    ///
    /// # Errors
    /// The status to answer.
    fn prepare_library(&mut self, channel: u32) -> Result<(), Status>;

    /// Loads library `id` by a DMA channel, which is free again then.
    ///
    /// # Errors
    /// The status to answer; nothing has changed.
    fn load_library(&mut self, channel: u32, id: u32) -> Result<(), Status>;

    /// Removes library `id`.
    ///
    /// # Errors
    /// The status to answer; nothing has changed.
    fn remove_library(&mut self, id: u32) -> Result<(), Status>;

    /// The library with this id, 1 to [`MAX_LIBRARIES`].
    fn library(&self, id: u32) -> Option<LibraryInfo>;

    /// The entry of a module of library `id`.
    fn library_module(&self, id: u32, index: u32) -> Option<ModuleWords>;

    /// Makes the code of a loadable module usable for an instance on `core`, in the
    /// core's own domain or in one that is made for the instance.
    ///
    /// # Errors
    /// The status to answer; nothing has changed.
    fn acquire_module(
        &mut self,
        key: InstanceKey,
        core: CoreId,
        own_domain: bool,
    ) -> Result<LoadedModule, Status>;

    /// Only instances that `exists` knows still need the code of their modules.
    fn keep_modules(&mut self, exists: impl Fn(InstanceKey) -> bool);

    /// Version of the firmware: major, minor, hotfix, build.
    fn version(&self) -> [u16; 4];

    /// Applies ENABLE_LOGS.
    fn set_log(&mut self, settings: LogSettings);

    /// Hands `command` to the IPC thread of an active core and waits for its
    /// answer, as long as the build allows.
    fn forward(&mut self, core: CoreId, command: Command) -> Forwarded;

    /// The answer that `core` was late with, if it has come now. The core is
    /// late no more then.
    fn late_answer(&mut self, core: CoreId) -> Option<Answer>;

    /// Whether `core` has been late for longer than a command may take, so that
    /// nobody counts on its answer any more.
    fn is_overdue(&self, core: CoreId) -> bool;

    /// Whether `core` has an IPC thread: false too once that has ended.
    fn core_has_audio(&self, core: CoreId) -> bool;

    /// Whether this fault is planted, to show that a test would find it.
    fn planted(&self, fault: AudioFault) -> bool {
        let _ = fault;
        false
    }

    /// Applies NOTIFICATION_MASK: of the bits in `notifications`, those in
    /// `enabled` are set and the others cleared.
    fn set_notification_mask(&mut self, notifications: u32, enabled: u32);

    /// What MEMORY_STATE_INFO tells.
    fn memory_state(&mut self) -> MemoryState;

    /// Starts a test that has no result. What stops the firmware starts only
    /// after the host has acknowledged the reply.
    #[cfg(feature = "debug-ipc")]
    fn test_start(&mut self, test: crate::TestRequest) -> Result<(), Status>;

    /// Runs a test to its end.
    #[cfg(feature = "debug-ipc")]
    fn test_run(&mut self, test: crate::TestRequest) -> Result<crate::TestResult, Status>;
}
