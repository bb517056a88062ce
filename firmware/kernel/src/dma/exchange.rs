//! One entry of a list of channels.

use acelab_abi::syscall::{ExchangeEntry, Gateway, SysError};

use super::Dma;
use crate::port::Port;

/// Words of an entry that are read: channel and commit.
const ASKED: u32 = 2;
/// Words of an entry that are written after those.
const TOLD: usize = 4;

impl Dma {
    /// Does what the entry at `at` asks for, an address of the kernel's, and
    /// tells there what came of it; `named` finds the gateway of a handle.
    /// Answers whether there was no error.
    #[inline(never)]
    pub fn exchange_at(
        &self,
        port: &mut impl Port,
        at: u32,
        named: impl FnOnce(u32) -> Result<Gateway, SysError>,
    ) -> bool {
        const _: () = assert!(4 * (ASKED + TOLD as u32) <= ExchangeEntry::SIZE);
        // Read once: other threads may write it meanwhile.
        let mut asked = [0; ASKED as usize];
        port.read_words(at, &mut asked);
        let [channel, commit] = asked;
        if channel == 0 {
            return true;
        }
        let status = named(channel).and_then(|gateway| self.exchange(port.bus(), gateway, commit));
        let told: [u32; TOLD] = match status {
            Ok(status) => [status.read, status.write, status.flags, status.filled],
            Err(error) => [0, 0, error.code() << 16, 0],
        };
        port.write_words(at + 4 * ASKED, &told);
        status.is_ok()
    }
}
