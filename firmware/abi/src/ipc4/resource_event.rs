//! Payloads of RESOURCE_EVENT and MODULE_NOTIFICATION.

codes! {
    /// What a resource event is about.
    pub enum ResourceType: u32 {
        Module = 0 => "MODULE_INSTANCE",
        Pipeline = 1 => "PIPELINE",
        Gateway = 2 => "GATEWAY",
        EdfTask = 3 => "EDF_TASK",
    }
}

codes! {
    /// What has happened.
    pub enum ResourceEventType: u32 {
        BudgetViolation = 0 => "BUDGET_VIOLATION",
        MixerUnderrun = 1 => "MIXER_UNDERRUN_DETECTED",
        StreamDataSegment = 2 => "STREAM_DATA_SEGMENT",
        ProcessDataError = 3 => "PROCESS_DATA_ERROR",
        StackOverflow = 4 => "STACK_OVERFLOW",
        BufferingModeChanged = 5 => "BUFFERING_MODE_CHANGED",
        GatewayUnderrun = 6 => "GATEWAY_UNDERRUN_DETECTED",
        GatewayOverrun = 7 => "GATEWAY_OVERRUN_DETECTED",
        EdfDomainUnstable = 8 => "EDF_DOMAIN_UNSTABLE",
        Watchdog = 9 => "WATCHDOG_EVENT",
        GatewayHighThreshold = 10 => "GATEWAY_HIGH_THRES",
        GatewayLowThreshold = 11 => "GATEWAY_LOW_THRES",
    }
}

impl ResourceEventType {
    /// Bit of NOTIFICATION_MASK that lets the event through; `None` for events
    /// that cannot be switched.
    #[must_use]
    pub const fn mask_bit(self) -> Option<u32> {
        match self {
            Self::GatewayUnderrun => Some(1),
            Self::MixerUnderrun => Some(1 << 1),
            Self::BudgetViolation => Some(1 << 2),
            Self::GatewayOverrun => Some(1 << 3),
            _ => None,
        }
    }
}

/// Payload of RESOURCE_EVENT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceEvent {
    /// A [`ResourceType`] code.
    pub resource_type: u32,
    /// Instance key, pipeline id or node id.
    pub resource_id: u32,
    /// A [`ResourceEventType`] code.
    pub event_type: u32,
    /// Reserved.
    pub reserved: u32,
    /// Depends on the event.
    pub data: [u32; 6],
}

wire!(ResourceEvent, 40, {
    resource_type: u32, resource_id: u32, event_type: u32, reserved: u32, data: words,
});

impl ResourceEvent {
    /// An event without data.
    #[must_use]
    pub const fn new(resource: ResourceType, id: u32, event: ResourceEventType) -> Self {
        Self {
            resource_type: resource.code(),
            resource_id: id,
            event_type: event.code(),
            reserved: 0,
            data: [0; 6],
        }
    }

    /// The payload as the words of the outbox.
    #[must_use]
    pub const fn to_words(self) -> [u32; 10] {
        let [a, b, c, d, e, f] = self.data;
        let (id, event) = (self.resource_id, self.event_type);
        [
            self.resource_type,
            id,
            event,
            self.reserved,
            a,
            b,
            c,
            d,
            e,
            f,
        ]
    }
}

/// Head of the payload of MODULE_NOTIFICATION; `data_bytes` bytes follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModuleEventHead {
    /// Instance id.
    pub instance: u16,
    /// Module id.
    pub module: u16,
    /// What has happened; see [`control_event`].
    pub event: u32,
    /// Bytes of data.
    pub data_bytes: u32,
}

wire!(ModuleEventHead, 12, { instance: u16, module: u16, event: u32, data_bytes: u32 });

/// The event "control `param` has changed".
#[must_use]
pub const fn control_event(param: u16) -> u32 {
    0xA15A_0000 | param as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc4::wire::{Wire, Writer};

    #[test]
    fn words_and_bytes_are_the_same_payload() {
        let mut event = ResourceEvent::new(
            ResourceType::Gateway,
            0xC20,
            ResourceEventType::GatewayUnderrun,
        );
        event.data[5] = 0x1234_5678;
        let mut bytes = [0; ResourceEvent::BYTES];
        Writer::new(&mut bytes).put(&event).unwrap();
        let mut words = [0; 40];
        Writer::new(&mut words).words(&event.to_words()).unwrap();
        assert_eq!(bytes, words);
    }
}
