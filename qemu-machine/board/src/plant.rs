//! A seeded fault: the host's clock gets into an event.
//!
//! The determinism check must notice it; its test switches it on with the
//! machine property `x-plant-host-time`. Nothing else does.

use std::time::{SystemTime, UNIX_EPOCH};

use acelab_abi::trace::{Event, EventKind};

/// Whether the fault is planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    /// The machine as it should be.
    Nothing,
    /// `MARK` events carry the host's time.
    HostTime,
}

impl Plant {
    /// What becomes of an event.
    pub fn in_event(self, mut event: Event) -> Event {
        if self == Self::HostTime
            && let EventKind::Mark { value } = &mut event.kind
        {
            let host = SystemTime::now().duration_since(UNIX_EPOCH);
            *value ^= host.map_or(0, |host| host.subsec_nanos());
        }
        event
    }
}
