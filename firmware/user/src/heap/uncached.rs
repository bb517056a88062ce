//! Memory of the heap past the data cache: what a core and the DMA use at the same
//! time. By its type, not by habit: nothing here gives out the cached address.

use core::alloc::Layout;
use core::ptr::NonNull;
use core::slice;
use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::memory::USER_UNCACHED_DISTANCE;
use acelab_abi::syscall::{DMA_ALIGN, DMA_SIZE_STEP, MAX_DMA_BUFFER};

use super::{alloc, free};
use crate::{Result, SysError, cache};

/// Blocks of the heap share no line of the cache when they begin at one.
const LINE: usize = 64;

/// A block of the heap, by its address past the cache. It is given back at the
/// end of its scope; the kernel refuses that while a channel has it, and then it
/// stays taken.
struct Block {
    memory: NonNull<u8>,
    len: usize,
}

// SAFETY: the block belongs to the domain, not to a thread.
unsafe impl Send for Block {}
// SAFETY: who shares it accesses it by atomics alone, or not at all.
unsafe impl Sync for Block {}

impl Block {
    /// Zeroed words. This core's cache holds nothing of them.
    fn zeroed(layout: Layout) -> Result<Self> {
        let layout = layout
            .align_to(LINE)
            .map_err(|_| SysError::InvalidValue)?
            .pad_to_align();
        let cached = alloc(layout)?;
        let len = layout.size();
        // SAFETY: the block is new, so nobody else has it, and aligned.
        let words = unsafe { slice::from_raw_parts_mut(cached.as_ptr().cast::<u32>(), len / 4) };
        words.fill(0);
        // They are zeros in memory, and no line that is written back later
        // overwrites what comes past the cache.
        let flushed = cache::write_back(words).and_then(|()| cache::invalidate(words));
        let block = Self {
            memory: uncached(cached).ok_or(SysError::InvalidValue)?,
            len,
        };
        flushed.map(|()| block)
    }

    fn words(&self) -> &[AtomicU32] {
        // SAFETY: the block is there as long as `self`, aligned and initialised,
        // and everybody accesses it by atomics.
        unsafe { slice::from_raw_parts(self.memory.as_ptr().cast(), self.len / 4) }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: it came from `alloc`, and nobody uses it after this.
        let _ = unsafe { free(cached(self.memory)) };
    }
}

/// The same byte of the heap past the cache.
fn uncached(address: NonNull<u8>) -> Option<NonNull<u8>> {
    NonNull::new(
        address
            .as_ptr()
            .wrapping_byte_sub(USER_UNCACHED_DISTANCE as usize),
    )
}

/// The same byte of the heap through the cache: what the heap knows it by.
fn cached(address: NonNull<u8>) -> NonNull<u8> {
    let cached = address
        .as_ptr()
        .wrapping_byte_add(USER_UNCACHED_DISTANCE as usize);
    NonNull::new(cached).unwrap_or(address)
}

/// The buffer of a channel: aligned as the DMA wants it, zeroed at first. The
/// hardware reads or writes it while the channel runs, hence atomics. It must
/// outlive the channel: see [`Channel::configure`](crate::Channel::configure).
pub struct DmaBuffer {
    block: Block,
    size: u32,
}

impl DmaBuffer {
    /// A buffer of `size` bytes.
    ///
    /// # Errors
    /// [`SysError::InvalidValue`] unless it is a multiple of
    /// [`DMA_SIZE_STEP`] up to [`MAX_DMA_BUFFER`]; [`SysError::NoMemory`].
    pub fn new(size: u32) -> Result<Self> {
        if size == 0 || size > MAX_DMA_BUFFER || !size.is_multiple_of(DMA_SIZE_STEP) {
            return Err(SysError::InvalidValue);
        }
        let layout = Layout::from_size_align(size as usize, DMA_ALIGN as usize)
            .map_err(|_| SysError::InvalidValue)?;
        let block = Block::zeroed(layout)?;
        Ok(Self { block, size })
    }

    /// Bytes.
    #[must_use]
    pub fn size(&self) -> u32 {
        self.size
    }

    /// All of it, by words.
    #[must_use]
    pub fn words(&self) -> &[AtomicU32] {
        self.block.words()
    }

    /// Fills it with zeros.
    pub fn clear(&self) {
        for word in self.words() {
            word.store(0, Ordering::Relaxed);
        }
    }

    /// All of it. What the hardware has at the time is not what is read, and must
    /// not be written: the DSP's part is what lies between the positions of the
    /// last [`exchange`](crate::exchange).
    fn parts<T: Part>(&mut self) -> &mut [T] {
        let len = self.size as usize / size_of::<T>();
        // SAFETY: the block is there as long as `self`, which is borrowed alone;
        // it is aligned for words, and every pattern of bits is a value.
        unsafe { slice::from_raw_parts_mut(self.block.memory.as_ptr().cast(), len) }
    }

    /// Its address, for the kernel.
    pub(crate) fn address(&self) -> usize {
        self.block.memory.as_ptr().expose_provenance()
    }
}

/// What samples are.
trait Part {}

impl Part for u8 {}
impl Part for i16 {}
impl Part for i32 {}

impl AsMut<[u8]> for DmaBuffer {
    fn as_mut(&mut self) -> &mut [u8] {
        self.parts()
    }
}

impl AsMut<[i16]> for DmaBuffer {
    fn as_mut(&mut self) -> &mut [i16] {
        self.parts()
    }
}

impl AsMut<[i32]> for DmaBuffer {
    fn as_mut(&mut self) -> &mut [i32] {
        self.parts()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_of_a_size_that_the_dma_cannot_have_is_refused_without_a_call() {
        for size in [0, 16, 33, MAX_DMA_BUFFER + DMA_SIZE_STEP, u32::MAX] {
            let refused = DmaBuffer::new(size).err();
            assert_eq!(refused, Some(SysError::InvalidValue), "{size}");
        }
    }

    #[test]
    fn the_views_lie_a_mebibyte_apart() {
        let address = NonNull::without_provenance(0x6020_0040.try_into().expect("not null"));
        let view = uncached(address).expect("not null");
        assert_eq!(view.as_ptr().addr(), 0x6010_0040);
        assert_eq!(cached(view), address);
    }
}
