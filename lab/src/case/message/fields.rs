//! The fields a case may give for each kind of message.

use acelab_abi::ipc4::base_fw::set_dx;
use acelab_abi::ipc4::layout::{self, Field};
use acelab_abi::ipc4::{ModuleType, Primary, Target};

use super::{Kind, Message, ModuleName, put, words};

/// Where the value of a field goes.
#[derive(Clone, Copy)]
pub(super) enum Slot {
    /// A bit field of one of the words.
    Bits(Field),
    /// A parameter of LARGE_CONFIG, which may be given by name.
    Parameter(Field),
    /// A state of a pipeline, which may be given by name.
    State(Field),
    /// A module, which may be given by name.
    Module(Field),
    /// A whole word of the payload; for messages whose payload has a fixed layout.
    PayloadWord(usize),
    /// The message type, for messages by number.
    Type,
    /// Bits 23:0 of the primary word.
    Specific,
    /// The whole primary word.
    Primary,
    /// The whole extension word.
    Extension,
    /// The inbox.
    Payload,
}

impl Slot {
    /// The largest value.
    pub(super) fn max(self) -> u32 {
        match self {
            Self::Bits(field)
            | Self::Parameter(field)
            | Self::State(field)
            | Self::Module(field) => field.max(),
            Self::Type => 0x1F,
            Self::Specific => 0x00FF_FFFF,
            Self::PayloadWord(_) | Self::Primary | Self::Extension | Self::Payload => u32::MAX,
        }
    }
}

/// The fields of a kind of message, by name.
pub(super) fn slots(kind: Kind) -> Vec<(&'static str, Slot)> {
    let mut slots = match kind {
        Kind::Described(message) => described(message),
        Kind::Plain(Target::Module, _) => {
            vec![
                ("module", Slot::Module(layout::MODULE)),
                ("instance", Slot::Bits(layout::INSTANCE)),
            ]
        }
        Kind::Plain(Target::Global, _) => vec![
            ("parameter", Slot::Specific),
            ("extension", Slot::Extension),
        ],
        Kind::Numbered(_) => {
            vec![
                ("type", Slot::Type),
                ("parameter", Slot::Specific),
                ("extension", Slot::Extension),
            ]
        }
        Kind::Raw => vec![("primary", Slot::Primary), ("extension", Slot::Extension)],
    };
    slots.push(("payload", Slot::Payload));
    slots
}

fn described(message: &'static layout::Message) -> Vec<(&'static str, Slot)> {
    let has_payload = layout::PPL_HAS_PAYLOAD;
    let mut slots: Vec<_> = message
        .fields
        .iter()
        .filter(|field| **field != has_payload)
        .map(|field| match *field {
            layout::LARGE_PARAM => (field.name, Slot::Parameter(*field)),
            layout::PPL_STATE => (field.name, Slot::State(*field)),
            layout::MODULE | layout::BIND_DST_MODULE => (field.name, Slot::Module(*field)),
            _ => (field.name, Slot::Bits(*field)),
        })
        .collect();
    if message.header() == Primary::request(Target::Module, ModuleType::SetDx.code()) {
        slots.push(("core_mask", Slot::PayloadWord(set_dx::CORE_MASK)));
        slots.push(("dx_mask", Slot::PayloadWord(set_dx::DX_MASK)));
    }
    slots
}

/// A message under construction.
pub(super) struct Draft {
    kind: Kind,
    message: Message,
    given: Vec<&'static str>,
}

impl Draft {
    /// The message without any field given.
    pub(super) fn new(kind: Kind) -> Self {
        let header = match kind {
            Kind::Described(message) => message.header(),
            Kind::Plain(target, kind) => Primary::request(target, kind),
            Kind::Numbered(target) => Primary::request(target, 0),
            Kind::Raw => Primary::new(0),
        };
        let message = Message {
            primary: header.word(),
            extension: 0,
            payload: Vec::new(),
            modules: Vec::new(),
        };
        Self {
            kind,
            message,
            given: Vec::new(),
        }
    }

    /// Sets a field to a value that [`Slot::max`] allows.
    pub(super) fn set(&mut self, name: &'static str, slot: Slot, value: u32) {
        self.given.push(name);
        if let Slot::Bits(field)
        | Slot::Parameter(field)
        | Slot::State(field)
        | Slot::Module(field) = slot
        {
            return put(&mut self.message, field, value);
        }
        let Message {
            primary,
            extension,
            payload,
            ..
        } = &mut self.message;
        match slot {
            Slot::PayloadWord(index) => {
                let at = index * 4;
                payload.resize(payload.len().max(at + 4), 0);
                payload[at..at + 4].copy_from_slice(&value.to_le_bytes());
            }
            Slot::Type => {
                let old = Primary::new(*primary);
                let kind = u8::try_from(value).unwrap_or(u8::MAX);
                *primary = Primary::request(old.target(), kind)
                    .with_specific(old.specific())
                    .word();
            }
            Slot::Specific => *primary = Primary::new(*primary).with_specific(value).word(),
            Slot::Primary => *primary = Primary::new(value).word(),
            Slot::Extension => *extension = value,
            Slot::Payload => *payload = words(&[value]),
            Slot::Bits(_) | Slot::Parameter(_) | Slot::State(_) | Slot::Module(_) => {}
        }
    }

    /// Leaves the number of a module to the firmware's list.
    pub(super) fn module(&mut self, name: &'static str, field: Field, module: &str) {
        self.given.push(name);
        self.message.modules.push(ModuleName {
            field,
            name: module.to_ascii_uppercase(),
        });
    }

    /// Sets the inbox.
    pub(super) fn payload(&mut self, bytes: Vec<u8>) {
        self.given.push("payload");
        self.message.payload = bytes;
    }

    /// Fills in what a well-meaning host would: one block, its size, the payload flag.
    pub(super) fn finish(mut self) -> Message {
        let given = |name| self.given.contains(&name);
        let size = u32::try_from(self.message.payload.len()).unwrap_or(u32::MAX);
        let mut defaults: Vec<(Field, u32)> = Vec::new();
        let Kind::Described(described) = self.kind else {
            return self.message;
        };
        for field in described.fields {
            match *field {
                layout::LARGE_INIT | layout::LARGE_FINAL if !given(field.name) => {
                    defaults.push((*field, 1))
                }
                layout::LARGE_SIZE if !given(field.name) => defaults.push((*field, size)),
                layout::INIT_PARAM_WORDS if !given(field.name) => defaults.push((*field, size / 4)),
                layout::PPL_HAS_PAYLOAD if given("payload") => defaults.push((*field, 1)),
                layout::PPL_MULTI if given("payload") && !given(field.name) => {
                    defaults.push((*field, 1))
                }
                _ => {}
            }
        }
        for (field, value) in defaults {
            put(&mut self.message, field, value);
        }
        self.message
    }
}
