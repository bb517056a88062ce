//! The host mailbox, and the thread that executes the host's commands.

use core::sync::atomic::Ordering;

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::notification::Notification;
use acelab_abi::memory::{INBOX, OUTBOX};
use acelab_ipc4::{Request, Router};
use acelab_kernel::arch::xtensa::{Mmio, PrimaryOnly, words};
use acelab_kernel::mailbox::{HostMailbox, Outbox, Outgoing, Payload};
use acelab_user::Deadline;

use crate::commands::Commands;
use crate::library::Libraries;
use crate::owned::Owned;
use crate::{audio, threads};

static MAILBOX: PrimaryOnly<HostMailbox<Mmio, Window>> =
    PrimaryOnly::new(HostMailbox::new(Mmio, Window));

/// The outbox in window 0.
struct Window;

impl Outbox for Window {
    fn put(&self, index: usize, word: u32) {
        words(OUTBOX)[index].store(word, Ordering::Relaxed);
    }
}

/// Where commands go; the thread `ipc` alone uses it.
static ROUTER: Owned<Router> = Owned::new(Router::new());

/// Handles the mailbox interrupt.
pub fn interrupt() {
    MAILBOX.with(HostMailbox::interrupt);
    threads::post(CoreId::PRIMARY, threads::MAILBOX);
}

/// Queues a notification.
pub fn notify(notification: Notification) {
    MAILBOX.with(|mailbox| mailbox.notify(notification));
}

/// Queues a notification of user code.
pub fn notify_for_user(notification: Notification, payload: Payload) {
    MAILBOX.with(|mailbox| mailbox.notify_for_user(notification, payload));
}

/// The thread `ipc`: says FW_READY, then executes commands for ever, one after
/// another.
pub extern "C" fn ipc(_: u32) -> ! {
    while !audio::is_up(CoreId::PRIMARY) {
        threads::wait(CoreId::PRIMARY, threads::CHANGED, Deadline::FOREVER);
    }
    let libraries = Libraries::take();
    let ready = if libraries.any() {
        Notification::fw_ready_with_libraries()
    } else {
        Notification::fw_ready()
    };
    MAILBOX.with(|mailbox| {
        mailbox.notify(ready);
        mailbox.open();
    });
    let mut commands = Commands::new(libraries);
    let router = ROUTER.take();
    loop {
        if let Some(command) = MAILBOX.with(HostMailbox::take) {
            let request = Request {
                primary: command.primary,
                extension: command.extension,
            };
            let reply = router.handle(request, words(INBOX), words(OUTBOX), &mut commands);
            let reply = Outgoing {
                primary: reply.primary,
                extension: reply.extension,
            };
            MAILBOX.with(|mailbox| mailbox.complete(reply));
        }
        #[cfg(feature = "debug-ipc")]
        if MAILBOX.with(|mailbox| mailbox.all_taken()) {
            commands.start_deferred();
        }
        if !has_work(&commands) {
            threads::wait(CoreId::PRIMARY, threads::MAILBOX, Deadline::FOREVER);
        }
    }
}

#[cfg(not(feature = "debug-ipc"))]
fn has_work(_: &Commands) -> bool {
    MAILBOX.with(|mailbox| mailbox.has_command())
}

#[cfg(feature = "debug-ipc")]
fn has_work(commands: &Commands) -> bool {
    MAILBOX.with(|mailbox| mailbox.has_command() || commands.has_deferred() && mailbox.all_taken())
}
