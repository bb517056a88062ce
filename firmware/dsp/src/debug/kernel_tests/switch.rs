//! Parts of the kernel switched off for a test.

use acelab_abi::kernel_test::FaultSwitch;

use crate::debug::faults;

/// A part of the kernel that is off as long as this lives.
pub struct Switched(FaultSwitch);

impl Switched {
    /// Switches a part off if the test's argument asks for it.
    pub fn when(asked: u32, switch: FaultSwitch) -> Option<Self> {
        if asked == 0 {
            return None;
        }
        faults::set(switch, true);
        Some(Self(switch))
    }
}

impl Drop for Switched {
    fn drop(&mut self) {
        faults::set(self.0, false);
    }
}
