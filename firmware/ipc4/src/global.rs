//! Messages for the firmware as a whole.

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::layout::{self, Field};
use acelab_abi::ipc4::{GlobalType, Status};
use acelab_abi::log::Level;
use acelab_audio::PipelineId;

use crate::firmware::Firmware;
use crate::forward::Phase;
use crate::handler::{Outcome, Request};
use crate::inbox::Inbox;
use crate::pipeline_state;
use crate::router::Router;

pub(crate) fn execute(
    request: Request,
    inbox: Inbox<'_>,
    router: &mut Router,
    firmware: &mut impl Firmware,
) -> Outcome {
    let kind = request.primary.kind();
    match GlobalType::from_code(kind) {
        Some(GlobalType::CreatePipeline) => create_pipeline(request, router, firmware),
        Some(GlobalType::DeletePipeline) => {
            let (id, core) = find_pipeline(request, router, firmware)?;
            router.delete_pipeline(id, core, request, firmware)
        }
        Some(GlobalType::SetPipelineState) => pipeline_state::set(request, inbox, router, firmware),
        Some(GlobalType::GetPipelineState) => {
            let (_, core) = find_pipeline(request, router, firmware)?;
            router.send(core, request, Phase::Whole, firmware)
        }
        Some(GlobalType::ChainDma) => {
            // The field has five bits.
            let host = field(layout::CHAIN_HOST, request) as u8;
            let allocate = field(layout::CHAIN_ALLOCATE, request) != 0;
            let enable = field(layout::CHAIN_ENABLE, request) != 0;
            router.chain(host, allocate, enable, request, firmware)
        }
        Some(GlobalType::LoadLibraryPrepare) => {
            let channel = field(layout::LIBRARY_DMA, request);
            firmware.prepare_library(channel).map(|()| None)
        }
        Some(GlobalType::LoadLibrary) => {
            let channel = field(layout::LIBRARY_DMA, request);
            let library = field(layout::LIBRARY_ID, request);
            firmware.load_library(channel, library).map(|()| None)
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

fn create_pipeline(request: Request, router: &mut Router, firmware: &mut impl Firmware) -> Outcome {
    let id = pipeline_id(request);
    if let Some(core) = router.pipeline(id) {
        router.refuse_late(core, firmware)?;
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("comp id is already taken: pipeline {id}"),
        );
        return Err(Status::InvalidResourceId);
    }
    let number = field(layout::PPL_CORE, request);
    let Some(core) = existing_core(number, firmware) else {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("invalid pipeline core ID: {number}"),
        );
        return Err(Status::InvalidCoreId);
    };
    if firmware.active_cores() & core.bit() == 0 {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("core #{core} is disabled"),
        );
        return Err(Status::InvalidCoreId);
    }
    router.create_pipeline(id, core, request, firmware)
}

fn find_pipeline(
    request: Request,
    router: &Router,
    firmware: &mut impl Firmware,
) -> Result<(PipelineId, CoreId), Status> {
    let id = pipeline_id(request);
    match router.pipeline(id) {
        Some(core) => Ok((id, core)),
        None => {
            firmware.log(
                Level::Error,
                "ipc",
                format_args!("pipeline {id} does not exist"),
            );
            Err(Status::InvalidResourceId)
        }
    }
}

/// The core with this number, if the part has it.
pub(crate) fn existing_core(number: u32, firmware: &impl Firmware) -> Option<CoreId> {
    if number >= firmware.core_count() {
        return None;
    }
    u8::try_from(number).ok().and_then(CoreId::new)
}

/// Value of a field of the request.
pub(crate) fn field(field: Field, request: Request) -> u32 {
    field.get(request.primary.word(), request.extension)
}

fn pipeline_id(request: Request) -> PipelineId {
    // The field has eight bits.
    field(layout::PPL_ID, request) as u8
}
