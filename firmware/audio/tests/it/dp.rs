//! Modules with a thread of their own.

use acelab_audio::{Counts, Domain, Driver, Error, Fragment, StateRequest};

use crate::modules::PASS;
use crate::payload::{copier, host_out, slow_module, ssp_out, stereo};
use crate::rig::{COPIER, OTHER, Rig, counts_up, key};

/// Host > DP module with blocks of so many frames > port.
fn slow(frames: u32) -> Rig {
    let rig = Rig::new();
    rig.pipeline(0, 0).unwrap();
    rig.copier(0, 0, &copier(host_out(0), stereo(), stereo(), &[]))
        .unwrap();
    let payload = slow_module(stereo(), frames);
    let driver = Driver::Module(&PASS);
    rig.init(key(OTHER, 0), 0, driver, Domain::Dp, &payload)
        .unwrap();
    rig.copier(1, 0, &copier(ssp_out(0), stereo(), stereo(), &[]))
        .unwrap();
    rig.bind(key(COPIER, 0), key(OTHER, 0)).unwrap();
    rig.bind(key(OTHER, 0), key(COPIER, 1)).unwrap();
    rig
}

/// The frames without what was played before the stream came through: a DP
/// module gives its first block when the port has played what it started with.
fn after_the_start(rig: &Rig) -> Vec<(i32, i32)> {
    rig.heard(ssp_out(0))
}

#[test]
fn blocks_come_through_in_order_one_period_late() {
    for frames in [1, 48, 64, 96, 100, 240, 480] {
        let rig = slow(frames);
        rig.feed(host_out(0), 1..50_000);
        rig.start(0);
        assert_eq!(rig.counts().dp_tasks, 1);
        rig.pass(200);
        let heard = after_the_start(&rig);
        let silent = heard.iter().take_while(|frame| **frame == (0, 0)).count();
        assert!(counts_up(&heard, 1) > 7_500, "{frames}");
        // A block is filled, then processed.
        let most = 2 * frames + 5 * 48;
        assert!(silent as u32 <= most, "{frames}: {silent}");
        rig.stop(0);
        rig.delete(0).unwrap();
        assert_eq!((rig.counts(), rig.fake.workers()), (Counts::default(), 0));
    }
}

#[test]
fn two_of_them_are_not_bound_to_each_other() {
    let rig = slow(48);
    let payload = slow_module(stereo(), 48);
    let driver = Driver::Module(&PASS);
    rig.init(key(OTHER, 1), 0, driver, Domain::Dp, &payload)
        .unwrap();
    assert_eq!(rig.bind(key(OTHER, 0), key(OTHER, 1)), Err(Error::DpToDp));
}

#[test]
fn parameters_reach_a_module_that_is_with_its_thread() {
    let rig = slow(480);
    rig.feed(host_out(0), 1..50_000);
    rig.start(0);
    let whole = Fragment::single(4);
    for round in 0u8..60 {
        rig.pass(1);
        let set = [round, 1, 2, 3];
        let mut got = [0; 4];
        rig.run(|engine| {
            engine.large_config_set(key(OTHER, 0), 1, whole, &set)?;
            engine.large_config_get(key(OTHER, 0), 1, whole, &mut got)
        })
        .unwrap();
        assert_eq!(got, set);
    }
    assert!(counts_up(&after_the_start(&rig), 1) > 1_000);
}

#[test]
fn a_thread_that_does_not_get_to_run_is_waited_for_and_given_up() {
    let rig = slow(96);
    rig.feed(host_out(0), 1..50_000);
    rig.start(0);
    rig.pass(4);
    rig.fake.dp_starved.set(true);
    rig.pass(20);
    assert!(rig.fake.logged("deadline missed") > 0);
    let get = |engine: &acelab_audio::Engine<'_, _, _>| {
        engine.large_config_get(key(OTHER, 0), 1, Fragment::single(4), &mut [0; 4])
    };
    assert_eq!(rig.run(get), Err(Error::LargeParameter));
    rig.set(&[0], StateRequest::Paused).unwrap();
    rig.set(&[0], StateRequest::Reset).unwrap();
    assert_eq!(rig.set(&[0], StateRequest::Running), Err(Error::Prepare));
    rig.delete(0).unwrap();
    assert_eq!((rig.counts(), rig.fake.workers()), (Counts::default(), 0));
}

#[test]
fn the_rest_of_a_stream_comes_through_at_its_end() {
    let rig = slow(240);
    rig.feed(host_out(0), 1..1001);
    rig.start(0);
    rig.pass(10);
    rig.set(&[0], StateRequest::Eos).unwrap();
    rig.pass(60);
    let heard = after_the_start(&rig);
    let end = heard.iter().rposition(|frame| frame.0 != 0).unwrap();
    assert_eq!(counts_up(&heard[..=end], 1), 1000);
}
