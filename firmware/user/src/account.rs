//! What the kernel holds.

use acelab_abi::account::KernelAccount;
use acelab_abi::syscall::Syscall;

use crate::Result;
use crate::raw::call;

/// The kernel's account.
pub fn kernel_account() -> Result<KernelAccount> {
    let mut words = [0_u32; KernelAccount::WORDS];
    // SAFETY: the kernel writes the array.
    unsafe { call(Syscall::Account, [words.as_mut_ptr().expose_provenance()]) }?;
    Ok(KernelAccount::from_words(words))
}
