//! What holds for every pair of words and every inbox.

use core::sync::atomic::{AtomicU32, Ordering};
use std::vec::Vec;

use acelab_abi::ipc4::{Primary, Status};
use proptest::prelude::*;

use super::fake::Fake;

/// Words that are close to what a host sends, so that the deep paths are hit.
fn primary() -> impl Strategy<Value = u32> {
    prop_oneof![
        any::<u32>(),
        (0u32..64, prop_oneof![Just(0), 0u32..0x100_0000])
            .prop_map(|(header, specific)| header << 24 | specific),
    ]
}

fn extension() -> impl Strategy<Value = u32> {
    prop_oneof![
        any::<u32>(),
        (
            0u32..4,
            0u32..0x100,
            prop_oneof![0u32..0x2000, any::<u32>()]
        )
            .prop_map(|(blocks, param, size)| blocks << 28 | param << 20 | size & 0xF_FFFF),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn each_request_has_one_reply_with_a_known_status(
        primary in primary(),
        extension in extension(),
        inbox in prop::collection::vec(any::<u32>(), 0..40),
        outbox_words in 0usize..1200,
        cores in 1u32..=5,
        active in 0u32..32,
    ) {
        let mut fake = Fake { cores, active: active & ((1 << cores) - 1) | 1, ..Fake::default() };
        fake.inbox = inbox.iter().map(|word| AtomicU32::new(*word)).collect();
        fake.outbox = (0..outbox_words).map(|_| AtomicU32::new(0)).collect();
        let reply = fake.send(primary, extension);

        prop_assert!(reply.primary.is_reply());
        let request = Primary::new(primary);
        prop_assert_eq!(reply.primary.kind(), request.kind());
        prop_assert_eq!(reply.primary.target(), request.target());
        let status = Status::from_code(reply.primary.specific());
        prop_assert!(status.is_some());
        let rx = fake.log.iter().filter(|line| line.contains("rx\t:")).count();
        let tx = fake.log.iter().filter(|line| line.contains("tx-reply\t:")).count();
        prop_assert_eq!((rx, tx), (1, 1));
        let failed = fake.log.iter().any(|line| line.contains("failed with err"));
        prop_assert_eq!(failed, status != Some(Status::Success));
        if failed {
            prop_assert_eq!(reply.extension, extension);
        } else {
            prop_assert!((reply.extension & 0xF_FFFF) as usize <= outbox_words * 4 || reply.extension == extension);
        }
        prop_assert_eq!(fake.active & 1, 1);
        prop_assert_eq!(fake.active >> cores, 0);
        let inbox_after: Vec<u32> = fake.inbox.iter().map(|w| w.load(Ordering::Relaxed)).collect();
        prop_assert_eq!(inbox_after, inbox);
    }
}
