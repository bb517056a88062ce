//! Random requests with random inbox contents.

use acelab_abi::ipc4::{Primary, Target};

use super::random::Random;
use super::runner::{Halt, Runner};
use crate::case::message::Message;
use crate::case::step::Flood;
use crate::host::{Mail, decode};

/// Most bytes of random inbox contents of one message.
const INBOX_MAX: u32 = 64;

impl Runner<'_> {
    /// Sends the messages; each must get exactly one reply and DONE. What the
    /// replies say is the firmware's business.
    pub(super) fn flood(&mut self, step: &Flood) -> Result<(), Halt> {
        let start = self.host.now();
        let result = self.flood_messages(step);
        self.tolerated.add(start, self.host.now());
        result
    }

    fn flood_messages(&mut self, step: &Flood) -> Result<(), Halt> {
        for index in 0..step.messages {
            let message = message(&mut self.random);
            let first = self.host.mail().len();
            let result = self.host.request(&message, step.within.0);
            let what = format!(
                "message {index} of the flood, {}",
                decode::request(&message)
            );
            self.tried(&what, "one reply and DONE", result)?;
            let since = &self.host.mail()[first..];
            let replies = since
                .iter()
                .filter_map(Mail::received)
                .filter(|m| m.primary.is_reply());
            let replies = replies.count();
            if replies != 1 {
                self.fail(what, "one reply", format!("{replies} replies"));
                return Err(Halt::Failed);
            }
        }
        let log = self.host.read_firmware_log();
        self.tried("flood", "a readable log", log)
    }
}

/// Half of the messages are any words at all. The other half have a type and
/// small ids, so that the code behind the first check is reached as well.
fn message(random: &mut Random) -> Message {
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
