//! Messages between the cores.

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_kernel::arch::xtensa::{Mmio, current_core, without_interrupts};
use acelab_kernel::cross_core;
use acelab_kernel::idc::{self, Doorbell, Inbox, Message};

use crate::{deferred, fatal, power};

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
pub fn interrupt() {
    let core = current_core();
    Doorbell::new(Mmio, core).answer();
    let messages = INBOXES[core.index()].take();
    if messages.contains(Message::Halt) {
        fatal::halted_by_another_core();
    }
    if messages.contains(Message::Crashed) {
        fatal::another_core_crashed();
    }
    if messages.contains(Message::Notify) {
        deferred::raise();
    }
    #[cfg(feature = "debug-ipc")]
    if messages.contains(Message::Ping) {
        crate::debug::answer();
    }
    if messages.contains(Message::PowerDown) {
        power::leave();
    }
}
