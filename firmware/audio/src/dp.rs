//! Modules with a thread of their own.

use alloc::boxed::Box;

use acelab_module_sdk::Module;

/// A module and the data that it is to process, on its way between the tick and
/// the module's thread. Whoever has the job has both; nothing is shared.
pub struct DpJob {
    module: Box<dyn Module>,
}

impl DpJob {
    /// Processes the data. Called by the module's thread.
    pub fn run(&mut self) {
        self.module.reset();
    }
}
