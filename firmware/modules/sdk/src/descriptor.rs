//! What there is to know about a module before there is an instance.

use alloc::boxed::Box;

use crate::error::CreateError;
use crate::module::Module;
use crate::needs::{Formats, Needs};
use crate::payload::InitPayload;
use crate::uuid::Uuid;

/// A kind of module.
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// Name as in the manifest, padded with zeros.
    pub name: [u8; 8],
    /// What hosts find the module by.
    pub uuid: Uuid,
    /// Largest number of inputs.
    pub inputs: u8,
    /// Largest number of outputs.
    pub outputs: u8,
    /// Whether an instance may have a thread of its own instead of running in the tick.
    pub data_processing: bool,
    /// What samples its pins may have.
    pub formats: Formats,
    /// What an instance takes.
    pub needs: Needs,
    /// Makes an instance of what the host has sent.
    pub create: fn(&InitPayload<'_>) -> Result<Box<dyn Module>, CreateError>,
}

impl Descriptor {
    /// The name as text.
    pub fn name(&self) -> &str {
        let end = self.name.iter().position(|byte| *byte == 0);
        let name = &self.name[..end.unwrap_or(self.name.len())];
        core::str::from_utf8(name).unwrap_or("")
    }
}

/// A name of at most eight bytes, padded with zeros.
#[macro_export]
macro_rules! module_name {
    ($name:literal) => {{
        const NAME: [u8; 8] = {
            let text = $name.as_bytes();
            let mut name = [0; 8];
            let mut at = 0;
            while at < text.len() {
                name[at] = text[at];
                at += 1;
            }
            name
        };
        NAME
    }};
}
