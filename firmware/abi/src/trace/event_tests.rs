//! Wire form and log line of events.

extern crate std;

use std::string::ToString;

use proptest::prelude::*;

use super::*;
use crate::trace::{Access, Peer};

fn ring() -> Event {
    Event {
        time: Nanos(123_456),
        core: Some(CoreId::PRIMARY),
        mode: Mode::Kernel,
        kind: EventKind::IpcRing {
            from: Peer::Dsp,
            primary: 0x1B08_0000,
            extension: 0,
        },
    }
}

#[test]
fn a_line_has_fixed_columns() {
    assert_eq!(
        ring().to_string(),
        "      123456 c0 kern ipc   ring from=dsp 0x1b080000|0x0"
    );
    let unmapped = Event {
        time: Nanos(9),
        core: None,
        mode: Mode::None,
        kind: EventKind::HostUnmapped {
            access: Access::Read,
            addr: 0x40,
            value: 0,
        },
    };
    assert_eq!(
        unmapped.to_string(),
        "           9 -- -    host  unmapped read bar4+0x40 value=0x0"
    );
}

#[test]
fn the_wire_form_is_fixed() {
    let mut expected = [0; EVENT_BYTES];
    expected[..8].copy_from_slice(&123_456_u64.to_le_bytes());
    expected[9] = 1;
    expected[11] = 1;
    expected[13..17].copy_from_slice(&0x1B08_0000_u32.to_le_bytes());
    assert_eq!(ring().to_bytes(), expected);
}

#[test]
fn codes_are_unique() {
    let mut codes = EventKind::CODES.to_vec();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), EventKind::CODES.len());
}

#[test]
fn every_kind_has_a_wire_form() {
    for code in EventKind::CODES {
        // Number 1 and core 1 exist in most enumerations, 43 and 60 in
        // `RomError`; one of these first bytes fits every kind.
        let fits = [[0_u8, 0], [1, 0], [1, 1], [1, 43]]
            .into_iter()
            .any(|[first, second]| {
                let mut bytes = [0; EVENT_BYTES];
                bytes[10..12].copy_from_slice(&code.to_le_bytes());
                bytes[12] = first;
                bytes[13] = second;
                Event::from_bytes(&bytes).is_ok_and(|event| event.to_bytes() == bytes)
            });
        assert!(fits, "kind {code:#06x} has no wire form");
    }
}

proptest! {
    #[test]
    fn bytes_that_decode_are_the_wire_form_of_what_they_decode_to(
        mut bytes in proptest::array::uniform32(prop_oneof![Just(0_u8), 0..5_u8, any::<u8>()]),
        code in proptest::sample::select(EventKind::CODES),
        known in any::<bool>(),
    ) {
        if known {
            bytes[10..12].copy_from_slice(&code.to_le_bytes());
        }
        match Event::from_bytes(&bytes) {
            Ok(event) => prop_assert_eq!(event.to_bytes(), bytes),
            Err(unknown) => {
                prop_assert_eq!(unknown.code.to_le_bytes(), [bytes[10], bytes[11]]);
            }
        }
    }
}
