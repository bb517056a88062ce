//! When the host is told to read a log.
//!
//! A ring with little room left is announced at once, one that holds unread
//! lines after the ageing period; either way once, until the host has read
//! something. Any core decides for its own ring when it writes a line; core 0
//! decides for all when the ageing timer expires.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::mtrace::NOTIFY_BELOW_FREE;

/// No announcement is waiting for the host: no ring has a pointer this large.
const NOTHING: u32 = u32::MAX;

/// What to do after a line was written or a timer expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Send LOG_BUFFER_STATUS.
    Announce,
    /// See to it that the ageing timer runs.
    Age,
}

/// The state of one ring's announcement.
pub struct Announcement {
    /// Where the host's pointer stood when it was told.
    announced_at: AtomicU32,
}

impl Announcement {
    /// Nothing announced yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            announced_at: AtomicU32::new(NOTHING),
        }
    }

    /// Decides after a line was written or dropped. `free` is the room left.
    pub fn after_line(&self, host_read_ptr: u32, free: u32) -> Action {
        if self.waiting(host_read_ptr) {
            Action::None
        } else if free < NOTIFY_BELOW_FREE {
            self.announced_at.store(host_read_ptr, Ordering::Relaxed);
            Action::Announce
        } else {
            Action::Age
        }
    }

    /// Decides when the ageing timer expires. `used` is what the host has not
    /// read.
    pub fn after_ageing(&self, host_read_ptr: u32, used: u32) -> Action {
        if used == 0 || self.waiting(host_read_ptr) {
            return Action::None;
        }
        self.announced_at.store(host_read_ptr, Ordering::Relaxed);
        Action::Announce
    }

    /// Told, and the host has not moved since.
    fn waiting(&self, host_read_ptr: u32) -> bool {
        self.announced_at.load(Ordering::Relaxed) == host_read_ptr
    }
}

impl Default for Announcement {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_ring_is_announced_once_until_the_host_reads() {
        let state = Announcement::new();
        assert_eq!(state.after_line(0, 3000), Action::Age);
        assert_eq!(state.after_line(0, 2047), Action::Announce);
        assert_eq!(state.after_line(0, 100), Action::None);
        assert_eq!(state.after_ageing(0, 4000), Action::None);
        assert_eq!(state.after_line(500, 600), Action::Announce);
        assert_eq!(state.after_line(500, 500), Action::None);
        assert_eq!(state.after_line(1200, 4000), Action::Age);
    }

    #[test]
    fn ageing_announces_unread_lines_once() {
        let state = Announcement::new();
        assert_eq!(state.after_ageing(0, 0), Action::None);
        assert_eq!(state.after_ageing(0, 80), Action::Announce);
        assert_eq!(state.after_ageing(0, 160), Action::None);
        assert_eq!(state.after_ageing(160, 0), Action::None);
        assert_eq!(state.after_ageing(160, 80), Action::Announce);
    }
}
