#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
//! A library with very many relocations, and a module that looks at each of them.

extern crate alloc;

use alloc::boxed::Box;

use acelab_module_sdk::{
    ConfigError, CreateError, Descriptor, Formats, InitPayload, Module, Needs, Pin, PrepareError,
    ProcessError, Sink, Source, Uuid, module_name, try_box,
};

acelab_module_sdk::library! {
    name: "RELOCS",
    version: [1, 0, 0, 0],
    modules: [RELOCS],
}

/// Passes samples on, and adds up what all of its pointers point to.
pub const RELOCS: Descriptor = Descriptor {
    name: module_name!("RELOCS"),
    uuid: Uuid::new(
        0xACE1_AB03,
        0x25A8,
        0x4E10,
        [0xB1, 0x7E, 0x00, 0x25, 0x00, 0x0B, 0xAD, 0x01],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: true,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

/// Parameter, to be read: a word, the sum over all pointers of their number times what they point
/// to, modulo 2³²; [`expected_sum`] when all are right.
pub const PARAM_SUM: u32 = 1;

/// Number of pointers.
pub const POINTERS: usize = 25_000;
/// Number of values that they point to; no divisor of the other.
const VALUES: usize = 251;

const VALUE: [u32; VALUES] = {
    let mut values = [0; VALUES];
    let mut at = 0;
    while at < VALUES {
        values[at] = (at as u32).wrapping_mul(0x9E37_79B9) ^ 0x5A5A_5A5A;
        at += 1;
    }
    values
};

static POINTED: [u32; VALUES] = VALUE;

/// Each of them is a word that has to be moved with the library.
static POINTER: [&u32; POINTERS] = {
    let mut pointers = [&POINTED[0]; POINTERS];
    let mut at = 0;
    while at < POINTERS {
        pointers[at] = &POINTED[at % VALUES];
        at += 1;
    }
    pointers
};

/// What [`PARAM_SUM`] is, from the values alone.
pub fn expected_sum() -> u32 {
    (0..POINTERS).fold(0, |sum, at| weigh(sum, at, VALUE[at % VALUES]))
}

fn weigh(sum: u32, at: usize, value: u32) -> u32 {
    sum.wrapping_add((at as u32).wrapping_mul(value))
}

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    payload.nothing_else()?;
    Ok(try_box(Relocs)?)
}

struct Relocs;

impl Module for Relocs {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let ([input], [output]) = (inputs, outputs) else {
            return Err(PrepareError::Pins);
        };
        if input.format.has_frames_of(&output.format) {
            Ok(())
        } else {
            Err(PrepareError::Format)
        }
    }

    fn process(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        if let ([source], [sink]) = (sources, sinks) {
            source.copy_to(sink, usize::MAX);
        }
        Ok(())
    }

    fn reset(&mut self) {}

    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        if id != PARAM_SUM {
            return Err(ConfigError::UnknownParam);
        }
        let word = out.first_chunk_mut().ok_or(ConfigError::Length)?;
        // The compiler must not know what the pointers are.
        let pointers = core::hint::black_box(&POINTER);
        let sum = (0..)
            .zip(pointers)
            .fold(0, |sum, (at, value)| weigh(sum, at, **value));
        *word = sum.to_le_bytes();
        Ok(word.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pointers_are_what_the_sum_says() {
        let mut word = [0; 4];
        assert_eq!(Relocs.get_config(PARAM_SUM, &mut word), Ok(4));
        assert_eq!(u32::from_le_bytes(word), expected_sum());
        // Cases read this number.
        assert_eq!(expected_sum(), 0xE4F4_34B6);
    }
}
