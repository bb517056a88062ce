//! Messages between the cores.

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_kernel::arch::xtensa::{ContextRef, Mmio, current_core, without_interrupts};
use acelab_kernel::cross_core;
use acelab_kernel::idc::{self, Doorbell, Inbox, Message};

use crate::{deferred, fatal, kernel, power, threads};

cross_core! {
    static INBOXES: [Inbox; MAX_CORES] = [const { Inbox::new() }; MAX_CORES];
}

/// Sends `message` to core `to`.
pub fn send(to: CoreId, message: Message) {
    without_interrupts(|| idc::send(Mmio, to, &INBOXES[to.index()], message));
}

/// Forgets what was sent to a core that has no power.
pub fn forget(core: CoreId) {
    INBOXES[core.index()].clear();
}

/// Lets this core be rung.
pub fn open() {
    Doorbell::new(Mmio, current_core()).open();
}

/// Lets this core be rung in vain.
pub fn close() {
    Doorbell::new(Mmio, current_core()).close();
}

/// Handles the doorbell's interrupt.
///
/// `context` is that of the thread it has interrupted.
pub fn interrupt(context: ContextRef) {
    let core = current_core();
    Doorbell::new(Mmio, core).answer();
    let messages = INBOXES[core.index()].take();
    // Reschedule asks for nothing else: the core looks for another thread at the
    // end of every handler.
    kernel::service(core);
    if messages.contains(Message::Halt) {
        fatal::halted_by_another_core(Some(context));
    }
    if messages.contains(Message::Crashed) {
        fatal::another_core_crashed(context);
    }
    if messages.contains(Message::Notify) {
        deferred::raise();
        threads::post(core, threads::CHANGED);
    }
    #[cfg(feature = "debug-ipc")]
    if messages.contains(Message::Ping) {
        crate::debug::answer();
    }
    if messages.contains(Message::PowerDown) {
        power::leave();
    }
}
