//! A library on its way from the host.
//!
//! The host's data comes through a buffer that the hardware writes at any time, so
//! each word is read once, and what is checked is the copy.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::memory::to_cached;
use acelab_abi::syscall::{DMA_ALIGN, DMA_SIZE_STEP, Gateway, GatewayKind};
use acelab_kernel::arch::xtensa::Mmio;
use acelab_kernel::cross_core;
use acelab_kernel::dma::Stream;
use acelab_library::LoadError;

use crate::background;
use crate::kernel::enter_from_thread;
use crate::power::wait_until;

/// Time in which a piece of a chunk must come, in ms of virtual time.
const CHUNK_MILLIS: u32 = 200;
/// Words of the buffer: a piece of a chunk.
const PIECE_WORDS: usize = 1024;
const BYTES: u32 = PIECE_WORDS as u32 * 4;
const WORD: u32 = 4;

const _: () = assert!(BYTES.is_multiple_of(DMA_SIZE_STEP));

/// No channel.
const NONE: u32 = u32::MAX;

#[repr(C, align(128))]
struct Buffer([AtomicU32; PIECE_WORDS]);

const _: () = assert!(DMA_ALIGN as usize <= align_of::<Buffer>());

cross_core! {
    /// What the hardware writes, seen past the cache.
    static BUFFER: Buffer = Buffer([const { AtomicU32::new(0) }; PIECE_WORDS]);
    /// The channel that was closed and did not let go of the buffer.
    static LINGERING: AtomicU32 = AtomicU32::new(NONE);
}

/// A channel of the host DMA that runs for a library. There is at most one: it has
/// the buffer.
pub struct Channel {
    gateway: Gateway,
    stream: Stream<Mmio>,
    /// Bytes that were taken from it.
    received: u32,
}

impl Channel {
    /// Opens and starts channel `number`.
    ///
    /// # Errors
    /// [`LoadError::Channel`] when there is none with this number;
    /// [`LoadError::ChannelBusy`] when it, or the buffer, is in use.
    pub fn open(number: u32) -> Result<Self, LoadError> {
        let wrong = LoadError::Channel(number);
        let gateway = Gateway::new(GatewayKind::HostOut, number).ok_or(wrong)?;
        if !is_buffer_free() {
            return Err(LoadError::ChannelBusy(number));
        }
        let claimed = enter_from_thread(|kernel, _| kernel.claim_gateway(gateway));
        claimed.map_err(|_| LoadError::ChannelBusy(number))?;
        let channel = Self {
            gateway,
            stream: Stream::new(Mmio, gateway),
            received: 0,
        };
        let address = to_cached((&raw const *BUFFER).addr() as u32);
        let placed = channel.stream.set_buffer(address, BYTES, false);
        // What is wrong closes the channel, by leaving.
        if placed.is_err() || !channel.stream.start(BYTES) {
            return Err(LoadError::ChannelBusy(number));
        }
        Ok(channel)
    }

    /// The number it was opened by.
    pub fn number(&self) -> u32 {
        self.gateway.index()
    }

    /// Fills `words` with what comes next.
    ///
    /// # Errors
    /// [`LoadError::Stalled`] when it does not all come in time.
    pub fn receive(&mut self, words: &mut [u32]) -> Result<(), LoadError> {
        words
            .chunks_mut(PIECE_WORDS)
            .try_for_each(|piece| self.receive_piece(piece))
    }

    fn receive_piece(&mut self, words: &mut [u32]) -> Result<(), LoadError> {
        let bytes = words.len() as u32 * WORD;
        let mut read = 0;
        let come = wait_until(CHUNK_MILLIS, || {
            let status = self.stream.status(BYTES);
            read = status.read;
            status.filled >= bytes
        });
        if !come {
            return Err(LoadError::Stalled {
                received: self.received,
            });
        }
        let (before, behind) = BUFFER.0.split_at((read / WORD) as usize % PIECE_WORDS);
        for (to, from) in words.iter_mut().zip(behind.iter().chain(before)) {
            *to = from.load(Ordering::Relaxed);
        }
        self.stream.commit(bytes);
        self.received += bytes;
        background::pause();
        Ok(())
    }
}

/// Whether no channel that was closed writes to the buffer.
fn is_buffer_free() -> bool {
    let lingering = LINGERING.load(Ordering::Relaxed);
    Gateway::new(GatewayKind::HostOut, lingering).is_none_or(give_back)
}

/// Gives back a gateway that was stopped, once it has let go of the buffer.
fn give_back(gateway: Gateway) -> bool {
    if Stream::new(Mmio, gateway).is_moving() {
        return false;
    }
    enter_from_thread(|kernel, port| kernel.return_gateway(port, gateway));
    LINGERING.store(NONE, Ordering::Relaxed);
    true
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.stream.stop();
        // A burst takes far less. Until it is over nobody else gets the gateway, nor the
        // buffer: the next channel looks again.
        if !wait_until(1, || give_back(self.gateway)) {
            LINGERING.store(self.number(), Ordering::Relaxed);
        }
    }
}
