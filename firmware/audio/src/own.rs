//! A value on the heap, when there is memory for it.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

/// There is no memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutOfMemory;

/// A value on the heap. A vector of one is the only way to a box that neither
/// aborts without memory nor needs `unsafe`.
#[derive(Debug)]
pub(crate) struct Own<T>(Box<[T; 1]>);

/// Memory for a value that is still to be made.
#[derive(Debug)]
pub(crate) struct Room<T>(Vec<T>);

impl<T> Room<T> {
    pub(crate) fn new() -> Result<Self, OutOfMemory> {
        let mut one = Vec::new();
        one.try_reserve_exact(1).map_err(|_| OutOfMemory)?;
        Ok(Self(one))
    }

    pub(crate) fn fill(mut self, value: T) -> Own<T> {
        self.0.push(value);
        match self.0.into_boxed_slice().try_into() {
            Ok(one) => Own(one),
            Err(_) => unreachable!("a vector of one is an array of one"),
        }
    }
}

impl<T> Own<T> {
    pub(crate) fn new(value: T) -> Result<Self, OutOfMemory> {
        Ok(Room::new()?.fill(value))
    }

    pub(crate) fn into_inner(self) -> T {
        let [value] = *self.0;
        value
    }
}

impl<T> Deref for Own<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0[0]
    }
}

impl<T> DerefMut for Own<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0[0]
    }
}
