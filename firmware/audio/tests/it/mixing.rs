//! Streams that are mixed, and copies of a stream.

use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_audio::{AudioFault, Event, Fragment, StateRequest};

use crate::modules::COUNT;
use crate::payload::{copier, host_in, host_out, module, ssp_out, stereo};
use crate::rig::{COPIER, OTHER, Rig, counts_up, key};

/// Streams 0 and 1, each host copier > mixin in pipeline n, mixed by the mixout
/// of pipeline 9 for port 3.
fn mixer(rig: &Rig) {
    let mixin = acelab_modules::find("MIXIN").expect("a module");
    let mixout = acelab_modules::find("MIXOUT").expect("a module");
    rig.pipeline(9, 1).unwrap();
    rig.module(9, 9, mixout, &module(stereo(), &[])).unwrap();
    rig.copier(9, 9, &copier(ssp_out(3), stereo(), stereo(), &[]))
        .unwrap();
    rig.bind(key(OTHER, 9), key(COPIER, 9)).unwrap();
    for id in [0, 1] {
        rig.pipeline(id, 0).unwrap();
        rig.copier(id, id, &copier(host_out(id), stereo(), stereo(), &[]))
            .unwrap();
        rig.module(id, id, mixin, &module(stereo(), &[])).unwrap();
        rig.bind(key(COPIER, id), key(OTHER, id)).unwrap();
        rig.bind_queues(key(OTHER, id), 0, key(OTHER, 9), id)
            .unwrap();
    }
}

#[test]
fn a_source_may_pause_end_and_go_while_the_other_is_mixed_on() {
    for offset in 0..16 {
        let rig = Rig::new();
        mixer(&rig);
        rig.feed(host_out(0), 1..30_000);
        // Silence, as data: the sum counts up, however it is mixed.
        rig.fake
            .wire(host_out(1), |wire| wire.source.extend(vec![0; 400_000]));
        rig.start(9);
        rig.start(0);
        rig.pass(10);
        rig.pass_sixteenths(offset);
        rig.start(1);
        rig.pass(10);
        rig.set(&[1], StateRequest::Paused).unwrap();
        rig.pass(10);
        rig.set(&[1], StateRequest::Running).unwrap();
        rig.pass(10);
        rig.stop(1);
        rig.pass(10);
        rig.delete(1).unwrap();
        rig.pass(20);
        assert!(counts_up(&rig.heard(ssp_out(3)), 1) > 3_000, "{offset}");
        assert_eq!(rig.fake.wire(ssp_out(3), |wire| wire.xruns), 0);
        rig.stop(0);
        rig.delete(0).unwrap();
        rig.pass(10);
        assert_eq!(rig.fake.wire(ssp_out(3), |wire| wire.xruns), 0);
        assert_eq!(rig.fake.events.borrow().len(), 0);
    }
}

#[test]
fn two_sources_are_added() {
    let rig = Rig::new();
    mixer(&rig);
    rig.feed(host_out(0), 1..30_000);
    rig.feed(host_out(1), 1..30_000);
    rig.start(9);
    rig.set(&[0, 1], StateRequest::Paused).unwrap();
    rig.set(&[0, 1], StateRequest::Running).unwrap();
    rig.pass(50);
    let heard = rig.heard(ssp_out(3));
    let halves: Vec<_> = heard
        .iter()
        .map(|frame| {
            assert_eq!((frame.0 % 2, frame.1 % 2), (0, 0));
            (frame.0 / 2, frame.1 / 2)
        })
        .collect();
    assert!(counts_up(&halves, 1) > 2_000);
}

#[test]
fn a_source_without_data_holds_nobody_up() {
    let rig = Rig::new();
    mixer(&rig);
    rig.feed(host_out(0), 1..30_000);
    rig.start(9);
    rig.start(0);
    rig.start(1);
    rig.pass(50);
    assert!(counts_up(&rig.heard(ssp_out(3)), 1) > 2_000);
    assert_eq!(rig.fake.events.borrow().len(), 0);
}

#[test]
fn a_source_that_runs_dry_is_told_once() {
    let rig = Rig::new();
    mixer(&rig);
    rig.feed(host_out(0), 1..30_000);
    let silence = |frames: usize| {
        let bytes = vec![0; 8 * frames];
        rig.fake.wire(host_out(1), |wire| wire.source.extend(bytes));
    };
    silence(500);
    for id in [9, 0, 1] {
        rig.start(id);
    }
    rig.pass(50);
    let told = Event::MixerUnderrun(key(OTHER, 9));
    assert_eq!(rig.fake.events.borrow()[..], [told]);
    silence(500);
    rig.pass(50);
    assert_eq!(rig.fake.events.borrow()[..], [told, told]);
    assert!(counts_up(&rig.heard(ssp_out(3)), 1) > 4_000);
}

