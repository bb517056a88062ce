//! Library files that are almost right.

use acelab_abi::ipc4::{BaseFwParam, ModuleType, Primary, Status, Target, layout};
use acelab_library::format::Abi;
use acelab_library::fuzz;
use acelab_library::write::to_words;

use crate::case::expect::ReplyExpectation;
use crate::case::message::{Message, put, words};
use crate::case::names::StatusCode;
use crate::case::step::Flood;
use crate::engine::load::Sending;
use crate::engine::runner::{Halt, Runner};
use crate::library::abi_of;

/// Id that each file is loaded under.
const ID: u8 = 1;

impl Runner<'_> {
    /// Loads one file after another; what is taken is removed again.
    pub(super) fn load_one_after_another(&mut self, step: &Flood) -> Result<(), Halt> {
        let abi = self.abi()?;
        let mut taken = 0;
        for number in 0..u64::from(step.messages) {
            let bytes = fuzz::file(self.case.seed.wrapping_add(number), abi);
            let good = fuzz::is_taken(&to_words(&bytes), abi);
            let status = if good {
                Status::Success
            } else {
                Status::Failure
            };
            let expect = ReplyExpectation {
                status: StatusCode::new(status.code()),
                within: step.within,
                ..ReplyExpectation::default()
            };
            let sending = Sending {
                end: bytes.len(),
                bytes,
                dma: 0,
                id: ID,
                prepare: false,
            };
            self.send_library(sending, &expect)?;
            if good {
                taken += 1;
                self.exchange(&remove(), &ReplyExpectation::default())?;
            }
        }
        // A judge that takes none, or all, has judged nothing.
        if taken == 0 || taken == step.messages {
            let came = format!("{taken} of {}", step.messages);
            self.fail("libraries of the flood", "some that are taken", came);
        }
        Ok(())
    }

    /// What the firmware's libraries are built for.
    fn abi(&mut self) -> Result<Abi, Halt> {
        Ok(abi_of(&self.library_bytes(ID)?))
    }
}

/// LIBRARY_REMOVE.
fn remove() -> Message {
    let header = Primary::request(Target::Module, ModuleType::LargeConfigSet.code());
    let payload = words(&[u32::from(ID)]);
    let mut message = Message {
        primary: header.word(),
        extension: 0,
        payload,
        modules: Vec::new(),
    };
    for (field, value) in [
        (
            layout::LARGE_PARAM,
            u32::from(BaseFwParam::LibraryRemove.code()),
        ),
        (layout::LARGE_SIZE, 4),
        (layout::LARGE_INIT, 1),
        (layout::LARGE_FINAL, 1),
    ] {
        put(&mut message, field, value);
    }
    message
}
