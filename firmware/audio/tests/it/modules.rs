//! Modules that the tests need.

use std::cell::Cell;

use acelab_module_sdk::{
    ConfigError, CreateError, Descriptor, Formats, Fragment, InitPayload, Module, Needs, Pin,
    PrepareError, ProcessError, Sink, Source, Uuid, module_name, try_box,
};

thread_local! {
    /// The next call of a module's `process` fails.
    pub static FAIL: Cell<bool> = const { Cell::new(false) };
}

/// Passes on what comes, and holds a word as parameter 1.
struct Pass {
    word: [u8; 4],
}

impl Module for Pass {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        match (inputs, outputs) {
            ([input], [output]) if input.format.has_frames_of(&output.format) => Ok(()),
            _ => Err(PrepareError::Pins),
        }
    }

    fn process(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        if FAIL.replace(false) {
            return Err(ProcessError::Data(77));
        }
        if let ([source], [sink]) = (sources, sinks) {
            source.copy_to(sink, usize::MAX / 16);
        }
        Ok(())
    }

    fn reset(&mut self) {}

    fn set_config(&mut self, id: u32, _: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        if id != 1 {
            return Err(ConfigError::UnknownParam);
        }
        let len = data.len().min(4);
        self.word = [0; 4];
        self.word[..len].copy_from_slice(&data[..len]);
        Ok(())
    }

    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        if id != 1 {
            return Err(ConfigError::UnknownParam);
        }
        out.get_mut(..4)
            .ok_or(ConfigError::Length)?
            .copy_from_slice(&self.word);
        Ok(4)
    }
}

pub const PASS_MODULE: Descriptor = Descriptor {
    name: module_name!("PASS"),
    uuid: Uuid([1; 16]),
    inputs: 1,
    outputs: 1,
    data_processing: true,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create: |_: &InitPayload<'_>| -> Result<Box<dyn Module>, CreateError> {
        Ok(try_box(Pass { word: [0; 4] })?)
    },
};

pub static PASS: Descriptor = PASS_MODULE;

/// Makes an endless count in every channel of its output.
struct Count(i32);

impl Module for Count {
    fn prepare(&mut self, _: &[Pin], _: &[Pin]) -> Result<(), PrepareError> {
        Ok(())
    }

    fn process(
        &mut self,
        _: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        for sink in sinks {
            while sink.frames() > 0 {
                self.0 += 1;
                sink.write(&[self.0; 8][..sink.channels()]);
            }
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.0 = 0;
    }
}

pub static COUNT: Descriptor = Descriptor {
    name: module_name!("COUNT"),
    uuid: Uuid([2; 16]),
    inputs: 0,
    outputs: 1,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create: |_: &InitPayload<'_>| -> Result<Box<dyn Module>, CreateError> {
        Ok(try_box(Count(0))?)
    },
};
