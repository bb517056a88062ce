//! Random requests with random inbox contents.

use acelab_abi::ipc4::{ModuleType, Primary, Target};

use crate::case::message::Message;
use crate::engine::random::Random;

/// Most bytes of random inbox contents of one message.
const INBOX_MAX: u32 = 64;

/// Half of the messages are any words at all. The other half have a type and
/// small ids, so that the code behind the first check is reached as well.
pub(super) fn message(random: &mut Random) -> Message {
    let (primary, extension) = if random.below(2) == 0 {
        (Primary::new(random.word()).word(), random.word())
    } else {
        let target = if random.below(2) == 0 {
            Target::Global
        } else {
            Target::Module
        };
        let kind = u8::try_from(random.below(32)).unwrap_or(0);
        let specific = random.word() & [0, 0xFF, 0xFFFF, 0xFF_0000][random.below(4) as usize];
        (
            Primary::request(target, kind)
                .with_specific(specific)
                .word(),
            random.word() & small_mask(random),
        )
    };
    let length = random.below(INBOX_MAX + 1);
    let payload = (0..length)
        .map(|_| (random.word() & small_mask(random)) as u8)
        .collect();
    Message {
        primary,
        extension,
        payload,
        modules: Vec::new(),
    }
}

fn small_mask(random: &mut Random) -> u32 {
    [0, 1, 0x7, u32::MAX][random.below(4) as usize]
}

/// Whether the message might switch core 0 off, after which nobody answers.
pub(super) fn may_end_the_run(message: &Message) -> bool {
    let primary = Primary::new(message.primary);
    primary.target() == Target::Module && primary.kind() == ModuleType::SetDx.code()
}
