//! The power state of every core, as all cores see it.

use core::sync::atomic::{AtomicU8, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::ipc4::fw_registers::CoreStatus;

/// One state per core, in memory all cores share. Who may change what:
///
/// | from | to | by |
/// |---|---|---|
/// | off, failed | starting | core 0 |
/// | starting | active | the core itself |
/// | active | stopping | core 0 |
/// | stopping | active | the core itself, when it is still needed |
/// | stopping, failed | off | core 0, when the power is gone |
/// | starting, stopping | failed | core 0, when the core does not follow |
/// | any | halted | the core itself, for ever |
#[derive(Debug)]
pub struct CoreStates([AtomicU8; MAX_CORES]);

impl CoreStates {
    /// Core 0 runs, the others are off.
    #[must_use]
    pub const fn new() -> Self {
        let states = [const { AtomicU8::new(CoreStatus::Off.code()) }; MAX_CORES];
        Self(states)
    }

    /// The state of a core.
    #[must_use]
    pub fn get(&self, core: CoreId) -> CoreStatus {
        let code = self.0[core.index()].load(Ordering::Acquire);
        // Only codes are ever stored.
        CoreStatus::from_code(code).unwrap_or(CoreStatus::Failed)
    }

    /// Changes the state if the table allows it; true when it did.
    pub fn change(&self, core: CoreId, to: CoreStatus) -> bool {
        let slot = &self.0[core.index()];
        slot.fetch_update(Ordering::AcqRel, Ordering::Acquire, |code| {
            let from = CoreStatus::from_code(code)?;
            allowed(from, to).then_some(to.code())
        })
        .is_ok()
    }

    /// Cores in state `state`, one bit each.
    #[must_use]
    pub fn mask(&self, state: CoreStatus) -> u32 {
        CoreId::ALL
            .into_iter()
            .filter(|core| self.get(*core) == state)
            .fold(0, |mask, core| mask | core.bit())
    }
}

impl Default for CoreStates {
    fn default() -> Self {
        Self::new()
    }
}

fn allowed(from: CoreStatus, to: CoreStatus) -> bool {
    use CoreStatus::{Active, Failed, Halted, Off, Starting, Stopping};
    matches!(
        (from, to),
        (Off | Failed, Starting)
            | (Starting | Stopping, Active)
            | (Active, Stopping)
            | (Stopping | Failed, Off)
            | (Starting | Stopping, Failed)
            | (Off | Starting | Active | Stopping | Failed, Halted)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_core_goes_round() {
        let states = CoreStates::new();
        let core = CoreId::ALL[3];
        for state in [
            CoreStatus::Starting,
            CoreStatus::Active,
            CoreStatus::Stopping,
            CoreStatus::Off,
            CoreStatus::Starting,
            CoreStatus::Failed,
            CoreStatus::Starting,
            CoreStatus::Halted,
        ] {
            assert!(states.change(core, state), "{state}");
        }
        assert_eq!(states.mask(CoreStatus::Halted), 0b01000);
        assert_eq!(states.mask(CoreStatus::Off), 0b10111);
    }

    proptest! {
        #[test]
        fn a_halted_core_stays_halted_and_a_refused_change_changes_nothing(
            steps in prop::collection::vec(0u8..6, 0..40)
        ) {
            let states = CoreStates::new();
            for code in steps {
                let to = CoreStatus::from_code(code).unwrap();
                let before = states.get(CoreId::PRIMARY);
                let changed = states.change(CoreId::PRIMARY, to);
                let after = states.get(CoreId::PRIMARY);
                prop_assert_eq!(after, if changed { to } else { before });
                if before == CoreStatus::Halted {
                    prop_assert!(!changed);
                }
            }
        }
    }
}
