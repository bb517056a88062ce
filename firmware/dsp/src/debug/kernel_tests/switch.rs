//! Parts of the kernel switched off for a test.

use acelab_abi::kernel_test::FaultSwitch;
use acelab_user::SysError;

/// A part of the kernel that is off as long as this lives.
pub struct Switched(FaultSwitch);

impl Switched {
    /// Switches a part off if the test's argument asks for it.
    pub fn when(asked: u32, switch: FaultSwitch) -> Result<Option<Self>, SysError> {
        if asked == 0 {
            return Ok(None);
        }
        set(switch, true)?;
        Ok(Some(Self(switch)))
    }
}

impl Drop for Switched {
    fn drop(&mut self) {
        let _ = set(self.0, false);
    }
}

fn set(_switch: FaultSwitch, _on: bool) -> Result<(), SysError> {
    Err(SysError::NotSupported)
}
