//! Channels of the DMA, and the ports of link channels.

#[cfg(doc)]
use acelab_abi::syscall::DMA_SIZE_STEP;
use acelab_abi::syscall::{MAX_EXCHANGE, Syscall};

use crate::heap::DmaBuffer;
use crate::object::{created, object};
use crate::raw::{call, values};
use crate::{Object, ObjectKind, Owned, Result, SysError};

pub use acelab_abi::syscall::{ExchangeEntry, Gateway, GatewayKind, PortParams, exchange_flags};

object! {
    /// An open gateway of the DMA. Closing it stops the hardware first.
    Channel: Some(ObjectKind::Channel)
}

/// Bytes in which a sample lies in a channel's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// 16 bits.
    Two = 2,
    /// 32 bits.
    Four = 4,
}

impl Channel {
    /// Opens a gateway, for a thread that may use devices.
    ///
    /// # Errors
    /// [`SysError::Busy`] when somebody has it; [`SysError::Permission`],
    /// [`SysError::NoMemory`].
    pub fn open(gateway: Gateway) -> Result<Owned<Self>> {
        values!(DmaOpen, u32::from(gateway.kind().number()), gateway.index())
            .map(|(word, _)| created(word))
    }

    /// Gives the channel, which is stopped, the first `size` bytes of a buffer,
    /// a multiple of [`DMA_SIZE_STEP`]. The kernel keeps the buffer from being
    /// freed until the channel is closed or has got another one: close the
    /// channel first, then drop the buffer.
    ///
    /// # Errors
    /// [`SysError::BadState`] while it runs; [`SysError::Busy`] when another
    /// channel has a part of the buffer; [`SysError::InvalidValue`] for a size
    /// that is none or more than the buffer.
    pub fn configure(self, buffer: &DmaBuffer, size: u32, container: Container) -> Result<()> {
        if size > buffer.size() {
            return Err(SysError::InvalidValue);
        }
        let args = [
            self.word() as usize,
            buffer.address(),
            size as usize,
            container as usize,
        ];
        // SAFETY: the buffer is read and written by atomics alone, and cannot be
        // given back while the channel has it.
        unsafe { call(Syscall::DmaConfigure, args) }.map(drop)
    }

    /// Starts it, and its port.
    ///
    /// # Errors
    /// [`SysError::BadState`] when it runs already, has no buffer, or its port is
    /// not configured.
    pub fn start(self) -> Result<()> {
        values!(DmaStart, self.word()).map(drop)
    }

    /// Stops it; the port stops with the last of its two directions. Positions
    /// stay what they are.
    ///
    /// # Errors
    /// [`SysError::BadState`] when it does not run.
    pub fn stop(self) -> Result<()> {
        values!(DmaStop, self.word()).map(drop)
    }

    /// Programs the port of this link channel.
    ///
    /// # Errors
    /// [`SysError::InvalidValue`] for parameters that the port cannot have, and
    /// for a channel without a port; [`SysError::Busy`] while the port runs.
    pub fn configure_port(self, params: PortParams) -> Result<()> {
        let words = params.to_words();
        let args = [self.word() as usize, words.as_ptr().expose_provenance()];
        // SAFETY: the kernel reads the array.
        unsafe { call(Syscall::PortConfigure, args) }.map(drop)
    }
}

/// Commits to the channels of the entries, and gets their positions, in one
/// system call; how many entries have no error.
///
/// # Errors
/// [`SysError::TooLong`] for more than [`MAX_EXCHANGE`] entries. What is wrong
/// with one entry is said there.
pub fn exchange(entries: &mut [ExchangeEntry]) -> Result<u32> {
    if entries.len() > MAX_EXCHANGE as usize {
        return Err(SysError::TooLong);
    }
    let args = [
        entries.as_mut_ptr().expose_provenance(),
        size_of_val(entries),
    ];
    // SAFETY: the kernel writes the entries, any words of which are good.
    unsafe { call(Syscall::DmaExchange, args) }.map(|(accepted, _)| accepted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::fake;

    #[test]
    fn a_gateway_goes_out_as_kind_and_index() {
        fake::install(|call, args| match call {
            Syscall::DmaOpen => {
                assert_eq!(args[..2], [2, 8]);
                Ok((0x301, 0))
            }
            Syscall::ObjectClose => Ok((0, 0)),
            other => panic!("{other:?}"),
        });
        let gateway = Gateway::new(GatewayKind::LinkOut, 8).expect("the last one");
        let channel = Channel::open(gateway).expect("it is free");
        assert_eq!(channel.word(), 0x301);
    }

    #[test]
    fn entries_go_out_as_they_lie_in_memory() {
        fake::install(|call, args| {
            assert_eq!(call, Syscall::DmaExchange);
            let count = args[1] / size_of::<ExchangeEntry>();
            let first = core::ptr::with_exposed_provenance_mut::<ExchangeEntry>(args[0]);
            for index in 0..count {
                // SAFETY: the call comes with so many entries.
                let entry = unsafe { &mut *first.add(index) };
                entry.read = entry.commit;
                entry.status = exchange_flags::RUNNING;
            }
            Ok((count as u32, 0))
        });
        let mut entries = [ExchangeEntry::EMPTY; 3];
        entries[2].commit = 96;
        assert_eq!(exchange(&mut entries), Ok(3));
        assert_eq!(entries[2].read, 96);
        assert_eq!(entries[0].flags(), Ok(exchange_flags::RUNNING));
        assert_eq!(
            exchange(&mut [ExchangeEntry::EMPTY; 33]),
            Err(SysError::TooLong)
        );
    }
}
