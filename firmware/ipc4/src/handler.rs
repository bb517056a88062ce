//! One request from its two words to its reply.

use core::sync::atomic::AtomicU32;

use acelab_abi::ipc4::{Primary, Status, Target};
use acelab_abi::log::Level;

use crate::firmware::Firmware;
use crate::inbox::Inbox;
use crate::outbox::Outbox;
use crate::router::Router;
use crate::{global, module};

/// A message from the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Primary word.
    pub primary: Primary,
    /// Extension word.
    pub extension: u32,
}

/// What goes back to the host. A payload, if there is one, is in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Primary word with the status.
    pub primary: Primary,
    /// Extension word: that of the request, except after LARGE_CONFIG_GET.
    pub extension: u32,
}

/// What a command produced: its status, and the extension if it has one of
/// its own.
pub(crate) type Outcome = Result<Option<u32>, Status>;

impl Router {
    /// Executes `request`, here or on the core that it concerns, and says what
    /// to answer.
    ///
    /// `inbox` and `outbox` are the mailbox windows; both are memory that the
    /// host reaches at any time.
    pub fn handle(
        &mut self,
        request: Request,
        inbox: &[AtomicU32],
        outbox: &[AtomicU32],
        firmware: &mut impl Firmware,
    ) -> Reply {
        let Request { primary, extension } = request;
        firmware.log(
            Level::Info,
            "ipc",
            format_args!("rx\t: {:#x}|{extension:#x}", primary.word()),
        );
        self.collect(firmware);
        let inbox = Inbox::new(inbox);
        let outcome = execute(request, inbox, &mut Outbox::new(outbox), self, firmware);
        let (status, extension) = match outcome {
            Ok(own) => (Status::Success, own.unwrap_or(extension)),
            Err(status) => {
                firmware.log(
                    Level::Error,
                    "ipc",
                    format_args!(
                        "ipc4: {} failed with err {}",
                        primary.target().name(),
                        status.code()
                    ),
                );
                (status, extension)
            }
        };
        let reply = Reply {
            primary: primary.reply(status),
            extension,
        };
        firmware.log(
            Level::Info,
            "ipc",
            format_args!("tx-reply\t: {:#x}|{extension:#x}", reply.primary.word()),
        );
        reply
    }
}

fn execute(
    request: Request,
    inbox: Inbox<'_>,
    outbox: &mut Outbox<'_>,
    router: &mut Router,
    firmware: &mut impl Firmware,
) -> Outcome {
    if request.primary.is_reply() {
        firmware.log(Level::Error, "ipc", format_args!("a reply is no request"));
        return Err(Status::InvalidRequest);
    }
    match request.primary.target() {
        Target::Global => global::execute(request, inbox, router, firmware),
        Target::Module => module::execute(request, inbox, outbox, router, firmware),
    }
}
