//! Blocks that are larger than the memory through which they go, and what time a call has.

mod common;

use std::ffi::c_void;

use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::wire::{Wire, Writer};
use acelab_module_abi::guest::{Nth, table};
use acelab_module_abi::host::{Bounce, Fault, Guest, Kind, NO_PROGRESS, Runner};
use acelab_module_abi::{Entry, ModuleTable};
use acelab_module_sdk::{
    CreateError, Descriptor, Export, Format, Formats, InitPayload, Library, Module, Needs, Pin,
    PrepareError, ProcessError, SampleFormat, Samples, SamplesMut, Sink, Source, Uuid, module_name,
};
use common::Copying;

/// Moves so many frames in a call, or none: not fewer than `least`, not more than `most`.
struct Mover {
    least: usize,
    most: usize,
}

impl Module for Mover {
    fn prepare(&mut self, _: &[Pin], _: &[Pin]) -> Result<(), PrepareError> {
        Ok(())
    }

    fn process(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        let frames = sources[0].frames().min(sinks[0].frames());
        if frames >= self.least {
            sources[0].copy_to(&mut sinks[0], self.most);
        }
        Ok(())
    }

    fn reset(&mut self) {}
}

/// A mover of `specific[0]` to `specific[1]` frames, in fours.
fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    let [least, most] = [0, 1].map(|at| 4 * usize::from(payload.specific[at]));
    Ok(Box::new(Mover {
        least,
        most: most.max(1),
    }))
}

struct Movers;

impl Library for Movers {
    const NAME: [u8; 8] = *b"MOVERS\0\0";
    const VERSION: [u16; 4] = [1, 0, 0, 0];
    const MODULES: &'static [Descriptor] = &[Descriptor {
        name: module_name!("MOVER"),
        uuid: Uuid::new(1, 2, 3, [4; 8]),
        inputs: 1,
        outputs: 1,
        data_processing: true,
        formats: Formats::ANY,
        needs: Needs::USUAL,
        create,
    }];
    const EXPORTS: &'static [Export] = &[];
    const DEPENDENCIES: &'static [[u8; 8]] = &[];
}

static TABLE: ModuleTable = table::<Nth<Movers, 0>>();

/// Time that a call has, and that a run takes.
const CALL: u32 = 50;
const RUN: u32 = 10;
/// A call that had its time.
const LATE: Fault = Fault(0x1A7E);

/// Runs functions, of which each takes [`RUN`].
struct Clocked {
    inner: Copying,
    now: u32,
    end: u32,
}

impl Runner for Clocked {
    fn begin(&mut self, _: Kind) {
        self.end = self.now + CALL;
    }

    fn run(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        record: *mut c_void,
    ) -> Result<u32, Fault> {
        self.now += RUN;
        if self.now > self.end {
            return Err(LATE);
        }
        self.inner.run(entry, instance, record)
    }
}

/// Bytes of memory that frames go through, and more frames than have room there.
const AREA: usize = 16_000;
const FRAMES: usize = 1_000;

/// A mover of `least` to `most` frames, which are multiples of four.
fn mover(least: usize, most: usize) -> Guest<Bounce<Clocked>> {
    let format = Format::new(48_000, 2, SampleFormat::S32).unwrap();
    let mut payload = [0; BaseConfig::BYTES + 2];
    Writer::new(&mut payload)
        .put(&BaseConfig::of(format.to_ipc4()))
        .unwrap();
    payload[BaseConfig::BYTES..].copy_from_slice(&[least / 4, most / 4].map(|fours| fours as u8));
    let (area, inner) = Copying::parts(AREA);
    let runner = Clocked {
        inner,
        now: 0,
        end: 0,
    };
    let mut module = Guest::create(TABLE, Bounce::new(area, runner), (1, 1), &payload).unwrap();
    module.prepare(&[], &[]).unwrap();
    module
}

/// Gives a module `frames` frames and room for `room`: how many it takes.
fn run(module: &mut impl Module, frames: usize, room: usize) -> Result<usize, ProcessError> {
    let input: Vec<i32> = (0..2 * frames as i32).collect();
    let mut output = vec![-1; 2 * room];
    let samples = SamplesMut::S32([&mut output, &mut []]);
    let mut sources = [Source::new(0, 2, Samples::S32([&input, &[]]), true)];
    let mut sinks = [Sink::new(0, 2, samples, true)];
    module.process(&mut sources, &mut sinks)?;
    let (taken, put) = (sources[0].consumed(), sinks[0].produced());
    assert_eq!((taken, &output[..2 * put]), (put, &input[..2 * put]));
    Ok(taken)
}

#[test]
fn a_block_has_its_time_however_many_pieces_it_has() {
    // As much as there is room for: a call, and another one, are in time.
    let mut module = mover(0, 1_000);
    assert_eq!(run(&mut module, FRAMES, FRAMES), Ok(FRAMES));
    assert_eq!(run(&mut module, FRAMES, FRAMES), Ok(FRAMES));
    // Five pieces are what there is time for, and the module wants 250.
    let mut module = mover(0, 4);
    let late = Err(ProcessError::Fault(LATE.0));
    assert_eq!(run(&mut module, FRAMES, FRAMES), late);
    assert_eq!(module.fault(), Some(LATE));
}

#[test]
fn a_module_that_needs_more_than_has_room_is_told() {
    // It has all of a block at once when that is no more than has room.
    assert_eq!(run(&mut mover(100, 1_000), 100, 100), Ok(100));
    assert_eq!(run(&mut mover(40, 1_000), FRAMES, FRAMES), Ok(FRAMES));
    let mut module = mover(960, 1_000);
    let fault = Err(ProcessError::Fault(NO_PROGRESS.0));
    assert_eq!(run(&mut module, FRAMES, FRAMES), fault);
    assert_eq!(module.fault(), Some(NO_PROGRESS));
}

#[test]
fn a_module_may_wait_for_frames_and_for_room() {
    let mut module = mover(400, 1_000);
    for (frames, room) in [(FRAMES, 0), (0, FRAMES), (0, 0), (100, 100)] {
        assert_eq!(run(&mut module, frames, room), Ok(0), "{frames} {room}");
    }
    assert_eq!(module.fault(), None);
}
