//! Messages for a module instance. Module 0 is the base firmware.

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::pipeline::{InstanceKey, NO_PIPELINE};
use acelab_abi::ipc4::{ModuleType, Status, layout};
use acelab_abi::log::Level;

use crate::firmware::Firmware;
use crate::forward::Phase;
use crate::global::{existing_core, field};
use crate::handler::{Outcome, Request};
use crate::inbox::Inbox;
use crate::outbox::Outbox;
use crate::router::Router;
use crate::{base_fw, power};

pub(crate) fn execute(
    request: Request,
    inbox: Inbox<'_>,
    outbox: &mut Outbox<'_>,
    router: &mut Router,
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
    let key = InstanceKey::of_word(request.primary.word());
    let base = key == BASE_FIRMWARE;
    match known {
        ModuleType::LargeConfigGet if base => {
            base_fw::get(request, inbox, outbox, router, firmware)
        }
        ModuleType::LargeConfigSet if base => base_fw::set(request, inbox, firmware).map(|()| None),
        ModuleType::SetDx if base => power::set_dx(inbox, router, firmware).map(|()| None),
        // The firmware gates no power and no clock on its own, so whatever the
        // host allows or forbids is met already.
        ModuleType::SetD0ix if base => Ok(None),
        ModuleType::InitInstance => init_instance(key, request, router, firmware),
        ModuleType::EnterModuleRestore | ModuleType::ExitModuleRestore => {
            firmware.log(
                Level::Error,
                "ipc",
                format_args!("not implemented ipc message type {known}"),
            );
            Err(Status::Unavailable)
        }
        ModuleType::Bind | ModuleType::Unbind => {
            let core = common_core(known, key, request, router, firmware)?;
            router.send(core, request, Phase::Whole, firmware)
        }
        ModuleType::ConfigGet
        | ModuleType::ConfigSet
        | ModuleType::LargeConfigGet
        | ModuleType::LargeConfigSet => {
            let core = find(known, key, router, firmware)?;
            router.send(core, request, Phase::Whole, firmware)
        }
        ModuleType::DeleteInstance => {
            let core = find(known, key, router, firmware)?;
            router.delete_instance(key, core, request, firmware)
        }
        ModuleType::SetDx | ModuleType::SetD0ix => Err(no_instance(known, key, firmware)),
    }
}

/// Module 0, instance 0.
const BASE_FIRMWARE: InstanceKey = InstanceKey::new(0, 0);

fn init_instance(
    key: InstanceKey,
    request: Request,
    router: &mut Router,
    firmware: &mut impl Firmware,
) -> Outcome {
    let refuse = Err(Status::ModNotInitialized);
    if let Some(core) = router.instance(key) {
        router.refuse_late(core, firmware)?;
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("comp id is already taken: {key}"),
        );
        return refuse;
    }
    let number = field(layout::INIT_CORE, request);
    let Some(core) = existing_core(number, firmware) else {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("invalid component core ID: {number}"),
        );
        return refuse;
    };
    if firmware.active_cores() & core.bit() == 0 {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("core #{core} is disabled"),
        );
        return refuse;
    }
    // The field has eight bits.
    let id = field(layout::INIT_PPL, request) as u8;
    let pipeline = (id != NO_PIPELINE).then_some(id);
    if pipeline.is_some_and(|id| router.pipeline(id) != Some(core)) {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("no pipeline {id} on core {core} for comp {key}"),
        );
        return refuse;
    }
    router.create_instance(key, pipeline, core, request, firmware)
}

/// Core of both ends of a binding.
fn common_core(
    known: ModuleType,
    source: InstanceKey,
    request: Request,
    router: &Router,
    firmware: &mut impl Firmware,
) -> Result<CoreId, Status> {
    let sink = InstanceKey::of_word(request.extension);
    let (Some(core), Some(other)) = (router.instance(source), router.instance(sink)) else {
        firmware.log(
            Level::Error,
            "ipc",
            format_args!("failed to find src {source}, or dst {sink}"),
        );
        return Err(Status::InvalidResourceId);
    };
    if core == other {
        return Ok(core);
    }
    firmware.log(
        Level::Error,
        "ipc",
        format_args!("Cross-core binding is disabled: {source} on {core}, {sink} on {other}"),
    );
    Err(if known == ModuleType::Bind {
        Status::InvalidResourceState
    } else {
        Status::Failure
    })
}

fn find(
    known: ModuleType,
    key: InstanceKey,
    router: &Router,
    firmware: &mut impl Firmware,
) -> Result<CoreId, Status> {
    router
        .instance(key)
        .ok_or_else(|| no_instance(known, key, firmware))
}

fn no_instance(known: ModuleType, key: InstanceKey, firmware: &mut impl Firmware) -> Status {
    firmware.log(
        Level::Error,
        "ipc",
        format_args!("{known}: no module instance {key}"),
    );
    Status::InvalidResourceId
}
