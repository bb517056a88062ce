//! Messages for a module instance. Module 0 is the base firmware.

use acelab_abi::ipc4::{ModuleType, Status};
use acelab_abi::log::Level;

use crate::firmware::Firmware;
use crate::handler::{Outcome, Request};
use crate::inbox::Inbox;
use crate::outbox::Outbox;
use crate::{base_fw, power};

pub(crate) fn execute(
    request: Request,
    inbox: Inbox<'_>,
    outbox: &mut Outbox<'_>,
    firmware: &mut impl Firmware,
) -> Outcome {
    let kind = request.primary.kind();
    let Some(known) = ModuleType::from_code(kind) else {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("unsupported ipc message type {kind}"),
        );
        return Err(Status::UnknownMessageType);
    };
    let base = is_base_firmware(request);
    match known {
        ModuleType::LargeConfigGet if base => {
            base_fw::get(request, inbox, outbox, firmware).map(Some)
        }
        ModuleType::LargeConfigSet if base => base_fw::set(request, inbox, firmware).map(|()| None),
        ModuleType::SetDx if base => power::set_dx(inbox, firmware).map(|()| None),
        // The firmware gates no power and no clock on its own, so whatever the
        // host allows or forbids is met already.
        ModuleType::SetD0ix if base => Ok(None),
        ModuleType::InitInstance => {
            let id = request.primary.module_id();
            firmware.log(
                Level::Error,
                "ipc",
                format_args!("Couldn't find loadable module with id {id:#x}"),
            );
            Err(Status::ModNotInitialized)
        }
        ModuleType::EnterModuleRestore | ModuleType::ExitModuleRestore => {
            firmware.log(
                Level::Error,
                "ipc",
                format_args!("not implemented ipc message type {known}"),
            );
            Err(Status::Unavailable)
        }
        ModuleType::Bind | ModuleType::Unbind => {
            let source = instance_key(request.primary.specific());
            let sink = instance_key(request.extension);
            firmware.log(
                Level::Error,
                "ipc",
                format_args!("failed to find src {source:#x}, or dst {sink:#x}"),
            );
            Err(Status::InvalidResourceId)
        }
        ModuleType::ConfigGet
        | ModuleType::ConfigSet
        | ModuleType::LargeConfigGet
        | ModuleType::LargeConfigSet
        | ModuleType::SetDx
        | ModuleType::SetD0ix
        | ModuleType::DeleteInstance => {
            let key = instance_key(request.primary.specific());
            firmware.log(
                Level::Error,
                "ipc",
                format_args!("{known}: no module instance {key:#x}"),
            );
            Err(Status::InvalidResourceId)
        }
    }
}

fn is_base_firmware(request: Request) -> bool {
    request.primary.module_id() == 0 && request.primary.instance_id() == 0
}

/// Instance in bits 23:16, module in bits 15:0, in either message word.
fn instance_key(word: u32) -> u32 {
    word & 0x00FF_FFFF
}
