//! Message slots.

use acelab_abi::syscall::{MAX_MESSAGE, Syscall};

use crate::object::{created, object};
use crate::raw::{call, values};
use crate::{Deadline, Object, ObjectKind, Owned, Result};

object! {
    /// A place for one message of at most 64 bytes.
    Slot: Some(ObjectKind::Slot)
}

/// A message of a fixed number of words.
pub trait Message: Sized {
    /// The words, as an array.
    type Words: AsRef<[u32]> + AsMut<[u32]> + Default;

    /// As words.
    fn to_words(&self) -> Self::Words;

    /// From words.
    fn from_words(words: Self::Words) -> Self;
}

macro_rules! arrays {
    ($($count:literal)+) => {$(
        impl Message for [u32; $count] {
            type Words = Self;

            fn to_words(&self) -> Self {
                *self
            }

            fn from_words(words: Self) -> Self {
                words
            }
        }
    )+};
}
arrays! { 1 2 3 4 8 9 16 }

impl Message for u32 {
    type Words = [u32; 1];

    fn to_words(&self) -> [u32; 1] {
        [*self]
    }

    fn from_words([word]: [u32; 1]) -> Self {
        word
    }
}

impl Slot {
    /// An empty slot.
    pub fn create() -> Result<Owned<Self>> {
        values!(SlotCreate).map(|(word, _)| created(word))
    }

    /// Puts a message into the slot, or waits until it is empty.
    pub fn send<M: Message>(self, message: &M, deadline: Deadline) -> Result<()> {
        let words = message.to_words();
        self.send_words(words.as_ref(), deadline)
    }

    /// Takes a message, or waits for one; its first words are the result, and
    /// the words it lacks are zero.
    pub fn receive<M: Message>(self, deadline: Deadline) -> Result<M> {
        let mut words = M::Words::default();
        self.receive_words(words.as_mut(), deadline)?;
        Ok(M::from_words(words))
    }

    /// Puts words into the slot, at most 16, or waits until it is empty.
    pub fn send_words(self, words: &[u32], deadline: Deadline) -> Result<()> {
        let args = [
            self.word() as usize,
            words.as_ptr().expose_provenance(),
            size_of_val(words),
            deadline.low() as usize,
            deadline.high() as usize,
        ];
        // SAFETY: the kernel reads the slice.
        unsafe { call(Syscall::SlotSend, args) }.map(drop)
    }

    /// Takes a message into `buffer`, or waits for one; its bytes.
    pub fn receive_words(self, buffer: &mut [u32], deadline: Deadline) -> Result<usize> {
        // A longer buffer gets no longer a message.
        let room = size_of_val(buffer).min(MAX_MESSAGE);
        let args = [
            self.word() as usize,
            buffer.as_mut_ptr().expose_provenance(),
            room,
            deadline.low() as usize,
            deadline.high() as usize,
        ];
        // SAFETY: the kernel writes at most `room` bytes of the slice.
        unsafe { call(Syscall::SlotReceive, args) }.map(|(bytes, _)| bytes as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::fake;
    use core::ptr;
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::vec::Vec;

    #[test]
    fn a_message_comes_out_as_it_went_in() {
        let held: Rc<RefCell<Vec<u32>>> = Rc::default();
        fake::install(move |call, args| {
            let words = args[2] / 4;
            match call {
                Syscall::SlotSend => {
                    let from = ptr::with_exposed_provenance::<u32>(args[1]);
                    // SAFETY: the call comes with a valid slice.
                    let sent = unsafe { core::slice::from_raw_parts(from, words) };
                    *held.borrow_mut() = sent.to_vec();
                    Ok((0, 0))
                }
                Syscall::SlotReceive => {
                    let held = held.borrow();
                    assert!(held.len() <= words);
                    let into = ptr::with_exposed_provenance_mut::<u32>(args[1]);
                    // SAFETY: the call comes with room for so many words.
                    unsafe { into.copy_from_nonoverlapping(held.as_ptr(), held.len()) };
                    Ok((4 * held.len() as u32, 0))
                }
                other => panic!("{other:?}"),
            }
        });
        let slot = Slot::from_word(0x106).expect("a handle");
        slot.send(&[1, 2, 3], Deadline::NOW).expect("room");
        assert_eq!(slot.receive::<[u32; 4]>(Deadline::NOW), Ok([1, 2, 3, 0]));
        slot.send(&7, Deadline::NOW).expect("room");
        assert_eq!(slot.receive::<u32>(Deadline::NOW), Ok(7));
        let mut long = [0; 20];
        assert_eq!(slot.receive_words(&mut long, Deadline::NOW), Ok(4));
    }
}
