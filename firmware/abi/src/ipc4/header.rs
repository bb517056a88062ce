//! The primary message word.

/// Who a message is for: bit 30 of the primary word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The firmware itself (`FW_GEN_MSG`), bit clear.
    Global,
    /// A module instance (`MODULE_MSG`), bit set.
    Module,
}

impl Target {
    /// The name used in logs: `FW_GEN_MSG` or `MODULE_MSG`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "FW_GEN_MSG",
            Self::Module => "MODULE_MSG",
        }
    }
}

/// The primary word of a request, reply or notification.
///
/// | bits | field |
/// |---|---|
/// | 23:0 | type specific; the status code in a reply |
/// | 28:24 | message type |
/// | 29 | reply |
/// | 30 | target: 0 global, 1 module |
/// | 31 | BUSY of the doorbell, never part of the message |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Primary(u32);

impl Primary {
    /// BUSY bit of the doorbell register that transports the word.
    pub const BUSY: u32 = 1 << 31;
    /// Bits that carry the message.
    pub const MESSAGE_MASK: u32 = !Self::BUSY;
    const TARGET: u32 = 1 << 30;
    const REPLY: u32 = 1 << 29;
    const TYPE_SHIFT: u32 = 24;
    const TYPE_MASK: u32 = 0x1F;
    const SPECIFIC_MASK: u32 = 0x00FF_FFFF;
    const INSTANCE_SHIFT: u32 = 16;

    /// Takes a word as read from a doorbell; BUSY is dropped.
    #[must_use]
    pub const fn new(word: u32) -> Self {
        Self(word & Self::MESSAGE_MASK)
    }

    /// A request for `target` of message type `kind` (bits above 4 are dropped).
    #[must_use]
    pub const fn request(target: Target, kind: u8) -> Self {
        let target = match target {
            Target::Global => 0,
            Target::Module => Self::TARGET,
        };
        Self(target | (kind as u32 & Self::TYPE_MASK) << Self::TYPE_SHIFT)
    }

    /// The same message with the type specific bits 23:0 replaced.
    #[must_use]
    pub const fn with_specific(self, bits: u32) -> Self {
        Self(self.0 & !Self::SPECIFIC_MASK | bits & Self::SPECIFIC_MASK)
    }

    /// The reply to this request: same type and target, `status` in bits 23:0.
    #[must_use]
    pub const fn reply(self, status: super::Status) -> Self {
        Self(self.with_specific(status.code()).0 | Self::REPLY)
    }

    /// The word without BUSY.
    #[must_use]
    pub const fn word(self) -> u32 {
        self.0
    }

    /// Message type, 0..=31.
    #[must_use]
    pub const fn kind(self) -> u8 {
        (self.0 >> Self::TYPE_SHIFT & Self::TYPE_MASK) as u8
    }

    /// Who the message is for.
    #[must_use]
    pub const fn target(self) -> Target {
        if self.0 & Self::TARGET == 0 {
            Target::Global
        } else {
            Target::Module
        }
    }

    /// True for a reply.
    #[must_use]
    pub const fn is_reply(self) -> bool {
        self.0 & Self::REPLY != 0
    }

    /// Type specific bits 23:0.
    #[must_use]
    pub const fn specific(self) -> u32 {
        self.0 & Self::SPECIFIC_MASK
    }

    /// Status code of a reply; `None` for other messages.
    #[must_use]
    pub const fn status_code(self) -> Option<u32> {
        if self.is_reply() {
            Some(self.specific())
        } else {
            None
        }
    }

    /// Module id of a module message, bits 15:0.
    #[must_use]
    pub const fn module_id(self) -> u16 {
        self.0 as u16
    }

    /// Instance id of a module message, bits 23:16.
    #[must_use]
    pub const fn instance_id(self) -> u8 {
        (self.0 >> Self::INSTANCE_SHIFT) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc4::{GlobalType, ModuleType, Status};

    #[test]
    fn set_dx_is_the_word_seen_on_real_machines() {
        let set_dx = Primary::request(Target::Module, ModuleType::SetDx.code());
        assert_eq!(set_dx.word(), 0x4700_0000);
        assert_eq!(set_dx.reply(Status::Success).word(), 0x6700_0000);
        assert_eq!(set_dx.reply(Status::Busy).word(), 0x6700_0004);
    }

    #[test]
    fn set_pipeline_state_reply_keeps_type_and_drops_arguments() {
        let request = Primary::request(Target::Global, GlobalType::SetPipelineState.code())
            .with_specific(0x05_0004);
        assert_eq!(request.word(), 0x1305_0004);
        assert_eq!(request.reply(Status::InvalidResourceId).word(), 0x3300_0009);
    }

    #[test]
    fn busy_is_never_part_of_the_message() {
        assert_eq!(Primary::new(0xC700_0000).word(), 0x4700_0000);
    }

    #[test]
    fn module_and_instance() {
        let word = Primary::new(0x40AB_1234);
        assert_eq!((word.module_id(), word.instance_id()), (0x1234, 0xAB));
        assert_eq!(word.target(), Target::Module);
    }
}