#[test]
fn a_source_that_has_ended_is_not_missed() {
    let rig = Rig::new();
    mixer(&rig);
    rig.feed(host_out(0), 1..30_000);
    rig.fake
        .wire(host_out(1), |wire| wire.source.extend(vec![0; 8 * 500]));
    for id in [9, 0, 1] {
        rig.start(id);
    }
    rig.pass(5);
    rig.set(&[1], StateRequest::Eos).unwrap();
    rig.pass(50);
    assert_eq!(rig.fake.logged("- EOS detected"), 1);
    assert_eq!(rig.fake.events.borrow().len(), 0);
    assert!(counts_up(&rig.heard(ssp_out(3)), 1) > 2_000);
}

#[test]
fn a_mixer_that_waits_for_what_has_ended_is_found() {
    let rig = Rig::new();
    rig.fake
        .faults
        .borrow_mut()
        .push(AudioFault::MixerWaitsForEnded);
    mixer(&rig);
    rig.feed(host_out(0), 1..30_000);
    rig.start(9);
    rig.start(0);
    rig.pass(50);
    assert!(counts_up(&rig.heard(ssp_out(3)), 1) < 500);
}

#[test]
fn a_copier_has_outputs_of_different_formats() {
    let rig = Rig::new();
    rig.pipeline(0, 0).unwrap();
    let short = AudioFormat::integer(48_000, 2, 16, 16);
    rig.copier(0, 0, &copier(host_out(0), stereo(), stereo(), &[]))
        .unwrap();
    rig.copier(1, 0, &copier(0xFFFF_FFFF, stereo(), stereo(), &[]))
        .unwrap();
    rig.copier(2, 0, &copier(ssp_out(0), stereo(), stereo(), &[]))
        .unwrap();
    rig.copier(3, 0, &copier(host_in(0), short, short, &[]))
        .unwrap();
    rig.bind(key(COPIER, 0), key(COPIER, 1)).unwrap();
    rig.bind(key(COPIER, 1), key(COPIER, 2)).unwrap();
    rig.bind_queues(key(COPIER, 1), 2, key(COPIER, 3), 0)
        .unwrap();
    rig.set(&[0], StateRequest::Paused).unwrap();
    rig.set(&[0], StateRequest::Running).unwrap_err();
    let mut format = vec![2, 0, 0, 0];
    format.extend(&module(stereo(), &[])[16..]);
    format.extend(&module(short, &[])[16..]);
    let whole = Fragment::single(format.len() as u32);
    rig.run(|engine| engine.large_config_set(key(COPIER, 1), 2, whole, &format))
        .unwrap();
    rig.fake.wire(host_out(0), |wire| {
        for frame in 1..20_000i32 {
            wire.source.extend((frame << 16).to_le_bytes());
            wire.source.extend((-frame << 16).to_le_bytes());
        }
    });
    rig.set(&[0], StateRequest::Running).unwrap();
    rig.pass(50);
    let heard: Vec<_> = rig
        .heard(ssp_out(0))
        .iter()
        .map(|frame| (frame.0 >> 16, frame.1 >> 16))
        .collect();
    assert!(counts_up(&heard, 1) > 2_000);
    let halves = rig.fake.wire(host_in(0), |wire| wire.sink.clone());
    let frames: Vec<_> = halves
        .chunks_exact(4)
        .map(|frame| {
            let half = |at: usize| i16::from_le_bytes([frame[at], frame[at + 1]]);
            (i32::from(half(0)), i32::from(half(2)))
        })
        .collect();
    assert!(counts_up(&frames, 1) > 2_000);
}

#[test]
fn a_port_whose_source_pipeline_is_stopped_plays_silence() {
    let rig = Rig::new();
    rig.pipeline(0, 0).unwrap();
    rig.pipeline(1, 0).unwrap();
    rig.copier(0, 0, &copier(host_out(0), stereo(), stereo(), &[]))
        .unwrap();
    rig.copier(1, 1, &copier(ssp_out(0), stereo(), stereo(), &[]))
        .unwrap();
    rig.bind(key(COPIER, 0), key(COPIER, 1)).unwrap();
    rig.feed(host_out(0), 1..20_000);
    rig.start(1);
    rig.pass(10);
    rig.start(0);
    for _ in 0..5 {
        rig.pass(10);
        rig.set(&[0], StateRequest::Paused).unwrap();
        rig.pass(10);
        rig.set(&[0], StateRequest::Running).unwrap();
    }
    rig.stop(0);
    rig.pass(10);
    rig.delete(0).unwrap();
    rig.pass(10);
    assert_eq!(rig.fake.events.borrow().len(), 0);
    let mut heard = rig.heard(ssp_out(0));
    heard.retain(|frame| *frame != (0, 0));
    assert!(counts_up(&heard, 1) > 2_000);
}

#[test]
fn what_makes_sound_from_nothing_keeps_to_the_clock() {
    let rig = Rig::new();
    rig.pipeline(0, 0).unwrap();
    rig.module(0, 0, &COUNT, &module(stereo(), &[])).unwrap();
    rig.copier(1, 0, &copier(host_in(0), stereo(), stereo(), &[]))
        .unwrap();
    rig.bind(key(OTHER, 0), key(COPIER, 1)).unwrap();
    rig.start(0);
    rig.pass(100);
    let heard = rig.heard(host_in(0));
    assert_eq!(heard.len(), 4800);
    assert_eq!(heard[4799], (4800, 4800));
}
