//! Gateways that the firmware itself uses, without an object.

use acelab_abi::syscall::{Gateway, SysError};

use crate::port::Port;
use crate::system::Kernel;

impl Kernel {
    /// Takes a gateway, so that no thread can open it.
    ///
    /// # Errors
    /// [`SysError::Busy`] when somebody has it.
    pub fn claim_gateway(&mut self, gateway: Gateway) -> Result<(), SysError> {
        self.dma.open(gateway)
    }

    /// Gives back a gateway of [`Self::claim_gateway`].
    pub fn return_gateway(&mut self, port: &mut impl Port, gateway: Gateway) {
        self.dma.close(port, gateway);
    }
}
