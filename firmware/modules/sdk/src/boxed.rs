//! Memory that may not be there.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::config::Fragment;
use crate::error::{ConfigError, OutOfMemory, PrepareError, ProcessError};
use crate::module::{Meters, Module, Pin};
use crate::view::{Sink, Source};

/// Puts a module on the heap.
///
/// # Errors
/// [`OutOfMemory`].
pub fn try_box<M: Module + 'static>(module: M) -> Result<Box<dyn Module>, OutOfMemory> {
    let mut one = Vec::new();
    one.try_reserve_exact(1).map_err(|_| OutOfMemory)?;
    one.push(module);
    let one: Box<[M; 1]> = one.into_boxed_slice().try_into().map_err(|_| OutOfMemory)?;
    Ok(one)
}

/// A vector of `len` values, each the default one (0 for numbers).
///
/// # Errors
/// [`OutOfMemory`].
pub fn try_zeroed<T: Clone + Default>(len: usize) -> Result<Vec<T>, OutOfMemory> {
    let mut values = Vec::new();
    values.try_reserve_exact(len).map_err(|_| OutOfMemory)?;
    values.resize(len, T::default());
    Ok(values)
}

/// A vector of one element is the only way to a box that neither aborts without
/// memory nor needs `unsafe`; so an array of one module is a module.
impl<M: Module> Module for [M; 1] {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        self[0].prepare(inputs, outputs)
    }

    fn process(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        self[0].process(sources, sinks)
    }

    fn reset(&mut self) {
        self[0].reset();
    }

    fn set_config(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        self[0].set_config(id, fragment, data)
    }

    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        self[0].get_config(id, out)
    }

    fn meters(&self) -> Option<&Meters> {
        self[0].meters()
    }
}
