//! LARGE_CONFIG of module 0, the base firmware.
//!
//! Every parameter but MODULES_INFO fits into one block. A GET needs the first
//! block only (its size field is not read, except where a parameter takes an
//! argument); a SET needs a block that is first and last.

mod enable_logs;
mod fw_config;
mod hw_config;
mod libraries_info;
mod library_remove;
mod memory_state;
mod modules_info;
mod notification_mask;
mod pipeline_list;
mod schedulers_info;
#[cfg(feature = "debug-ipc")]
pub(crate) mod test_param;

use acelab_abi::ipc4::base_fw::DATA_OFF_SIZE_MASK;
use acelab_abi::ipc4::{BaseFwParam, MAX_PAYLOAD_BYTES, Status, base_fw, layout};
use acelab_abi::log::Level;

use crate::firmware::Firmware;
use crate::forward::Phase;
use crate::handler::{Outcome, Request};
use crate::inbox::Inbox;
use crate::outbox::Outbox;
use crate::router::Router;

/// The arguments in the extension word of a LARGE_CONFIG request.
struct Block {
    param: u8,
    size: u32,
    first: bool,
    last: bool,
}

impl Block {
    fn of(extension: u32) -> Self {
        Self {
            param: (extension >> base_fw::PARAM_SHIFT) as u8,
            size: layout::LARGE_SIZE.get(0, extension),
            first: extension & base_fw::INIT_BLOCK != 0,
            last: extension & base_fw::FINAL_BLOCK != 0,
        }
    }
}

/// LARGE_CONFIG_GET: the payload is in `outbox`, the extension of the reply is
/// returned.
pub(crate) fn get(
    request: Request,
    inbox: Inbox<'_>,
    outbox: &mut Outbox<'_>,
    router: &mut Router,
    firmware: &mut impl Firmware,
) -> Outcome {
    let block = Block::of(request.extension);
    let produce = match BaseFwParam::from_code(block.param) {
        Some(BaseFwParam::FwConfig) => Get::FwConfig,
        Some(BaseFwParam::HwConfig) => Get::HwConfig,
        Some(BaseFwParam::ModulesInfo) => Get::ModulesInfo,
        Some(BaseFwParam::LibrariesInfo) => Get::LibrariesInfo,
        Some(BaseFwParam::PipelineList) => Get::PipelineList,
        Some(BaseFwParam::SchedulersInfo) => Get::SchedulersInfo,
        Some(BaseFwParam::MemoryStateInfo) => Get::MemoryState,
        #[cfg(feature = "debug-ipc")]
        Some(BaseFwParam::Test) => Get::Test,
        Some(known @ BaseFwParam::PowerStateInfo) => {
            // There are states to tell only where clocks change at run time.
            firmware.log(
                Level::Error,
                "base_fw",
                format_args!("parameter {known} is not available"),
            );
            return Err(Status::Unavailable);
        }
        _ => return Err(unknown(block.param, firmware)),
    };
    if !block.first && !matches!(produce, Get::ModulesInfo) {
        return Err(nothing_to_continue(firmware));
    }
    let mut ends = true;
    match produce {
        Get::FwConfig => fw_config::write(outbox, firmware),
        Get::HwConfig => hw_config::write(outbox, firmware),
        Get::ModulesInfo => {
            ends = modules_info::write(&block, outbox, firmware)?;
            Ok(())
        }
        Get::LibrariesInfo => libraries_info::write(outbox, firmware),
        Get::PipelineList => pipeline_list::write(outbox, router),
        Get::SchedulersInfo => {
            let core = schedulers_info::core(block.size, inbox, firmware)?;
            if let Some(core) = core {
                return router.send(core, request, Phase::Whole, firmware);
            }
            outbox.push(0)
        }
        Get::MemoryState => memory_state::write(outbox, firmware),
        #[cfg(feature = "debug-ipc")]
        Get::Test => test_param::get(block.size, inbox, outbox, firmware),
    }?;
    let produced = outbox.bytes() & DATA_OFF_SIZE_MASK;
    let last = if ends { base_fw::FINAL_BLOCK } else { 0 };
    let kept = request.extension & !(DATA_OFF_SIZE_MASK | base_fw::FINAL_BLOCK);
    Ok(Some(kept | last | produced))
}

/// Parameters that can be read.
enum Get {
    FwConfig,
    HwConfig,
    ModulesInfo,
    LibrariesInfo,
    PipelineList,
    SchedulersInfo,
    MemoryState,
    #[cfg(feature = "debug-ipc")]
    Test,
}

/// LARGE_CONFIG_SET.
pub(crate) fn set(
    request: Request,
    inbox: Inbox<'_>,
    firmware: &mut impl Firmware,
) -> Result<(), Status> {
    let block = Block::of(request.extension);
    let apply = match BaseFwParam::from_code(block.param) {
        Some(BaseFwParam::EnableLogs) => Set::EnableLogs,
        Some(BaseFwParam::NotificationMask) => Set::NotificationMask,
        Some(BaseFwParam::LibraryRemove) => Set::LibraryRemove,
        #[cfg(feature = "debug-ipc")]
        Some(BaseFwParam::Test) => Set::Test,
        _ => return Err(unknown(block.param, firmware)),
    };
    if !(block.first && block.last) {
        firmware.log(
            Level::Error,
            "base_fw",
            format_args!("parameter {} takes a single block", block.param),
        );
        return Err(Status::InvalidRequest);
    }
    let payload = inbox
        .first(block.size)
        .filter(|_| block.size <= MAX_PAYLOAD_BYTES);
    let Some(payload) = payload else {
        firmware.log(
            Level::Error,
            "base_fw",
            format_args!("payload of {} bytes is larger than the inbox", block.size),
        );
        return Err(Status::InvalidConfigDataStruct);
    };
    match apply {
        Set::EnableLogs => enable_logs::apply(block.size, payload, firmware),
        Set::LibraryRemove => library_remove::apply(block.size, payload, firmware),
        Set::NotificationMask => notification_mask::apply(block.size, payload, firmware),
        #[cfg(feature = "debug-ipc")]
        Set::Test => test_param::set(block.size, payload, firmware),
    }
}

/// Parameters that can be written.
enum Set {
    EnableLogs,
    NotificationMask,
    LibraryRemove,
    #[cfg(feature = "debug-ipc")]
    Test,
}

fn nothing_to_continue(firmware: &mut impl Firmware) -> Status {
    firmware.log(
        Level::Error,
        "base_fw",
        format_args!("there is no block to continue"),
    );
    Status::InvalidRequest
}

fn unknown(param: u8, firmware: &mut impl Firmware) -> Status {
    firmware.log(
        Level::Error,
        "base_fw",
        format_args!("unknown parameter {param}"),
    );
    Status::InvalidResourceId
}
