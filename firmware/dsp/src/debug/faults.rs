//! Parts of the kernel that a test switches off.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::kernel_test::FaultSwitch;
use acelab_kernel::cross_core;

use crate::kernel;

cross_core! {
    /// One while translations stay in other cores' TLBs.
    static WITHOUT_SHOOT_DOWN: AtomicU32 = AtomicU32::new(0);
}

/// Switches a part off, or on again. For threads.
pub fn set(switch: FaultSwitch, off: bool) {
    match switch {
        FaultSwitch::WithoutShootDown => {
            WITHOUT_SHOOT_DOWN.store(off.into(), Ordering::Release);
        }
        FaultSwitch::WithoutInheritance => {
            kernel::enter_from_thread(|kernel, _| kernel.faults.without_inheritance = off);
        }
        FaultSwitch::WithoutOwnerDeath => {
            kernel::enter_from_thread(|kernel, _| kernel.faults.without_owner_death = off);
        }
    }
}

/// Whether a change of a page table reaches this core only.
pub fn without_shoot_down() -> bool {
    WITHOUT_SHOOT_DOWN.load(Ordering::Acquire) != 0
}
