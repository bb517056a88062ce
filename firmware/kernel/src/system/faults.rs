//! Parts of the kernel that a test leaves out, to see that its case fails then.

use super::Kernel;

/// What is left out. A build without the feature `fault-switches` leaves out
/// nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultSwitches {
    /// A mutex does not lend its holder the priority of who waits for it.
    #[cfg(feature = "fault-switches")]
    pub without_inheritance: bool,
    /// Who gets a mutex is not told that its holder died.
    #[cfg(feature = "fault-switches")]
    pub without_owner_death: bool,
}

impl FaultSwitches {
    /// Nothing is left out.
    pub const NONE: Self = Self {
        #[cfg(feature = "fault-switches")]
        without_inheritance: false,
        #[cfg(feature = "fault-switches")]
        without_owner_death: false,
    };
}

#[cfg(feature = "fault-switches")]
impl Kernel {
    pub(crate) const fn inherits(&self) -> bool {
        !self.faults.without_inheritance
    }

    pub(crate) const fn tells_owner_death(&self) -> bool {
        !self.faults.without_owner_death
    }
}

#[cfg(not(feature = "fault-switches"))]
impl Kernel {
    #[expect(clippy::unused_self, reason = "the other build asks the kernel")]
    pub(crate) const fn inherits(&self) -> bool {
        true
    }

    #[expect(clippy::unused_self, reason = "the other build asks the kernel")]
    pub(crate) const fn tells_owner_death(&self) -> bool {
        true
    }
}
