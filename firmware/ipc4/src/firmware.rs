//! What commands need of the firmware they run in.

use core::fmt;

use acelab_abi::core_id::CoreId;
use acelab_abi::log::Level;

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

/// The module table of the manifest.
pub trait ModuleTable {
    /// Number of entries.
    fn count(&self) -> u32;

    /// Word `word` of entry `entry`, `None` outside the table.
    fn word(&self, entry: u32, word: usize) -> Option<u32>;
}

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

    /// Version of the firmware: major, minor, hotfix, build.
    fn version(&self) -> [u16; 4];

    /// Applies ENABLE_LOGS.
    fn set_log(&mut self, settings: LogSettings);

    /// Starts a test that has no result. What stops the firmware starts only
    /// after the host has acknowledged the reply.
    #[cfg(feature = "debug-ipc")]
    fn test_start(&mut self, test: crate::TestRequest) -> Result<(), acelab_abi::ipc4::Status>;

    /// Runs a test to its end.
    #[cfg(feature = "debug-ipc")]
    fn test_run(
        &mut self,
        test: crate::TestRequest,
    ) -> Result<crate::TestResult, acelab_abi::ipc4::Status>;
}
