//! IPC4 requests by name, with their fields.
//!
//! The names, fields and bit positions are those of `acelab_abi::ipc4::layout`;
//! this module adds what makes them pleasant to write.

mod fields;
mod modules;
mod parse;
mod payload;
mod schema;

use acelab_abi::ipc4::{BaseFwParam, GlobalType, ModuleType, Primary, Target, layout};

pub use modules::{ModuleName, Modules, UnknownModule};
pub use payload::{Hex, Payload};

/// One request. Once its modules have numbers it is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The primary word, without BUSY.
    pub primary: u32,
    /// The extension word.
    pub extension: u32,
    /// What goes into the inbox.
    pub payload: Vec<u8>,
    /// Fields whose value is the number that the firmware gives a module.
    pub modules: Vec<ModuleName>,
}

impl Message {
    /// The message of this kind without any argument.
    pub fn new(kind: &layout::Message) -> Self {
        Self {
            primary: kind.header().word(),
            extension: 0,
            payload: Vec::new(),
            modules: Vec::new(),
        }
    }

    /// LARGE_CONFIG_GET for a parameter of the base firmware, in one block.
    pub fn large_config_get(param: BaseFwParam) -> Self {
        let header = Primary::request(Target::Module, ModuleType::LargeConfigGet.code());
        let mut message = Self {
            primary: header.word(),
            extension: 0,
            payload: Vec::new(),
            modules: Vec::new(),
        };
        for (field, value) in [
            (layout::LARGE_PARAM, u32::from(param.code())),
            (layout::LARGE_INIT, 1),
            (layout::LARGE_FINAL, 1),
        ] {
            put(&mut message, field, value);
        }
        message
    }

    /// SET_DX for the base firmware: cores of `core_mask` go to D0 where `dx_mask` has a bit, else to D3.
    pub fn set_dx(core_mask: u32, dx_mask: u32) -> Self {
        Self {
            primary: Primary::request(Target::Module, ModuleType::SetDx.code()).word(),
            extension: 0,
            payload: words(&[core_mask, dx_mask]),
            modules: Vec::new(),
        }
    }
}

/// Puts a value into the field of a message. Values are checked where they are
/// read, so that one that does not fit is a mistake of the lab.
pub(crate) fn put(message: &mut Message, field: layout::Field, value: u32) {
    let fits = field.set(&mut message.primary, &mut message.extension, value);
    debug_assert!(fits, "{value} does not fit into `{}`", field.name);
}

/// Words as they lie in memory.
pub fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// What a message name stands for.
#[derive(Clone, Copy)]
enum Kind {
    /// A message with described fields.
    Described(&'static layout::Message),
    /// A type without described fields.
    Plain(Target, u8),
    /// Any type of a target, by number.
    Numbered(Target),
    /// Both words as they are.
    Raw,
}

/// Every name a case may use, with its meaning.
fn names() -> impl Iterator<Item = (String, Kind)> {
    let described = layout::MESSAGES
        .iter()
        .map(|m| (m.name.to_owned(), Kind::Described(m)));
    let plain = |target, name: &str, kind| {
        let name = name.to_ascii_lowercase();
        layout::Message::by_name(&name)
            .is_none()
            .then_some((name, Kind::Plain(target, kind)))
    };
    let global = GlobalType::ALL
        .iter()
        .filter_map(move |t| plain(Target::Global, t.name(), t.code()));
    let module = ModuleType::ALL
        .iter()
        .filter_map(move |t| plain(Target::Module, t.name(), t.code()));
    described.chain(global).chain(module).chain([
        ("global".to_owned(), Kind::Numbered(Target::Global)),
        ("module".to_owned(), Kind::Numbered(Target::Module)),
        ("raw".to_owned(), Kind::Raw),
    ])
}
