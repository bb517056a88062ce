//! Messages the firmware sends without being asked: global messages of type
//! [`super::GlobalType::Notification`] with the kind in bits 23:16.

use super::{GlobalType, Primary, Target};
use crate::core_id::CoreId;

codes! {
    /// Kind of a notification, bits 23:16 of the primary word.
    pub enum NotificationType: u8 {
        PhraseDetected = 4 => "PHRASE_DETECTED",
        ResourceEvent = 5 => "RESOURCE_EVENT",
        LogBufferStatus = 6 => "LOG_BUFFER_STATUS",
        TimestampCaptured = 7 => "TIMESTAMP_CAPTURED",
        FwReady = 8 => "FW_READY",
        FwAudClassResult = 9 => "FW_AUD_CLASS_RESULT",
        ExceptionCaught = 10 => "EXCEPTION_CAUGHT",
        ModuleNotification = 12 => "MODULE_NOTIFICATION",
        Uaol = 13 => "UAOL",
        ProbeDataAvailable = 14 => "PROBE_DATA_AVAILABLE",
        WatchdogTimeout = 15 => "WATCHDOG_TIMEOUT",
        ManagementService = 16 => "MANAGEMENT_SERVICE",
    }
}

const KIND_SHIFT: u32 = 16;
const LOG_CORE_SHIFT: u32 = 12;
const LOG_CORE_MASK: u32 = 0xF;

/// The two words of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Notification {
    /// Primary word.
    pub primary: Primary,
    /// Extension word.
    pub extension: u32,
}

/// FW_READY, bit 15: libraries were restored.
const LIBRARIES_RESTORED: u32 = 1 << 15;

impl Notification {
    const fn new(kind: NotificationType, specific: u32, extension: u32) -> Self {
        let header = Primary::request(Target::Global, GlobalType::Notification.code());
        let primary = header.with_specific((kind.code() as u32) << KIND_SHIFT | specific);
        Self { primary, extension }
    }

    /// The firmware accepts commands from now on; sent once after a boot.
    #[must_use]
    pub const fn fw_ready() -> Self {
        Self::new(NotificationType::FwReady, 0, 0)
    }

    /// The same, with the libraries that were loaded before the reset.
    #[must_use]
    pub const fn fw_ready_with_libraries() -> Self {
        Self::new(NotificationType::FwReady, LIBRARIES_RESTORED, 0)
    }

    /// The log of `core` wants to be read. The core is in bits 15:12, which
    /// are zero on firmware that logs from core 0 only.
    #[must_use]
    pub const fn log_buffer_status(core: CoreId) -> Self {
        let specific = (core.get() as u32) << LOG_CORE_SHIFT;
        Self::new(NotificationType::LogBufferStatus, specific, 0)
    }

    /// `core` met a fatal exception and the DSP has stopped.
    #[must_use]
    pub const fn exception_caught(core: CoreId) -> Self {
        Self::new(NotificationType::ExceptionCaught, 0, core.get() as u32)
    }

    /// A resource has an event; the payload says which.
    #[must_use]
    pub const fn resource_event() -> Self {
        Self::new(NotificationType::ResourceEvent, 0, 0)
    }

    /// Kind of a message, if the primary word is a notification at all.
    #[must_use]
    pub const fn kind_of(primary: Primary) -> Option<NotificationType> {
        if primary.is_reply()
            || matches!(primary.target(), Target::Module)
            || primary.kind() != GlobalType::Notification.code()
        {
            return None;
        }
        NotificationType::from_code((primary.specific() >> KIND_SHIFT) as u8)
    }

    /// Core of a LOG_BUFFER_STATUS notification, if the bits name one.
    #[must_use]
    pub const fn log_core_of(primary: Primary) -> Option<CoreId> {
        CoreId::new((primary.specific() >> LOG_CORE_SHIFT & LOG_CORE_MASK) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_the_field_uses() {
        assert_eq!(Notification::fw_ready().primary.word(), 0x1B08_0000);
        let restored = Notification::fw_ready_with_libraries();
        assert_eq!(restored.primary.word(), 0x1B08_8000);
        assert_eq!(
            Notification::log_buffer_status(CoreId::PRIMARY)
                .primary
                .word(),
            0x1B06_0000
        );
        assert_eq!(
            Notification::log_buffer_status(CoreId::ALL[3])
                .primary
                .word(),
            0x1B06_3000
        );
        assert_eq!(Notification::resource_event().primary.word(), 0x1B05_0000);
        let fault = Notification::exception_caught(CoreId::ALL[2]);
        assert_eq!((fault.primary.word(), fault.extension), (0x1B0A_0000, 2));
    }

    #[test]
    fn kind_is_read_back() {
        let primary = Notification::log_buffer_status(CoreId::ALL[4]).primary;
        assert_eq!(
            Notification::kind_of(primary),
            Some(NotificationType::LogBufferStatus)
        );
        assert_eq!(Notification::log_core_of(primary), Some(CoreId::ALL[4]));
        assert_eq!(Notification::kind_of(Primary::new(0x3B08_0000)), None);
        assert_eq!(Notification::kind_of(Primary::new(0x5B08_0000)), None);
        assert_eq!(Notification::kind_of(Primary::new(0x1A08_0000)), None);
    }
}
