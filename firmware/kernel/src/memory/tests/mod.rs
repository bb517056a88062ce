//! Tests of the whole against simple models.

mod algebra;
pub(crate) mod fake;
mod heaps;
mod map;
mod model;
mod pointers;
mod pool;
mod rules;
mod segments;
