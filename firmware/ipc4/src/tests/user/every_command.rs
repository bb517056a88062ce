//! What holds for every command and every inbox.

use acelab_audio::Error;
use core::sync::atomic::{AtomicU32, Ordering};
use proptest::prelude::*;
use std::vec::Vec;

use super::engine::Core;
use crate::{Command, Phase};

fn primary() -> impl Strategy<Value = u32> {
    let kinds = prop_oneof![
        (0u32..12).prop_map(|kind| 0x40 | kind),
        (14u32..27).prop_map(|kind| kind),
        0u32..0x80,
    ];
    let specific = prop_oneof![
        any::<u32>(),
        (0u32..4, 0u32..10).prop_map(|(instance, module)| instance << 16 | module),
    ];
    (kinds, specific).prop_map(|(kind, bits)| kind << 24 | bits & 0xFF_FFFF)
}

fn extension() -> impl Strategy<Value = u32> {
    prop_oneof![
        any::<u32>(),
        (0u32..4, prop_oneof![Just(0xFFu32), 0u32..16], 0u32..5000)
            .prop_map(|(blocks, param, size)| blocks << 28 | param << 20 | size),
    ]
}

fn phase() -> impl Strategy<Value = Phase> {
    prop_oneof![
        4 => Just(Phase::Whole),
        1 => any::<u8>().prop_map(Phase::Prepare),
        1 => any::<u8>().prop_map(Phase::Trigger),
    ]
}

/// Words that are small now and then, as counts and lengths are.
fn word() -> impl Strategy<Value = u32> {
    prop_oneof![any::<u32>(), 0u32..64, Just(0x0100_0008)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn each_command_has_one_answer(
        commands in prop::collection::vec((primary(), extension(), phase()), 1..12),
        inbox in prop::collection::vec(word(), 0..64),
        reply in 0usize..1100,
        refused in prop::option::of(0usize..4),
    ) {
        let mut core = Core {
            inbox: inbox.iter().map(|word| AtomicU32::new(*word)).collect(),
            reply: (0..reply).map(|_| AtomicU32::new(0)).collect(),
            ..Core::default()
        };
        core.engine.refuse = refused.map(|at| (at, Error::OutOfMemory));
        core.engine.produce = std::vec![3; 40];
        let mut executor = core.executor();
        for (sequence, (primary, extension, phase)) in commands.iter().enumerate() {
            let command = Command {
                sequence: sequence as u32,
                primary: *primary,
                extension: *extension,
                phase: *phase,
                loaded: None,
            };
            let answer = executor.execute(&command);
            prop_assert_eq!(answer.sequence, sequence as u32);
            prop_assert!(answer.payload as usize <= reply * 4);
            if answer.status.code() != 0 {
                prop_assert_eq!((answer.extension, answer.payload), (*extension, 0));
            }
        }
        let after: Vec<u32> = core.inbox.iter().map(|word| word.load(Ordering::Relaxed)).collect();
        prop_assert_eq!(after, inbox);
    }
}
