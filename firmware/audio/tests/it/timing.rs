//! Ticks that are missed, and starts that are delayed.

use std::rc::Rc;

use acelab_audio::{Error, PipelineState, StateRequest, TICK};

use crate::payload::{copier, host_out, ssp_blob, ssp_out, stereo};
use crate::rig::{COPIER, Rig, counts_up, key};

#[test]
fn missed_ticks_are_run_up_to_ten() {
    for (missed, run, lost) in [
        (1, 1, 0),
        (3, 3, 0),
        (10, 10, 0),
        (11, 10, 1),
        (500, 10, 490),
    ] {
        let rig = Rig::new();
        rig.playback(0, stereo(), stereo());
        rig.start(0);
        rig.pass(5);
        let before = rig.run(|engine| engine.ticks());
        let due = (rig.fake.now.get() / TICK + missed) * TICK;
        rig.fake.advance_to(due);
        rig.run(|engine| engine.run(due));
        let after = rig.run(|engine| engine.ticks());
        assert_eq!(after.run - before.run, run, "{missed}");
        assert_eq!(after.lost - before.lost, lost);
        assert_eq!(after.late - before.late, run - 1);
        rig.run(|engine| engine.run(due));
        assert_eq!(rig.run(|engine| engine.ticks()), after);
    }
}

#[test]
fn the_timer_runs_while_there_are_tasks() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.playback(1, stereo(), stereo());
    assert!(!rig.fake.timer.get());
    rig.start(0);
    rig.start(1);
    assert!(rig.fake.timer.get());
    rig.pass(5);
    rig.stop(0);
    assert!(rig.fake.timer.get());
    rig.stop(1);
    assert!(!rig.fake.timer.get());
    rig.pass(1000);
    rig.start(0);
    // Nothing is caught up of the time without tasks.
    rig.pass(5);
    let ticks = rig.run(|engine| engine.ticks());
    assert_eq!((ticks.late, ticks.lost), (0, 0));
}

/// Host > port with a start delay, in pipeline `id`.
fn delayed(rig: &Rig, id: u8, delay_ms: u16) {
    rig.pipeline(id, 0).unwrap();
    let blob = ssp_blob(32, 2, delay_ms);
    rig.copier(2 * id, id, &copier(host_out(id), stereo(), stereo(), &[]))
        .unwrap();
    rig.copier(
        2 * id + 1,
        id,
        &copier(ssp_out(id), stereo(), stereo(), &blob),
    )
    .unwrap();
    rig.bind(key(COPIER, 2 * id), key(COPIER, 2 * id + 1))
        .unwrap();
    rig.feed(host_out(id), 1..20_000);
    rig.set(&[id], StateRequest::Paused).unwrap();
}

/// Ticks go on while the IPC thread waits.
fn tick_while_waiting(rig: &Rc<Rig>) {
    let ticking = Rc::clone(rig);
    *rig.fake.while_waiting.borrow_mut() = Some(Box::new(move || ticking.tick()));
}

#[test]
fn starts_keep_their_order_while_one_is_delayed() {
    let rig = Rc::new(Rig::new());
    tick_while_waiting(&rig);
    delayed(&rig, 0, 5);
    delayed(&rig, 1, 0);
    delayed(&rig, 2, 2);
    let before = rig.fake.now.get();
    rig.set(&[0, 1, 2], StateRequest::Running).unwrap();
    let started = |node| rig.fake.wire(node, |wire| wire.started).unwrap();
    let first = started(host_out(0));
    assert!(first >= before + 5 * TICK && first < before + 7 * TICK);
    for id in [0, 1, 2] {
        assert!(started(host_out(id)) >= first && started(ssp_out(id)) >= first);
        let state = rig.run(|engine| engine.pipeline_state(id));
        assert_eq!(state, Ok(PipelineState::Active));
    }
    rig.pass(50);
    for id in [0, 1, 2] {
        assert!(counts_up(&rig.heard(ssp_out(id)), 1) > 2_000);
    }
    *rig.fake.while_waiting.borrow_mut() = None;
}

#[test]
fn a_delay_beyond_the_bound_is_told_and_may_be_given_up() {
    let rig = Rc::new(Rig::new());
    tick_while_waiting(&rig);
    delayed(&rig, 0, 20);
    let before = rig.fake.now.get();
    assert_eq!(
        rig.set(&[0], StateRequest::Running),
        Err(Error::TriggerLate)
    );
    assert!(rig.fake.now.get() - before < 9 * TICK);
    let state = || rig.run(|engine| engine.pipeline_state(0)).unwrap();
    assert_eq!(state(), PipelineState::Starting);
    rig.pass(20);
    assert_eq!(state(), PipelineState::Active);
    rig.set(&[0], StateRequest::Reset).unwrap();
    assert_eq!(
        rig.set(&[0], StateRequest::Running),
        Err(Error::TriggerLate)
    );
    rig.set(&[0], StateRequest::Paused).unwrap();
    assert_eq!(state(), PipelineState::Ready);
    assert!(!rig.fake.timer.get());
    rig.delete(0).unwrap();
    *rig.fake.while_waiting.borrow_mut() = None;
}
