#![cfg_attr(not(test), no_std)]
//! Modules that misbehave on purpose: each passes samples on until it is time, and then does what
//! its name says. See [`Plan`](plan::Plan) for how they are told when, and [`Attack`] for what.

extern crate alloc;

mod attack;
mod machine;
pub mod plan;

use alloc::boxed::Box;

use acelab_module_sdk::{
    ConfigError, CreateError, Descriptor, Formats, Fragment, InitPayload, Module, Needs, Pin,
    PrepareError, ProcessError, Samples, Sink, Source, Uuid, module_name, try_box,
};
pub use attack::Attack;
use plan::{Plan, When};

/// The descriptor of a module, by the attack that it is.
macro_rules! hostile {
    ($name:literal, $attack:ident) => {
        Descriptor {
            name: module_name!($name),
            uuid: Uuid::new(
                0xACE1_AB66,
                Attack::$attack as u16,
                0x4BAD,
                [0x80, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66],
            ),
            inputs: 1,
            outputs: 1,
            data_processing: true,
            formats: Formats::ANY,
            needs: Needs::USUAL,
            create: |payload| create(payload, Attack::$attack),
        }
    };
}

acelab_module_sdk::library! {
    name: "HOSTILE",
    version: [6, 6, 6, 0],
    modules: [
        hostile!("BADREAD", Read),
        hostile!("BADWRITE", Write),
        hostile!("BADJUMP", Jump),
        hostile!("WRTEXT", WriteText),
        hostile!("WRCONST", WriteConstant),
        hostile!("EXECCONS", ExecuteConstant),
        hostile!("EXECHEAP", ExecuteHeap),
        hostile!("EXECSTCK", ExecuteStack),
        hostile!("LOOP", Loop),
        hostile!("SLOW", Slow),
        hostile!("RECURSE", Recurse),
        hostile!("NOSTACK", NoStack),
        hostile!("ILLEGAL", Illegal),
        hostile!("PRIVILEG", Privileged),
        hostile!("SYSCALL", Syscall),
        hostile!("PANIC", Panic),
        hostile!("UNALIGN", Unaligned),
        hostile!("DIVZERO", Divide),
        hostile!("LEAK", Leak),
        hostile!("GREEDY", Greedy),
        hostile!("FREEWILD", FreeWild),
        hostile!("FREETWCE", FreeTwice),
        hostile!("CLOBBER", Clobber),
        hostile!("LIAR", Lie),
        hostile!("DRIP", Drip),
        hostile!("GULP", Gulp),
        hostile!("CHURN", Churn),
        hostile!("RESTLESS", Restless),
    ],
}

/// What a liar claims to have read.
static LIE: [i32; 2048] = [0; 2048];

fn create(payload: &InitPayload<'_>, attack: Attack) -> Result<Box<dyn Module>, CreateError> {
    let mut hostile = Hostile {
        attack,
        plan: Plan::read(payload.specific)?,
        passed: 0,
    };
    hostile.strike_at(When::Create);
    Ok(try_box(hostile)?)
}

struct Hostile {
    attack: Attack,
    plan: Plan,
    passed: u32,
}

impl Hostile {
    fn strike_at(&mut self, when: When) {
        if self.plan.when == when {
            self.attack.strike(&self.plan);
        }
    }

    fn lies_at(&self, when: When) -> bool {
        self.attack == Attack::Lie && self.plan.when == when
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.strike_at(When::Drop);
    }
}

impl Module for Hostile {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        self.strike_at(When::Prepare);
        match (inputs, outputs) {
            ([input], [output]) if input.format.has_frames_of(&output.format) => Ok(()),
            ([_], [_]) => Err(PrepareError::Format),
            _ => Err(PrepareError::Pins),
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
        if self.passed < self.plan.after {
            let left = (self.plan.after - self.passed) as usize;
            self.passed += source.copy_to(sink, left) as u32;
            return Ok(());
        }
        self.strike_at(When::Process);
        if self.lies_at(When::Process) {
            // A view of more frames than there are, of which all are taken.
            *source = Source::new(0, 1, Samples::S32([&LIE, &[]]), true);
            source.skip(usize::MAX);
        } else {
            source.copy_to(sink, self.attack.frames(&self.plan, source.frames()));
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.strike_at(When::Reset);
    }

    fn set_config(&mut self, _: u32, _: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        self.strike_at(When::SetConfig);
        if self.attack == Attack::Restless {
            machine::restless(data);
        }
        Ok(())
    }

    fn get_config(&self, _: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        if self.plan.when == When::GetConfig {
            self.attack.strike(&self.plan);
        }
        if self.lies_at(When::GetConfig) {
            return Ok(out.len() + 4096);
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use acelab_module_sdk::Library as _;
    use std::collections::BTreeSet;

    #[test]
    fn modules_differ_in_name_and_uuid() {
        let modules = Library::MODULES;
        let names: BTreeSet<_> = modules.iter().map(Descriptor::name).collect();
        let uuids: BTreeSet<_> = modules.iter().map(|module| module.uuid).collect();
        assert_eq!((names.len(), uuids.len()), (modules.len(), modules.len()));
    }
}
