//! IPC4, the protocol between the host driver and the firmware: two message
//! words (primary and extension) and a payload in a memory window.
//!
//! Requests carry their payload in the inbox (window 1), replies and
//! notifications in the outbox (second half of window 0).

#[macro_use]
pub mod wire;

pub mod audio_format;
pub mod base_fw;
pub mod control;
pub mod copier;
pub mod dmic;
pub mod fw_registers;
pub mod header;
pub mod layout;
pub mod message;
pub mod mixer;
pub mod module_config;
pub mod module_id;
pub mod node_id;
pub mod notification;
pub mod object;
pub mod pipeline;
pub mod rate;
pub mod resource_event;
pub mod ssp;
pub mod status;
pub mod tlv;
pub mod volume;

pub use base_fw::BaseFwParam;
pub use header::{Primary, Target};
pub use message::{GlobalType, ModuleType};
pub use module_id::ModuleId;
pub use notification::NotificationType;
pub use status::Status;

/// Version of the firmware register block in window 0, written to
/// [`fw_registers::ABI_VERSION`] at boot.
pub const FW_REGISTERS_VERSION: u32 = 1;

/// Version of the host interface as shown in the boot banner:
/// major 31:24, minor 23:12, patch 11:0. The number is our own.
pub const FW_ABI_VERSION: u32 = 0x0100_0000;

/// Version of the debug interface (log slots, debug IPC), in the same layout.
pub const DEBUG_ABI_VERSION: u32 = 0x0100_0000;

/// The largest payload of one message or one block of a LARGE_CONFIG
/// transfer, in bytes.
pub const MAX_PAYLOAD_BYTES: u32 = 0x1000;
