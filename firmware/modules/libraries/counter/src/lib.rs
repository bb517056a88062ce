#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
//! A library with data of its own, initialised and not: each domain that it is mapped in has its
//! own copy.

extern crate alloc;

use alloc::boxed::Box;
use core::sync::atomic::{AtomicU32, Ordering};

use acelab_module_sdk::{
    ConfigError, CreateError, Descriptor, Formats, InitPayload, Module, Needs, Pin, PrepareError,
    ProcessError, Sink, Source, Uuid, module_name, try_box,
};

acelab_module_sdk::library! {
    name: "COUNTER",
    version: [1, 0, 0, 0],
    modules: [COUNTER],
}

/// Passes samples on, and counts for all instances of its domain together.
pub const COUNTER: Descriptor = Descriptor {
    name: module_name!("COUNTER"),
    uuid: Uuid::new(
        0xACE1_AB02,
        0xC0DE,
        0x4C11,
        [0x9A, 0x55, 0x12, 0x34, 0x90, 0x0D, 0xBE, 0xAD],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: true,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

/// Parameter, to be read: three words, [`START`] and the instances made so far, the instances
/// there are, and the frames that all of them have passed on.
pub const PARAM_COUNTS: u32 = 1;

/// What the first count starts from, so that it is initialised data.
pub const START: u32 = 0xC0DE_0000;

/// Instances made, in initialised data.
static MADE: AtomicU32 = AtomicU32::new(START);
/// Instances that are there, in data that is zero at first.
static THERE: AtomicU32 = AtomicU32::new(0);
/// Frames, likewise.
static FRAMES: AtomicU32 = AtomicU32::new(0);

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    payload.nothing_else()?;
    MADE.fetch_add(1, Ordering::Relaxed);
    THERE.fetch_add(1, Ordering::Relaxed);
    Ok(try_box(Counter)?)
}

struct Counter;

impl Drop for Counter {
    fn drop(&mut self) {
        THERE.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Module for Counter {
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
        let ([source], [sink]) = (sources, sinks) else {
            return Ok(());
        };
        let frames = source.copy_to(sink, usize::MAX);
        FRAMES.fetch_add(frames as u32, Ordering::Relaxed);
        Ok(())
    }

    fn reset(&mut self) {}

    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        if id != PARAM_COUNTS {
            return Err(ConfigError::UnknownParam);
        }
        let place = out.get_mut(..12).ok_or(ConfigError::Length)?;
        for (word, count) in place.chunks_exact_mut(4).zip([&MADE, &THERE, &FRAMES]) {
            word.copy_from_slice(&count.load(Ordering::Relaxed).to_le_bytes());
        }
        Ok(place.len())
    }
}
