//! Messages for the firmware as a whole.

use acelab_abi::ipc4::layout;
use acelab_abi::ipc4::{GlobalType, Status};
use acelab_abi::log::Level;

use crate::firmware::Firmware;
use crate::handler::{Outcome, Request};
use crate::inbox::Inbox;

pub(crate) fn execute(request: Request, inbox: Inbox<'_>, firmware: &mut impl Firmware) -> Outcome {
    let kind = request.primary.kind();
    match GlobalType::from_code(kind) {
        Some(GlobalType::CreatePipeline) => create_pipeline(request, firmware),
        Some(GlobalType::DeletePipeline) => {
            let id = layout::PPL_ID.get(request.primary.word(), request.extension);
            Err(no_pipeline(id, firmware))
        }
        Some(GlobalType::SetPipelineState) => set_pipeline_state(request, inbox, firmware),
        Some(GlobalType::LoadLibrary) if request.primary.word() >> 16 & 0xF == 0 => {
            firmware.log(
                Level::Error,
                "ipc",
                format_args!("library id 0 is the base firmware"),
            );
            Err(Status::InvalidParam)
        }
        Some(known) => {
            firmware.log(
                Level::Error,
                "ipc",
                format_args!("not implemented ipc message type {known}"),
            );
            Err(Status::Unavailable)
        }
        None => {
            firmware.log(
                Level::Error,
                "ipc",
                format_args!("unsupported ipc message type {kind}"),
            );
            Err(Status::Unavailable)
        }
    }
}

fn create_pipeline(request: Request, firmware: &mut impl Firmware) -> Outcome {
    let core = layout::PPL_CORE.get(request.primary.word(), request.extension);
    if core >= firmware.core_count() {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("invalid pipeline core ID: {core}"),
        );
        return Err(Status::InvalidCoreId);
    }
    if firmware.active_cores() & 1 << core == 0 {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("core #{core} is disabled"),
        );
        return Err(Status::InvalidCoreId);
    }
    firmware.log(
        Level::Error,
        "ipc",
        format_args!(
            "not implemented ipc message type {}",
            GlobalType::CreatePipeline
        ),
    );
    Err(Status::Unavailable)
}

fn set_pipeline_state(request: Request, inbox: Inbox<'_>, firmware: &mut impl Firmware) -> Outcome {
    let (primary, extension) = (request.primary.word(), request.extension);
    if layout::PPL_MULTI.get(primary, extension) == 0 {
        return Err(no_pipeline(
            layout::PPL_ID.get(primary, extension),
            firmware,
        ));
    }
    let most = (inbox.bytes() / 4).saturating_sub(1);
    let count = inbox.word(0).unwrap_or(0);
    if count == 0 || count > most {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("invalid pipeline count {count}"),
        );
        return Err(Status::InvalidParam);
    }
    Err(no_pipeline(inbox.word(1).unwrap_or(0), firmware))
}

fn no_pipeline(id: u32, firmware: &mut impl Firmware) -> Status {
    firmware.log(
        Level::Error,
        "ipc",
        format_args!("pipeline {id} does not exist"),
    );
    Status::InvalidResourceId
}
