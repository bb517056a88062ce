//! What the host reads of positions.

use std::sync::atomic::Ordering;

use acelab_abi::ipc4::fw_registers::{LLP_SLOTS, PIPELINE_REGISTERS};
use acelab_audio::{AudioFault, Event, Fragment, StateRequest, TICK};

use crate::payload::{host_out, ssp_out, stereo};
use crate::rig::{COPIER, Rig, key};

fn word(rig: &Rig, offset: u32) -> u32 {
    rig.fake.registers[offset as usize / 4].load(Ordering::Relaxed)
}

fn wide(rig: &Rig, offset: u32) -> u64 {
    u64::from(word(rig, offset)) | u64::from(word(rig, offset + 4)) << 32
}

/// Start and end of host stream 2.
fn offsets(rig: &Rig) -> (u64, u64) {
    let place = PIPELINE_REGISTERS + 2 * 16;
    (wide(rig, place), wide(rig, place + 8))
}

#[test]
fn a_stream_tells_where_it_started_and_ended() {
    let rig = Rig::new();
    rig.playback(2, stereo(), stereo());
    assert_eq!(offsets(&rig), (u64::MAX, u64::MAX));
    rig.feed(host_out(2), 1..50_000);
    rig.start(2);
    assert_eq!(offsets(&rig), (0, u64::MAX));
    rig.pass(10);
    rig.set(&[2], StateRequest::Paused).unwrap();
    let (start, end) = offsets(&rig);
    assert_eq!(start, 0);
    assert!((8 * 384..=10 * 384).contains(&end), "{end}");
    rig.set(&[2], StateRequest::Running).unwrap();
    assert_eq!(offsets(&rig), (end, u64::MAX));
    rig.set(&[2], StateRequest::Reset).unwrap();
    assert_eq!(offsets(&rig), (u64::MAX, u64::MAX));
}

/// Readings of port 2, one a tick: bytes and moment.
fn readings(rig: &Rig, ticks: u32) -> Vec<(u64, u64)> {
    let slot = LLP_SLOTS + 2 * 20;
    let mut readings = Vec::new();
    for _ in 0..ticks {
        rig.tick();
        assert_eq!(word(rig, slot), ssp_out(2));
        readings.push((wide(rig, slot + 4), wide(rig, slot + 12)));
    }
    readings
}

#[test]
fn the_link_position_goes_on_at_the_rate_in_one_unit_of_time() {
    let rig = Rig::new();
    rig.playback(2, stereo(), stereo());
    rig.feed(host_out(2), 1..50_000);
    rig.start(2);
    rig.pass(3);
    for pair in readings(&rig, 200).windows(2) {
        assert_eq!(pair[1].0 - pair[0].0, 384);
        assert_eq!(pair[1].1 - pair[0].1, TICK);
    }
    let mut out = [0; 24];
    let whole = Fragment::single(24);
    let len = rig.run(|engine| engine.large_config_get(key(COPIER, 5), 5, whole, &mut out));
    assert_eq!(len, Ok(24));
    let slot = LLP_SLOTS + 2 * 20;
    assert_eq!(out[..8], wide(&rig, slot + 4).to_le_bytes());
    assert_eq!(out[8..16], wide(&rig, slot + 12).to_le_bytes());
    let processed = u64::from_le_bytes(out[16..].try_into().unwrap());
    assert!(processed > 200 * 384);
}

#[test]
fn another_unit_of_time_is_found() {
    let rig = Rig::new();
    rig.fake
        .faults
        .borrow_mut()
        .push(AudioFault::WrongClockUnit);
    rig.playback(2, stereo(), stereo());
    rig.start(2);
    rig.pass(3);
    for pair in readings(&rig, 20).windows(2) {
        assert_ne!(pair[1].1 - pair[0].1, TICK);
    }
}

#[test]
fn position_updates_are_an_option() {
    for built_in in [false, true] {
        let rig = Rig::new();
        rig.fake.positions.set(built_in);
        rig.playback(2, stereo(), stereo());
        rig.feed(host_out(2), 1..50_000);
        rig.start(2);
        rig.pass(100);
        let events = rig.fake.events.borrow();
        let updates: Vec<u64> = events
            .iter()
            .map(|event| match event {
                Event::Position { gateway, bytes } => {
                    assert_eq!(gateway.node().word(), host_out(2));
                    *bytes
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(updates.len(), if built_in { 10 } else { 0 });
        assert!(updates.is_sorted());
    }
}
